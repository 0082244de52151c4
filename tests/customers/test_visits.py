"""Visits: written down once by the own manager, mended for a day, corrected later; promises kept; photographs; the list."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.visits import (
    Photo,
    cancel_visit,
    change_visit,
    correct_visit,
    keep_promise,
    move_visit,
    plan_visit,
    record_visit,
)
from customers.models import Customer, Visit, VisitCorrection
from customers.queries.visits import found_by, promises_due, purposes, recent, visits, visits_of, visits_planned
from customers.rules.visits import degrees, may_mend, week_days, week_of
from organization.keeping import typed_before
from organization.models import Document, Employee, TrailEntry, User
from organization.rules import SYSTEM, Actor
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_prospect, make_user, make_visit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
A_DAY_AGO = dt.timedelta(hours=25)


@pytest.fixture
def zhang(cast: Cast) -> Customer:
    """A farm household of Wang's."""
    customer = make_customer(cast.south, "C-1", name="张三", kind="farm_household", initials="zs", phone="13800005678")
    make_assignment(customer, cast.wang)
    return customer


def note(actor: Actor, whom: Any, **changed: Any) -> Visit:
    values = {"kind": "visit", "purpose": "Deposits", "day": TODAY, "said": "All is well."} | changed
    return record_visit(actor=actor, whom=whom, **values).visit


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(User.objects.filter(employee=person).first() or make_user(person))
    return client


def picture(name: str = "field.jpg") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def form(**changed: Any) -> dict[str, Any]:
    return {"kind": "visit", "purpose": "Deposits", "day": TODAY.isoformat(), "key": "c:C-1"} | changed


def test_a_visit_is_written_down_with_its_trail(cast: Cast, zhang: Customer) -> None:
    visit = note(cast.actor("wang"), zhang, next_step="Bring the form", next_on=TOMORROW)
    assert (visit.state, visit.manager, visit.branch, visit.next_done_on) == ("done", cast.wang, cast.south, None)
    entry = TrailEntry.objects.get(action="record_visit")
    assert entry.subject_key == str(visit.pk) and "All is well." in entry.body
    assert list(visits_of(zhang)) == [visit]


def test_only_the_own_manager_of_today_writes(cast: Cast, zhang: Customer) -> None:
    for person in ("li", "chen", "zhou", "zhao"):
        with pytest.raises(RuleError, match="张三 is not assigned to you"):
            note(cast.actor(person), zhang)
    with pytest.raises(RuleError, match="A person writes here, not the system"):
        note(SYSTEM, zhang)
    zhang.assignments.update(last_day=YESTERDAY)
    with pytest.raises(RuleError, match="张三 is not assigned to you"):
        note(cast.actor("wang"), zhang)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"purpose": " "}, "Say what it is for"),
        ({"kind": "lunch"}, "Choose the kind"),
        ({"kind": "advice", "said": " "}, "Write what was advised"),
        ({"day": TOMORROW}, "This day is still to come"),
        ({"next_step": "Call"}, "A next step has words and a day"),
        ({"next_on": TOMORROW}, "A next step has words and a day"),
        ({"next_step": "Call", "next_on": YESTERDAY}, "The next step lies before the visit"),
        ({"latitude_millionths": 91_000_000, "longitude_millionths": 0}, "The position is no place on earth"),
    ],
)
def test_what_a_note_lacks_is_said(cast: Cast, zhang: Customer, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        note(cast.actor("wang"), zhang, **changed)
    assert not Visit.objects.exists()


def test_what_is_sent_twice_is_one_visit_with_its_photographs_once(cast: Cast, zhang: Customer) -> None:
    client, token = browser(cast.wang), str(uuid.uuid4())
    address = reverse("customers:visit_new")
    pages = [client.post(address, form(token=token, photos=[picture(), picture()]), follow=True) for _time in range(2)]
    visit = Visit.objects.get()
    assert Document.objects.filter(subject="customers.visit", subject_key=str(visit.pk)).count() == 2
    assert all(page.redirect_chain[-1][0] == reverse("customers:visit_detail", args=[visit.pk]) for page in pages)
    assert "This note was sent before. It stands once." in pages[1].content.decode()


def test_a_file_that_is_no_picture_leaves_nothing_behind(cast: Cast, zhang: Customer) -> None:
    with pytest.raises(BadInput, match="is none of the kinds that are taken"):
        note(cast.actor("wang"), zhang, photos=[Photo("a.jpg", [b"no picture"])])
    assert not Visit.objects.exists() and not Document.objects.exists()
    page = browser(cast.wang).post(
        reverse("customers:visit_new"), form(said="Long words.", photos=[SimpleUploadedFile("a.jpg", b"none")])
    )
    assert "Long words." in page.content.decode() and "is none of the kinds" in page.content.decode()


def test_what_was_typed_when_the_session_had_ended_is_sent_after_the_sign_in_and_once(
    cast: Cast, zhang: Customer
) -> None:
    client, address = Client(), reverse("customers:visit_new")
    sent = form(said="He wants to buy a harvester in June.", token=str(uuid.uuid4()), photos=[picture()])
    kept = client.post(address, sent).context["kept"]
    typed = typed_before(kept)
    assert typed is not None and typed.had_files and sent["said"] in typed.texts
    for _time in range(2):
        browser(cast.wang).post(typed.address, dict(typed.fields))
    assert Visit.objects.get().said == sent["said"]


def test_the_photographs_are_sent_to_whoever_sees_the_note(cast: Cast, zhang: Customer) -> None:
    visit = note(cast.actor("wang"), zhang, photos=[Photo("field.jpg", [picture().read()])])
    photo = Document.objects.get()
    address = reverse("customers:visit_photo", args=[visit.pk, photo.pk])
    for person, status in ((cast.wang, 200), (cast.zhou, 200), (cast.li, 404), (cast.zhao, 404), (cast.sun, 404)):
        assert browser(person).get(address).status_code == status
    other = make_visit(cast.wang, zhang)
    assert browser(cast.wang).get(reverse("customers:visit_photo", args=[other.pk, photo.pk])).status_code == 404


def test_a_customer_is_chosen_by_a_tap_or_by_typed_words(cast: Cast, zhang: Customer) -> None:
    make_assignment(make_customer(cast.south, "C-2", name="张四", initials="zs"), cast.wang)
    make_customer(cast.south, "C-3", name="张五", initials="zw")
    actor = cast.actor("wang")
    for words in ("张三", "C-1", "5678", "张三 (C-1)"):
        assert [one.key for one in found_by(actor, words)] == ["c:C-1"], words
    assert [one.name for one in found_by(actor, "zs")] == ["张三", "张四"]
    assert found_by(actor, "张五") == [] and found_by(cast.actor("li"), "张三") == []
    client, address = browser(cast.wang), reverse("customers:visit_new")
    several = client.post(address, form(key="", whom="zs")).content.decode()
    assert "Several are called so. Tap the one you mean." in several and 'value="c:C-2"' in several
    client.post(address, form(key="c:C-2", whom="zs"))
    assert Visit.objects.get().customer.customer_no == "C-2"  # type: ignore[union-attr]
    assert "None of your customers and prospects" in client.post(address, form(key="", whom="张五")).content.decode()
    assert "Choose the customer" in client.post(address, form(key="c:C-3")).content.decode()


def test_own_customers_come_first_where_they_were_visited_last(cast: Cast, zhang: Customer) -> None:
    others = [make_customer(cast.south, f"D-{number}", initials="a") for number in range(8)]
    for one in others:
        make_assignment(one, cast.wang)
    note(cast.actor("wang"), zhang, purpose="A talk of my own")
    found = recent(cast.actor("wang"))
    assert found[0].key == "c:C-1" and len(found) == 6
    assert purposes(cast.actor("wang"))[0] == "A talk of my own"


def test_a_tapped_day_promises_the_same_again(cast: Cast, zhang: Customer) -> None:
    browser(cast.wang).post(reverse("customers:visit_new"), form(purpose="", purpose_tap="Deposits", next_in="week"))
    visit = Visit.objects.get()
    assert (visit.purpose, visit.next_step, visit.next_on) == ("Deposits", "Deposits", TODAY + dt.timedelta(days=7))
    page = browser(cast.li).get(reverse("customers:visit_new") + "?customer=C-1")
    assert "张三" not in page.content.decode()


def test_its_author_mends_a_note_for_a_day_and_what_stood_before_is_kept(cast: Cast, zhang: Customer) -> None:
    actor, visit = cast.actor("wang"), note(cast.actor("wang"), zhang)
    values = {"kind": "call", "purpose": "Deposits", "day": TODAY, "said": "All is very well."}
    change_visit(actor=actor, visit=visit, version=1, **values)
    assert "All is well." in TrailEntry.objects.get(action="change_visit").body
    with pytest.raises(Conflict, match="This note was changed in another window"):
        change_visit(actor=actor, visit=visit, version=1, **values | {"said": "No."})
    with pytest.raises(RuleError, match="Only 王小明, who wrote this note, changes it"):
        change_visit(actor=cast.actor("zhou"), visit=visit, version=2, **values)
    cancel_visit(actor=actor, visit=visit)
    with pytest.raises(Conflict, match="This visit is cancelled already"):
        cancel_visit(actor=actor, visit=visit)


def test_both_texts_stand_on_the_page_when_another_window_was_faster(cast: Cast, zhang: Customer) -> None:
    client, visit = browser(cast.wang), note(cast.actor("wang"), zhang)
    address = reverse("customers:visit_edit", args=[visit.pk])
    client.post(address, form(said="From the first window.", version="1"))
    page = client.post(address, form(said="From the second window.", version="1"))
    text = page.content.decode()
    assert "From the first window." in text and "From the second window." in text
    client.post(address, form(said="Both.", version=page.context["form"]["version"].value()))
    visit.refresh_from_db()
    assert visit.said == "Both."


def test_a_day_later_a_note_stays_and_takes_corrections(cast: Cast, zhang: Customer) -> None:
    actor, visit = cast.actor("wang"), make_visit(cast.wang, zhang, made_at=timezone.now() - A_DAY_AGO)
    with pytest.raises(RuleError, match="A note may be changed for a day"):
        change_visit(actor=actor, visit=visit, version=1, kind="visit", purpose="Other", day=TODAY)
    with pytest.raises(RuleError, match="A note may be changed for a day"):
        cancel_visit(actor=actor, visit=visit)
    with pytest.raises(BadInput, match="Write what is to be corrected"):
        correct_visit(actor=actor, visit=visit, words=" ")
    with pytest.raises(RuleError, match="Only 王小明, who wrote this note, corrects it"):
        correct_visit(actor=cast.actor("li"), visit=visit, words="No.")
    browser(cast.wang).post(reverse("customers:visit_correct", args=[visit.pk]), {"words": "It was his brother."})
    page = browser(cast.zhou).get(reverse("customers:visit_detail", args=[visit.pk])).content.decode()
    assert "It was his brother." in page and "Add the correction" not in page


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customers_visit SET said = 'x'",
        "UPDATE customers_visit SET day = day - 1",
        "UPDATE customers_visit SET state = 'cancelled'",
        "UPDATE customers_visit SET made_at = now()",
        "UPDATE customers_visit SET next_on = next_on + 1, next_step = 'x'",
        "DELETE FROM customers_visit",
    ],
)
def test_the_database_keeps_a_note_as_it_was_written_a_day_ago(cast: Cast, statement: str) -> None:
    make_visit(cast.wang, made_at=timezone.now() - A_DAY_AGO, next_step="Call", next_on=TODAY)
    refused = pytest.raises(RuleError, match="stays as it was written a day ago")
    with refused, obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_corrections_and_takes_no_note_of_a_stranger(cast: Cast, zhang: Customer) -> None:
    row = correct_visit(actor=cast.actor("wang"), visit=note(cast.actor("wang"), zhang), words="So.")
    with pytest.raises(RuleError, match="A correction stays"), obeying_laws(), transaction.atomic():
        VisitCorrection.objects.filter(pk=row.pk).update(words="x")
    refused = pytest.raises(RuleError, match="own manager writes its visits")
    with refused, obeying_laws(), transaction.atomic():
        Visit.objects.create(
            branch=cast.south, manager=cast.li, customer=zhang, purpose="x", day=TODAY, made_at=timezone.now()
        )


def test_a_promise_is_kept_by_one_tap_and_may_be_open_again(cast: Cast, zhang: Customer) -> None:
    actor, visit = cast.actor("wang"), make_visit(cast.wang, zhang, next_step="Call", next_on=TODAY)
    assert list(promises_due(actor, TODAY)) == [visit] and not promises_due(actor, YESTERDAY)
    client, address = browser(cast.wang), reverse("customers:promise_keep", args=[visit.pk])
    assert client.post(address, {"next": "//elsewhere.example/"}).url == reverse(  # type: ignore[attr-defined]
        "customers:visit_detail", args=[visit.pk]
    )
    visit.refresh_from_db()
    assert visit.next_done_on == TODAY and not promises_due(actor, TODAY)
    keep_promise(actor=actor, visit=visit)
    assert TrailEntry.objects.filter(action="keep_promise").count() == 1
    client.post(address, {"undo": "yes"})
    assert list(promises_due(actor, TODAY)) == [visit]
    with pytest.raises(RuleError, match="is not assigned to you"):
        keep_promise(actor=cast.actor("zhou"), visit=visit)


def test_what_was_promised_passes_to_the_next_manager(cast: Cast, zhang: Customer) -> None:
    visit = make_visit(cast.wang, zhang, next_step="Call", next_on=TODAY)
    plan = make_visit(cast.wang, zhang, TODAY, state="planned")
    zhang.assignments.update(last_day=YESTERDAY)
    make_assignment(zhang, cast.li, TODAY)
    li = cast.actor("li")
    assert list(promises_due(li, TODAY)) == [visit] and list(visits_planned(li, TODAY)) == [plan]
    assert not promises_due(cast.actor("wang"), TODAY)
    assert set(visits(li)) == {visit, plan}
    keep_promise(actor=li, visit=visit)
    made = record_visit(actor=li, whom=zhang, planned=plan, kind="visit", purpose="Deposits", day=TODAY).visit
    assert (made.pk, made.manager, made.state) == (plan.pk, cast.li, "done")


def test_a_planned_visit_is_moved_made_or_cancelled(cast: Cast, zhang: Customer) -> None:
    actor = cast.actor("wang")
    with pytest.raises(BadInput, match="This day is over"):
        plan_visit(actor=actor, whom=zhang, day=YESTERDAY, purpose="Deposits")
    plan = plan_visit(actor=actor, whom=zhang, day=TODAY, purpose="Deposits", kind="advice")
    move_visit(actor=actor, visit=plan, day=TOMORROW)
    with pytest.raises(RuleError, match="is not assigned to you"):
        move_visit(actor=cast.actor("li"), visit=plan, day=TODAY)
    page = browser(cast.wang).get(reverse("customers:visit_new") + f"?planned={plan.pk}").content.decode()
    assert "The visit is made" in page and 'value="c:C-1" checked' in page
    browser(cast.wang).post(
        reverse("customers:visit_new"), form(planned=plan.pk, said="Half a year.", kind="advice", token=uuid.uuid4())
    )
    plan.refresh_from_db()
    assert (plan.state, plan.said, plan.day) == ("done", "Half a year.", TODAY)
    with pytest.raises(Conflict, match="This visit is done and written down already"):
        move_visit(actor=actor, visit=plan, day=TOMORROW)
    other = make_customer(cast.south, "C-9")
    make_assignment(other, cast.wang)
    again = plan_visit(actor=actor, whom=zhang, day=TODAY, purpose="Deposits")
    with pytest.raises(BadInput, match="The planned visit is to somebody else"):
        note(actor, other, planned=again)


def test_the_list_is_the_own_of_a_manager_and_the_branchs_of_its_people(cast: Cast, zhang: Customer) -> None:
    make_visit(cast.wang, zhang, purpose="Of Wang")
    make_visit(cast.li, purpose="Of Li")
    make_visit(cast.zhao, purpose="Of Zhao")
    make_visit(cast.wang, make_prospect(cast.wang, "钱多", initials="qd"), purpose="Of a prospect")
    address = reverse("customers:visit_list")

    def shown(person: Employee, query: str = "") -> set[str]:
        text = browser(person).get(address + query).content.decode()
        return {words for words in ("Of Wang", "Of Li", "Of Zhao", "Of a prospect") if words in text}

    assert shown(cast.wang) == {"Of Wang", "Of a prospect"} and shown(cast.zhou) == {
        "Of Wang",
        "Of Li",
        "Of a prospect",
    }
    assert shown(cast.zhou, "?manager=S102") == {"Of Li"} and shown(cast.song) == set()
    assert shown(cast.zhou, "?q=zs") == {"Of Wang"} and shown(cast.zhou, "?q=qd") == {"Of a prospect"}
    assert shown(cast.zhou, "?since=2026-10-13") == set() and shown(cast.zhou, "?kind=call") == set()
    totals = browser(cast.zhou).get(reverse("customers:visit_totals")).content.decode()
    assert "Visits made" in totals
    file = browser(cast.zhou).post(reverse("customers:visit_export", args=["csv"]))
    assert "张三" in b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_days_weeks_and_places_are_written_as_people_read_them() -> None:
    assert week_of(dt.date(2026, 10, 5)) == "2026-W41" and week_of(dt.date(2027, 1, 1)) == "2026-W53"
    assert week_days("2026-W41", TODAY)[0] == dt.date(2026, 10, 5)
    for nonsense in ("", "2026-W54", "0000-W01", "2026-W4١", "x"):
        assert week_days(nonsense, dt.date(2026, 10, 7))[0] == dt.date(2026, 10, 5)
    assert degrees(30_123_456) == "30.123456" and degrees(-500_000) == "-0.500000"
    now = timezone.now()
    assert may_mend("done", now, now) and not may_mend("done", now - A_DAY_AGO, now)
    assert not may_mend("cancelled", now, now)
