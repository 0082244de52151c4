"""Completeness, documents, full numbers and the paper of a dossier, in the browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from customers.models import Customer, DossierReview, RequiredFact
from organization.models import Document, Employee, TrailEntry
from organization.queries import file_pieces
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_user

pytestmark = pytest.mark.django_db


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


@pytest.fixture
def zhang(cast: Cast) -> Customer:
    fields = {"phone": "13800005678", "id_number": "420881199001010010"}
    customer = make_customer(cast.south, "C-1", name="张三", kind="farm_household", **fields)
    make_assignment(customer, cast.wang)
    return customer


def at(name: str, *args: Any) -> str:
    return reverse(f"customers:{name}", args=args)


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, kind, **more)
    return written.getvalue()


def sideways() -> bytes:
    """A photograph of a camera held upright, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def upload(client: Client, customer: Customer, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(at("customer_documents", customer.customer_no), {"files": sent, "title": "Land"})


def test_each_page_opens_for_who_sees_the_customer_and_for_nobody_else(cast: Cast, zhang: Customer) -> None:
    pages = [
        at("customer_completeness", "C-1"),
        at("customer_documents", "C-1"),
        at("customer_unmask", "phone", "C-1"),
        reverse("desk:customer_business", args=["C-1"]),
        reverse("desk:customer_curve", args=["C-1"]),
        reverse("desk:customer_print", args=["C-1"]),
        reverse("desk:customer_detail", args=["C-1"]),
    ]
    for name, status in (("wang", 200), ("zhou", 200), ("li", 404), ("sun", 404), ("he", 404)):
        client = browser(getattr(cast, name))
        assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, status), name


def test_a_manager_adds_photographs_and_reads_them_small(cast: Cast, zhang: Customer) -> None:
    client = browser(cast.wang)
    assert upload(client, zhang, ("a.jpg", sideways()), ("b.pdf", b"%PDF-1.4 x")).status_code == 302
    photo, paper = Document.objects.order_by("pk")
    assert paper.thumbnail is None and photo.thumbnail is not None
    small = Image.open(io.BytesIO(b"".join(file_pieces(photo.thumbnail))))
    assert small.format == "JPEG" and max(small.size) == 320
    assert small.height > small.width  # turned as the camera was held
    assert not dict(small.getexif()) and "exif" not in small.info
    page = client.get(at("customer_documents", "C-1")).content.decode()
    address = at("customer_document", photo.pk, "C-1")
    assert f"{address}?small=yes" in page
    assert browser(cast.zhou).get(f"{address}?small=yes").status_code == 200
    assert browser(cast.li).get(f"{address}?small=yes").status_code == 404
    assert browser(cast.sun).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.jpg", b"<html>", "none of the kinds"),
        ("a.jpg", b"", "Choose a photo|empty"),
        ("a.jpg", picture()[:400], "none of the kinds|damaged"),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        ("a.gif", picture("GIF"), "none of the kinds"),
        ("a.png", picture("PNG", (9000, 8000)), "million pixels"),
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence(
    cast: Cast, zhang: Customer, name: str, content: bytes, sentence: str
) -> None:
    import re

    answer = upload(browser(cast.wang), zhang, ("good.jpg", picture()), (name, content))
    assert re.search(sentence, answer.content.decode())
    assert not Document.objects.exists()


def test_only_the_own_manager_adds_and_puts_aside(cast: Cast, zhang: Customer) -> None:
    wang, zhou = browser(cast.wang), browser(cast.zhou)
    assert "not assigned to you" in upload(zhou, zhang, ("a.jpg", picture())).content.decode()
    upload(wang, zhang, ("a.jpg", picture()))
    aside = at("customer_document_remove", Document.objects.get().pk, "C-1")
    assert "not assigned to you" in zhou.post(aside, {"reason": "blurred"}).content.decode()
    assert "Say why" in wang.post(aside, {"reason": " "}).content.decode()
    assert wang.post(aside, {"reason": "blurred"}).status_code == 302
    assert wang.get(aside).status_code == 404
    assert Document.objects.get().remove_reason == "blurred"


def test_a_full_number_is_shown_to_who_says_why_and_stands_on_the_trail(cast: Cast, zhang: Customer) -> None:
    client, address = browser(cast.zhou), at("customer_unmask", "id_number", "C-1")
    masked = client.get(address).content.decode()
    assert "420881********0010" in masked and zhang.id_number not in masked
    assert zhang.id_number not in client.post(address, {"reason": " "}).content.decode()
    assert not TrailEntry.objects.filter(action="unmask").exists()
    assert zhang.id_number in client.post(address, {"reason": "Signing a contract"}).content.decode()
    entry = TrailEntry.objects.get(action="unmask")
    assert (entry.actor_no, entry.subject_key) == (cast.zhou.employee_no, "C-1")
    assert "Signing a contract" in entry.body and zhang.id_number not in entry.body
    assert zhang.id_number not in client.get(address).content.decode()


def test_the_own_manager_reviews_the_dossier_once_a_day(cast: Cast, zhang: Customer) -> None:
    wang, address = browser(cast.wang), at("review_add", "C-1")
    browser(cast.zhou).post(address, {"words": "right"})
    assert not DossierReview.objects.exists()
    for _time in range(2):
        wang.post(address, {"words": "Seen at the farm"})
    assert DossierReview.objects.get().words == "Seen at the farm"
    assert TrailEntry.objects.filter(action="review_dossier").count() == 1


def test_the_list_shows_what_is_to_be_mended_and_totals(cast: Cast, zhang: Customer) -> None:
    for name in ("wang", "zhou"):
        client = browser(getattr(cast, name))
        for query in ("", "?state=due", "?state=incomplete", "?kind=farm_household", "?sort=percent", "?q=C-1"):
            assert "张三" in client.get(at("review_list") + query).content.decode(), (name, query)
        assert client.get(at("review_totals")).status_code == 200
    assert "张三" not in browser(cast.li).get(at("review_list")).content.decode()


def test_the_unions_supervisor_edits_what_is_required(cast: Cast, zhang: Customer) -> None:
    address = at("required_list")
    wu = browser(cast.wu)
    table = next(one for one in wu.get(address).context["tables"] if one["kind"] == "farm_household")
    typed = {"kind": "farm_household", "opened": table["opened"], "customer.phone": "3", "family": "1"}
    assert browser(cast.zhou).post(address, typed).status_code == 200
    assert not RequiredFact.objects.exists()
    assert "between 1 and 100" in wu.post(address, typed | {"family": "101"}).content.decode()
    assert wu.post(address, typed).status_code == 302
    assert dict(RequiredFact.objects.values_list("fact", "weight")) == {"customer.phone": 3, "family": 1}
    assert "75 %" in browser(cast.wang).get(at("customer_completeness", "C-1")).content.decode()
    again = wu.post(address, typed | {"family": "2"})
    assert "Somebody else has changed this table" in again.content.decode()
