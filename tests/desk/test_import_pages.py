"""The import centre through the browser's eyes: upload, preview, apply, undo."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from deposits.models import Posting
from desk.tasks import apply_batch_task, preview_batch_task
from organization.actions.batches import upload_file
from organization.models import HeaderMapping, ImportBatch, Job
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring
from tests.make import make_account, make_user

__all__ = ["english"]

HEADER = "流水号,账号,交易日期,发生额"
GOOD = f"{HEADER}\nT1,A1,2026-10-05,1.00"
MIXED = f"{GOOD}\nT2,A9,2026-10-05,2.00"
TASKS = {"desk.preview_batch": preview_batch_task, "desk.apply_batch": apply_batch_task}


@pytest.fixture
def chen(client: Client, cast: Cast) -> Client:
    """The browser of the south's clerk, in English; the south has an account A1."""
    make_account(cast.south, "A1")
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.chen))
    return client


def upload(client: Client, *texts: str) -> HttpResponse:
    files = [SimpleUploadedFile(f"file{number}.csv", text.encode()) for number, text in enumerate(texts)]
    return client.post(reverse("desk:import_upload"), {"files": files}, follow=True)


def work() -> None:
    """What a worker does with the jobs that wait."""
    for job in Job.objects.filter(state="queued").order_by("pk"):
        TASKS[job.kind](job.pk)


def page(client: Client, batch: ImportBatch) -> str:
    return client.get(reverse("desk:import_detail", args=[batch.pk])).content.decode()


def press(client: Client, name: str, batch: ImportBatch, **values: str) -> HttpResponse:
    return client.post(reverse(f"desk:{name}", args=[batch.pk]), values, follow=True)


def test_several_files_are_uploaded_at_once_and_each_is_known_by_its_header(chen: Client, cast: Cast) -> None:
    answer = upload(chen, GOOD, "客户号,客户名称,客户类型,机构号\nK1,张三,个人,S01", "甲,乙\n1,2")
    assert "3 files are uploaded." in answer.content.decode()
    assert list(ImportBatch.objects.order_by("pk").values_list("kind", flat=True)) == [
        "deposit_transactions",
        "customers",
        "",
    ]
    assert list(Job.objects.values_list("kind", flat=True)) == ["desk.preview_batch"] * 2
    assert {batch.branch for batch in ImportBatch.objects.all()} == {cast.south}


def test_a_file_is_previewed_applied_and_undone(chen: Client, cast: Cast) -> None:
    answer = upload(chen, GOOD)
    batch = ImportBatch.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("desk:import_detail", args=[batch.pk])
    assert "waits for a worker" in answer.content.decode()
    work()
    previewed = page(chen, batch)
    assert "Every row is in order. Nothing has come in yet." in previewed and not Posting.objects.exists()
    press(chen, "import_apply", batch)
    work()
    assert Posting.objects.count() == 1
    applied = page(chen, batch)
    assert "Undo this import" in applied and "2026-10" in applied and cast.chen.name in applied
    batch.refresh_from_db()
    assert (batch.state, batch.applied_by) == ("applied", cast.chen)
    press(chen, "import_undo", batch, reason="wrong day")
    assert not Posting.objects.exists()
    assert "wrong day" in page(chen, batch)


def test_undoing_without_a_reason_is_refused(chen: Client, cast: Cast) -> None:
    batch = bring("deposit_transactions", GOOD, actor=cast.actor("chen"))
    answer = press(chen, "import_undo", batch, reason=" ")
    assert "Say why the import is undone." in answer.content.decode()
    assert Posting.objects.count() == 1


def test_refused_rows_are_shown_downloaded_and_left_out_when_the_good_ones_are_accepted(chen: Client) -> None:
    upload(chen, MIXED)
    work()
    batch = ImportBatch.objects.get()
    shown = page(chen, batch)
    assert "1 row is refused" in shown and "There is no account A9." in shown
    press(chen, "import_apply", batch)
    work()
    assert Job.objects.filter(kind="desk.apply_batch").get().state == "failed"
    assert "1 rows are refused, so nothing comes in." in page(chen, batch) and not Posting.objects.exists()
    file = chen.get(reverse("desk:import_refused", args=[batch.pk]))
    assert file.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(file.getvalue())).active
    assert [cell.value for cell in sheet[2]][2:] == ["T2", "A9", "2026-10-05", "2.00"]
    press(chen, "import_apply", batch, accept_good_rows="1")
    work()
    assert Posting.objects.count() == 1 and "the good rows only" in page(chen, batch)


def test_a_file_is_put_aside(chen: Client) -> None:
    upload(chen, GOOD)
    work()
    batch = ImportBatch.objects.get()
    assert "Nothing of it has come in." in press(chen, "import_discard", batch).content.decode()
    batch.refresh_from_db()
    assert batch.state == "discarded" and "Undo this import" not in page(chen, batch)
    assert "is not possible" in press(chen, "import_discard", batch).content.decode()


def test_a_file_of_no_known_kind_asks_what_it_is(chen: Client) -> None:
    upload(chen, "账号,日期,余额\nA1,2026-09-30,100.00")
    batch = ImportBatch.objects.get()
    asked = page(chen, batch)
    assert "What kind of file is this?" in asked
    assert 'value="deposit_balances"' in asked and 'value="deposit_transactions"' not in asked
    press(chen, "import_choose", batch, kind="deposit_balances")
    work()
    batch.refresh_from_db()
    assert (batch.kind, batch.state, batch.created_count) == ("deposit_balances", "previewed", 1)


def test_a_branch_clerk_is_not_offered_what_only_the_head_office_brings_in(chen: Client) -> None:
    upload(chen, "甲,乙\n1,2")
    asked = page(chen, ImportBatch.objects.get())
    assert 'value="loans"' in asked and 'value="branches"' not in asked
    template = chen.get(reverse("desk:import_template", args=["loans"]))
    assert load_workbook(io.BytesIO(template.getvalue())).active["A1"].value == "借据号"
    assert chen.get(reverse("desk:import_template", args=["employees"])).status_code == 404


def test_an_unknown_header_is_matched_with_a_column_and_kept_for_the_branch(chen: Client, cast: Cast) -> None:
    upload(chen, "流水号,账号,交易日期,发生额,生效日\nT1,A1,2026-10-05,1.00,2026-10-02")
    work()
    batch = ImportBatch.objects.get()
    assert "生效日" in page(chen, batch)
    press(chen, "import_match", batch, **{"column-0": "value_on"})
    work()
    mapping = HeaderMapping.objects.get()
    assert (mapping.branch, mapping.header, mapping.column) == (cast.south, "生效日", "value_on")
    press(chen, "import_apply", batch)
    work()
    assert Posting.objects.get().value_on.day == 2


def test_a_file_that_is_no_table_is_refused_with_a_sentence_and_the_others_stay(chen: Client) -> None:
    files = [SimpleUploadedFile("photo.csv", b"\xff\xd8\xff\xe0\0\0"), SimpleUploadedFile("day.csv", GOOD.encode())]
    answer = chen.post(reverse("desk:import_upload"), {"files": files}, follow=True)
    assert "photo.csv" in answer.content.decode() and ImportBatch.objects.get().file_name == "day.csv"
    assert "Choose one file or several first." in upload(chen).content.decode()


def test_a_row_of_the_file_is_shown_as_it_came(chen: Client) -> None:
    upload(chen, MIXED)
    work()
    batch = ImportBatch.objects.get()
    row = chen.get(reverse("desk:import_row", args=[batch.pk, 3])).content.decode()
    assert "T2" in row and "A9" in row
    assert chen.get(reverse("desk:import_row", args=[batch.pk, 99])).status_code == 404


def test_a_file_of_another_branch_does_not_exist(chen: Client, cast: Cast) -> None:
    make_account(cast.north, "N1")
    batch = upload_file(actor=SYSTEM, name="n.csv", content=[GOOD.encode()], branch=cast.north)
    names = ("detail", "refused")
    assert {chen.get(reverse(f"desk:import_{name}", args=[batch.pk])).status_code for name in names} == {404}
    steps = ("preview", "apply", "discard", "undo", "choose", "match")
    assert {chen.post(reverse(f"desk:import_{step}", args=[batch.pk])).status_code for step in steps} == {404}
    assert f"/imports/{batch.pk}/" not in chen.get(reverse("desk:import_list")).content.decode()
    batch.refresh_from_db()
    assert batch.state == "uploaded" and not Job.objects.exists()


def test_the_list_finds_files_by_name_kind_and_state(chen: Client) -> None:
    upload(chen, GOOD, "客户号,客户名称,客户类型,机构号\nK1,张三,个人,S01")
    work()
    for query, found in (({"q": "file0"}, 1), ({"kind": "customers"}, 1), ({"state": "previewed"}, 2), ({"q": "x"}, 0)):
        listed = chen.get(reverse("desk:import_list"), query)
        assert len(listed.context["table"].keyset.rows) == found, query
