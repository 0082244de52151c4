"""The dossier section by section: written in place by the own manager, nothing of anybody lost, every change told."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common.errors import BadInput, RuleError
from customers.actions.dossier import SectionConflict, add_entry, change_entry, remove_entry, save_basics
from customers.models import BasicFacts, Customer, DossierChange, Leader
from customers.queries.dossier import record_now, record_on
from customers.rules.dossier import BASICS
from organization.models import Employee, TrailEntry
from organization.queries import actor_of
from organization.rules import Actor
from tests.cast import Cast
from tests.english import english
from tests.make import (
    PASSWORD,
    make_account,
    make_assignment,
    make_attribution,
    make_basics,
    make_customer,
    make_dossier_entry,
    make_user,
)

__all__ = ["english"]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def unit(cast: Cast) -> Customer:
    """A unit that is assigned to Wang."""
    customer = make_customer(cast.south, "C100", name="柴湖米业", kind="unit", phone="13800001234", industry="粮食加工")
    make_assignment(customer, cast.wang)
    return customer


@pytest.fixture
def farm(cast: Cast) -> Customer:
    customer = make_customer(cast.south, "C200", name="张大山", kind="farm_household")
    make_assignment(customer, cast.wang)
    return customer


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def at(name: str, customer: Customer, *more: Any) -> str:
    return reverse(f"customers:{name}", args=[*more, customer.customer_no])


def basics(actor: Actor, customer: Customer, version: int, **values: Any) -> DossierChange | None:
    return save_basics(actor=actor, customer=customer, version=version, values=values)


# --- what is saved, and what is not


def test_the_first_word_of_the_basic_facts_makes_them_and_tells_who_and_when(cast: Cast, unit: Customer) -> None:
    change = basics(cast.actor("wang"), unit, 0, short_name="米业", yearly_sales_fen=12_000_000_00)
    facts = BasicFacts.objects.get()
    assert (facts.short_name, facts.yearly_sales_fen, facts.version) == ("米业", 12_000_000_00, 1)
    assert change is not None and (change.what, change.entry, change.made_by) == ("added", None, cast.wang)
    assert change.changes == {"short_name": ["", "米业"], "yearly_sales_fen": [None, 12_000_000_00]}
    entry = TrailEntry.objects.get(action="dossier_added")
    assert (entry.actor_no, entry.subject_key) == ("S101", "C100") and "basics.short_name" in entry.body


def test_a_save_that_changes_nothing_writes_nothing(cast: Cast, unit: Customer) -> None:
    basics(cast.actor("wang"), unit, 0, short_name="米业")
    assert basics(cast.actor("wang"), unit, 1, short_name="米业", legal_form="") is None
    # Sent twice: the second comes with the version before the first.
    assert basics(cast.actor("wang"), unit, 0, short_name="米业") is None
    assert DossierChange.objects.count() == TrailEntry.objects.filter(action__startswith="dossier_").count() == 1


def test_a_form_sent_twice_adds_one_entry(cast: Cast, unit: Customer) -> None:
    given = {"customer": unit, "section": "leaders", "token": uuid.uuid4()}
    values = {"name": "刘总", "position": "经理"}
    first = add_entry(actor=cast.actor("wang"), values=values, **given)
    again = add_entry(actor=cast.actor("wang"), values=values, **given)
    assert first == again and Leader.objects.count() == 1


def test_an_entry_is_changed_and_taken_out_with_a_reason_and_never_deleted(cast: Cast, unit: Customer) -> None:
    wang = cast.actor("wang")
    entry = add_entry(actor=wang, customer=unit, section="leaders", values={"name": "刘总", "position": "经理"}).entry
    assert entry is not None
    given = {"actor": wang, "customer": unit, "section": "leaders", "entry": entry}
    change_entry(version=1, values={"position": "董事长"}, reason="heard at the fair", **given)
    with pytest.raises(BadInput, match="Say why it is taken out"):
        remove_entry(version=2, reason=" ", **given)
    remove_entry(version=2, reason="left the company", **given)
    leader = Leader.objects.get()
    assert leader.removed_at is not None and record_now(unit, "leaders") == {}
    told = list(DossierChange.objects.order_by("pk").values_list("what", "reason"))
    assert told == [("added", ""), ("changed", "heard at the fair"), ("removed", "left the company")]
    assert remove_entry(version=2, reason="once more", **given) is None


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"born_on": dt.date(1980, 1, 1)}, "born_on", "does not belong into the dossier of such a customer"),
        ({"founded_on": dt.date(2999, 1, 1)}, "founded_on", "This day is still to come"),
        ({"registered_capital_fen": -1}, "registered_capital_fen", "An amount is not below zero"),
        ({"short_name": "x" * 61}, "short_name", "at most 60 characters"),
        ({"name": "another"}, "name", "does not belong"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(
    cast: Cast, unit: Customer, values: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence) as refusal:
        basics(cast.actor("wang"), unit, 0, **values)
    assert refusal.value.field == field


# --- who may


@pytest.mark.parametrize("person", ["li", "zhou", "chen", "sun", "zhao", "wu", "qian", "he", "song"])
def test_only_the_own_manager_writes(cast: Cast, unit: Customer, person: str) -> None:
    leader = make_dossier_entry(unit, Leader, "leaders", name="刘总", position="经理")
    actor, given = cast.actor(person), {"customer": unit, "section": "leaders"}
    with pytest.raises(RuleError, match="柴湖米业 is not assigned to you"):
        basics(actor, unit, 0, short_name="米业")
    with pytest.raises(RuleError, match="is not assigned to you"):
        add_entry(actor=actor, values={"name": "王总", "position": "经理"}, **given)
    with pytest.raises(RuleError, match="is not assigned to you"):
        change_entry(actor=actor, entry=leader.pk, version=1, values={"name": "王总"}, **given)
    with pytest.raises(RuleError, match="is not assigned to you"):
        remove_entry(actor=actor, entry=leader.pk, version=1, reason="gone", **given)
    assert Leader.objects.get().version == 1 and DossierChange.objects.count() == 1


def test_who_was_assigned_yesterday_or_is_tomorrow_does_not_write(cast: Cast) -> None:
    today, day = timezone.localdate(), dt.timedelta(days=1)
    customer = make_customer(cast.south, kind="unit")
    make_assignment(customer, cast.wang, last=today - day)
    make_assignment(customer, cast.li, first=today + day)
    for person in ("wang", "li"):
        with pytest.raises(RuleError, match="is not assigned to you"):
            basics(cast.actor(person), customer, 0, short_name="米业")


def test_nothing_is_written_about_a_customer_that_is_put_aside(cast: Cast) -> None:
    aside = {"archived_at": timezone.now(), "archived_by": cast.chen, "archive_reason": "closed down"}
    customer = make_customer(cast.south, "C300", name="柴湖米业", kind="unit", **aside)
    with pytest.raises(RuleError, match="柴湖米业 is put aside"):
        basics(cast.actor("wang"), customer, 0, short_name="米业")
    text = browser(cast.zhou).get(reverse("desk:customer_detail", args=["C300"])).content.decode()
    assert "closed down" in text and at("dossier_edit", customer) not in text


def test_a_customer_that_was_merged_leads_to_the_one_that_goes_on(cast: Cast, unit: Customer) -> None:
    aside = {"archived_at": timezone.now(), "archived_by": cast.zhou, "archive_reason": "the same", "merged_into": unit}
    make_customer(cast.south, "C301", name="柴湖米业", kind="unit", **aside)
    text = browser(cast.zhou).get(reverse("desk:customer_detail", args=["C301"])).content.decode()
    assert "was merged into it" in text and f'href="{reverse("desk:customer_detail", args=["C100"])}' in text


def test_the_branch_reads_the_sections_and_finds_no_way_to_write(cast: Cast, unit: Customer) -> None:
    make_basics(unit, short_name="米业")
    for person in (cast.zhou, cast.chen, cast.wu, cast.qian):
        client = browser(person)
        text = client.get(at("dossier_section", unit, BASICS)).content.decode()
        assert "米业" in text and at("dossier_edit", unit) not in text
        assert client.get(at("dossier_edit", unit)).status_code == 302
        client.post(at("dossier_edit", unit), {"short_name": "other", "version": 1})
    assert BasicFacts.objects.get().short_name == "米业"


def test_another_branch_is_answered_as_if_there_were_no_such_customer(cast: Cast, unit: Customer) -> None:
    leader = make_dossier_entry(unit, Leader, "leaders", name="刘总", position="经理")
    addresses = [
        at("dossier_section", unit, BASICS),
        at("dossier_edit", unit),
        at("dossier_add", unit, "leaders"),
        at("dossier_change", unit, "leaders", leader.pk),
        at("dossier_remove", unit, "leaders", leader.pk),
        at("customer_history", unit),
    ]
    for person in (cast.sun, cast.zhao, cast.li, cast.he, cast.song):
        client = browser(person)
        for address in addresses:
            assert client.get(address).status_code == client.post(address, {"reason": "x"}).status_code == 404


def test_a_section_that_such_a_customer_does_not_have_is_not_there(cast: Cast, unit: Customer, farm: Customer) -> None:
    client = browser(cast.wang)
    assert client.get(at("dossier_section", unit, "family")).status_code == 404
    assert client.get(at("dossier_section", farm, "leaders")).status_code == 404
    assert client.get(at("dossier_section", farm, "nonsense")).status_code == 404
    assert client.get(at("dossier_add", unit, BASICS)).status_code == 404
    with pytest.raises(BadInput, match="no such section"):
        add_entry(actor=cast.actor("wang"), customer=unit, section="family", values={"name": "x"})


# --- two versions


def test_who_was_slower_is_shown_both_versions_and_loses_nothing(cast: Cast, unit: Customer) -> None:
    make_basics(unit, short_name="old", premises="old", legal_form="old")
    first, second = browser(cast.wang), browser(cast.wang)
    address = at("dossier_edit", unit)
    typed = {"version": "1", "employee_count": "", "main_business": ""}
    first.post(address, typed | {"short_name": "first", "premises": "first", "legal_form": "old"})
    page = second.post(address, typed | {"short_name": "second", "premises": "old", "legal_form": "second"})
    form, text = page.context["form"], page.content.decode()
    assert "王小明 has saved this at" in text and 'value="second"' in text
    # Both have changed the short name; the premises are the other's alone, the legal form one's own.
    assert {name: one.is_clash for name, one in form.versus.items()} == {
        "short_name": True,
        "premises": False,
        "legal_form": False,
    }
    assert (form["premises"].value(), form["legal_form"].value(), form["version"].value()) == ("first", "second", "2")
    again = {name: form[name].value() for name in form.names} | {"version": "2", "clash": "short_name"}
    page = second.post(address, again)
    assert "Two versions stand here. Choose one of them." in page.content.decode()
    assert BasicFacts.objects.get().version == 2
    second.post(address, again | {"take_short_name": "now"})
    facts = BasicFacts.objects.get()
    assert (facts.short_name, facts.premises, facts.legal_form, facts.version) == ("first", "first", "second", 3)
    assert DossierChange.objects.latest("pk").changes == {"legal_form": ["old", "second"]}


def test_ones_own_version_may_be_chosen_and_a_third_save_between_is_seen_too(cast: Cast, unit: Customer) -> None:
    wang, client, address = cast.actor("wang"), browser(cast.wang), at("dossier_edit", unit)
    make_basics(unit, short_name="old")
    basics(wang, unit, 1, short_name="first")
    chosen = {"short_name": "mine", "version": "2", "clash": "short_name", "take_short_name": "typed"}
    basics(wang, unit, 2, short_name="third")
    form = client.post(address, chosen).context["form"]
    assert (form["version"].value(), form.versus["short_name"].now, form["short_name"].value()) == (
        "3",
        "third",
        "mine",
    )
    client.post(address, chosen | {"version": "3"})
    assert BasicFacts.objects.get().short_name == "mine"


def test_what_somebody_has_taken_out_meanwhile_may_be_added_once_more(cast: Cast, unit: Customer) -> None:
    leader = make_dossier_entry(unit, Leader, "leaders", name="刘总", position="经理")
    client, address = browser(cast.wang), at("dossier_change", unit, "leaders", leader.pk)
    given = {"actor": cast.actor("wang"), "customer": unit, "section": "leaders", "entry": leader.pk}
    remove_entry(version=1, reason="gone", **given)
    with pytest.raises(SectionConflict, match="has taken this entry out"):
        change_entry(version=1, values={"name": "刘德厚", "position": "董事长"}, **given)
    page = client.post(address, {"name": "刘德厚", "position": "董事长", "version": "1"})
    text = page.content.decode()
    assert "has taken this entry out" in text and 'value="刘德厚"' in text
    form = page.context["form"]
    sent = {"name": "刘德厚", "position": "董事长", "version": "0", "token": form["token"].value()}
    assert at("dossier_add", unit, "leaders") in text
    client.post(at("dossier_add", unit, "leaders"), sent)
    assert Leader.objects.get(removed_at__isnull=True).name == "刘德厚"


def test_what_somebody_has_changed_meanwhile_is_looked_at_before_it_is_taken_out(cast: Cast, unit: Customer) -> None:
    leader = make_dossier_entry(unit, Leader, "leaders", name="刘总", position="经理")
    client, address = browser(cast.wang), at("dossier_remove", unit, "leaders", leader.pk)
    given = {"actor": cast.actor("wang"), "customer": unit, "section": "leaders", "entry": leader.pk}
    change_entry(version=1, values={"name": "刘德厚"}, **given)
    text = client.post(address, {"reason": "left", "version": "1"}).content.decode()
    assert "Look at it as it is now" in text and "刘德厚" in text and ">left</textarea>" in text
    assert Leader.objects.get().removed_at is None
    client.post(address, {"reason": "left", "version": "2"})
    assert Leader.objects.get().removed_at is not None


def test_an_entry_that_came_with_a_merge_is_compared_with_what_stood_when_it_was_opened(
    cast: Cast, unit: Customer
) -> None:
    # Its first three versions are in the history of another customer; here it begins with the third.
    leader = make_dossier_entry(unit, Leader, "leaders", name="刘总", position="经理", remarks="old", version=3)
    given = {"actor": cast.actor("wang"), "customer": unit, "section": "leaders", "entry": leader.pk}
    for version in (3, 4, 5):
        change_entry(version=version, values={"remarks": f"remark {version}"}, **given)
    with pytest.raises(SectionConflict) as conflict:
        change_entry(version=4, values={"remarks": "mine", "name": "刘总"}, **given)
    [difference] = conflict.value.differences
    assert (difference.opened, difference.now, difference.is_clash) == ("remark 3", "remark 5", True)
    with pytest.raises(SectionConflict) as conflict:
        change_entry(version=1, values={"remarks": "mine"}, **given)
    assert conflict.value.differences[0].is_clash


# --- the forms, with scripts and without


def test_a_section_is_written_on_a_plain_page_and_shows_what_changed(cast: Cast, unit: Customer) -> None:
    client = browser(cast.wang)
    page = client.get(at("dossier_edit", unit))
    assert page.status_code == 200 and "<html" in page.content.decode()
    sent = {"short_name": "米业", "yearly_sales_fen": "1,200.50", "version": "0", "reason": "told at the fair"}
    answer = client.post(at("dossier_edit", unit), sent, follow=True)
    assert answer.redirect_chain[0][0] == reverse("desk:customer_detail", args=["C100"]) + "#section-basics"
    text = answer.content.decode()
    assert "Saved: short name — → 米业; yearly sales — → 1,200.50 yuan." in text
    assert DossierChange.objects.get().reason == "told at the fair"


def test_htmx_is_given_the_section_alone_with_what_changed_beside_it(cast: Cast, unit: Customer) -> None:
    client = browser(cast.wang)
    form = client.get(at("dossier_add", unit, "leaders"), headers=HTMX).content.decode()
    assert "<html" not in form and 'id="section-leaders"' in form and 'name="token"' in form
    sent = {"name": "刘总", "position": "经理", "version": "0", "token": str(uuid.uuid4())}
    saved = client.post(at("dossier_add", unit, "leaders"), sent, headers=HTMX).content.decode()
    assert "<html" not in saved and "Saved:" in saved and "刘总" in saved and "<form" not in saved.split("entries")[1]
    nothing = client.post(at("dossier_edit", unit), {"version": "0"}, headers=HTMX).content.decode()
    assert "Nothing was changed, so nothing was saved." in nothing


def test_what_cannot_be_kept_is_said_beside_its_field_and_stays_typed(cast: Cast, unit: Customer) -> None:
    client = browser(cast.wang)
    sent = {"short_name": "米业", "registered_capital_fen": "many", "founded_on": "2999-01-01", "version": "0"}
    text = client.post(at("dossier_edit", unit), sent).content.decode()
    assert "“many” is not a figure" in text and 'value="米业"' in text and 'value="many"' in text
    text = client.post(at("dossier_edit", unit), sent | {"registered_capital_fen": "1"}).content.decode()
    assert "This day is still to come" in text and not BasicFacts.objects.exists()


def test_what_was_typed_before_a_hand_over_is_refused_with_a_sentence_and_shown_again(
    cast: Cast, unit: Customer
) -> None:
    client = browser(cast.wang)
    client.get(at("dossier_edit", unit))
    unit.assignments.update(last_day=timezone.localdate() - dt.timedelta(days=1))
    make_account_of(unit, cast.wang)
    text = client.post(at("dossier_edit", unit), {"short_name": "米业", "version": "0"}).content.decode()
    assert "is not assigned to you" in text and 'value="米业"' in text and not BasicFacts.objects.exists()


def make_account_of(customer: Customer, manager: Employee) -> None:
    """An account by which the manager still sees the customer."""
    make_attribution(make_account(customer.branch, customer=customer), manager)


def test_a_form_that_htmx_sends_after_the_session_has_ended_is_asked_for_once_more_as_a_whole(
    cast: Cast, unit: Customer
) -> None:
    make_user(cast.wang)
    stranger = Client()
    stranger.cookies["django_language"] = "en"
    address, sent = at("dossier_edit", unit), {"short_name": "米业的全称放在这里", "version": "0"}
    assert stranger.post(address, sent, headers=HTMX).status_code == 401
    page = stranger.post(address, sent).content.decode()
    assert "Your session had ended. What you typed is kept" in page
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found is not None
    back = stranger.post(
        reverse("organization:sign_in"), {"employee_no": "S101", "password": PASSWORD, "kept": found[1]}
    )
    typed = back.context["typed"]
    assert typed.address == address
    stranger.post(typed.address, dict(typed.fields))
    assert BasicFacts.objects.get().short_name == "米业的全称放在这里"


# --- telephone numbers


def test_the_own_manager_dials_with_a_tap_and_that_is_on_the_trail_once_a_day(cast: Cast, unit: Customer) -> None:
    make_dossier_entry(unit, Leader, "leaders", name="刘总", position="经理", phone="13900005678")
    page, client = reverse("desk:customer_detail", args=["C100"]), browser(cast.wang)
    text = client.get(page).content.decode()
    assert 'href="tel:13800001234"' in text and 'href="tel:13900005678"' in text
    client.get(at("dossier_section", unit, "leaders"), headers=HTMX)
    [read] = TrailEntry.objects.filter(action="read_phones")
    assert (read.actor_no, read.subject_key) == ("S101", "C100")
    text = browser(cast.zhou).get(page).content.decode()
    assert "tel:" not in text and "138****1234" in text and "139****5678" in text and "13900005678" not in text
    assert TrailEntry.objects.filter(action="read_phones").count() == 1


def test_the_trail_keeps_telephone_numbers_masked(cast: Cast, unit: Customer) -> None:
    basics(cast.actor("wang"), unit, 0, second_phone="13900005678")
    body = TrailEntry.objects.get(action="dossier_added").body
    assert "139****5678" in body and "13900005678" not in body


# --- the history


@pytest.mark.parametrize("statement", ["UPDATE {} SET reason = 'other'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_program_itself_cannot_change_the_history(cast: Cast, unit: Customer, statement: str) -> None:
    make_basics(unit, short_name="米业")
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("customers_dossierchange"))


def test_the_history_shows_who_when_before_after_and_why_in_peoples_words(cast: Cast, unit: Customer) -> None:
    wang = cast.actor("wang")
    basics(wang, unit, 0, registered_capital_fen=500_000_00, second_phone="13900005678")
    save_basics(
        actor=wang, customer=unit, version=1, values={"registered_capital_fen": 800_000_00}, reason="new licence"
    )
    add_entry(actor=wang, customer=unit, section="leaders", values={"name": "刘总", "position": "经理"})
    text = browser(cast.zhou).get(at("customer_history", unit)).content.decode()
    for words in ("王小明", "Registered capital", "500,000.00 yuan", "800,000.00 yuan", "Why: new licence", "刘总"):
        assert words in text
    assert "139****5678" in text and "13900005678" not in text
    only = browser(cast.zhou).get(at("customer_history", unit) + "?section=leaders").content.decode()
    assert "刘总" in only and "Registered capital" not in only


def test_a_long_history_is_read_page_by_page(cast: Cast, unit: Customer) -> None:
    for number in range(25):
        basics(cast.actor("wang"), unit, number, short_name=f"name {number}")
    client = browser(cast.zhou)
    first = client.get(at("customer_history", unit))
    assert len(first.context["changes"]) == 20 and first.context["changes"][0].changes["short_name"][1] == "name 24"
    older = client.get(at("customer_history", unit), {"cursor": first.context["page"].next})
    assert [one.changes["short_name"][1] for one in older.context["changes"]] == [f"name {n}" for n in range(4, -1, -1)]


def test_a_section_of_a_day_shows_what_stood_then_and_marks_what_is_different_today(cast: Cast, unit: Customer) -> None:
    wang, yesterday = cast.actor("wang"), timezone.now() - dt.timedelta(days=1)
    DossierChange.objects.create(
        customer=unit, section=BASICS, what="added", changes={"short_name": ["", "旧名"]}, made_at=yesterday
    )
    BasicFacts.objects.create(customer=unit, short_name="旧名")
    basics(wang, unit, 1, short_name="新名")
    client = browser(cast.zhou)
    day = timezone.localtime(yesterday).date()
    text = client.get(at("dossier_section", unit, BASICS), {"as_of": day.isoformat()}).content.decode()
    assert "旧名" in text and "新名" in text and 'class="differs"' in text
    before = client.get(at("dossier_section", unit, BASICS), {"as_of": "2020-01-01"}).content.decode()
    assert f"The dossier begins on {day}" in before
    assert client.get(at("dossier_section", unit, BASICS), {"as_of": "nonsense"}).status_code == 200


# --- any sequence of saves

WORDS = st.sampled_from(["", "a", "b", "刘总"])
VALUES = st.fixed_dictionaries(
    {"name": st.sampled_from(["刘总", "王总"]), "position": st.sampled_from(["x", "y"])},
    optional={"phone": WORDS, "born_on": st.sampled_from([None, dt.date(1980, 1, 1)]), "remarks": WORDS},
)
FACTS = st.dictionaries(st.sampled_from(["short_name", "main_business", "remarks"]), WORDS)
STEPS = st.lists(
    st.tuples(st.sampled_from(["facts", "add", "change", "remove"]), FACTS, VALUES, st.integers(0, 3), st.booleans()),
    max_size=12,
)


# Not shrunk: each example is a dossier of its own in the database.
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_replaying_the_history_gives_todays_record_and_every_days(
    own_cast: Cast, steps: list[tuple[str, dict[str, Any], dict[str, Any], int, bool]]
) -> None:
    customer = make_customer(own_cast.south, kind="unit")
    make_assignment(customer, own_cast.wang)
    actor, day, stood = actor_of(own_cast.wang), dt.date(2025, 1, 1), {}
    seen = 0
    for what, facts, values, which, next_day in steps:
        _save(actor, customer, what, facts, values, which)
        made = list(DossierChange.objects.filter(customer=customer, pk__gt=seen).values_list("pk", flat=True))
        seen = max([seen, *made])
        _happened(made, day)
        stood[day] = {section: record_now(customer, section) for section in (BASICS, "leaders")}
        day += dt.timedelta(days=1 if next_day else 0)
    for section in (BASICS, "leaders"):
        assert record_on(customer, section, timezone.localdate()) == record_now(customer, section)
        assert record_on(customer, section, dt.date(2024, 12, 31)) == {}
        for each, sections in stood.items():
            assert record_on(customer, section, each) == sections[section]


def _save(
    actor: Actor, customer: Customer, what: str, facts: dict[str, Any], values: dict[str, Any], which: int
) -> None:
    """One save through the actions, of an entry that is there."""
    if what == "facts":
        row = BasicFacts.objects.filter(customer=customer).first()
        save_basics(actor=actor, customer=customer, version=row.version if row else 0, values=facts)
    elif what == "add":
        add_entry(actor=actor, customer=customer, section="leaders", values=values)
    else:
        there = list(Leader.objects.filter(customer=customer, removed_at__isnull=True))
        if there:
            leader = there[which % len(there)]
            given = {"actor": actor, "customer": customer, "section": "leaders", "entry": leader.pk}
            if what == "change":
                change_entry(version=leader.version, values=values, **given)
            else:
                remove_entry(version=leader.version, reason="gone", **given)


def _happened(changes: list[int], day: dt.date) -> None:
    """As if the changes had been made on the day: only the owner of the tables can turn the clock back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE customers_dossierchange DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE customers_dossierchange SET made_at = %s WHERE id = ANY(%s)",
            [timezone.make_aware(dt.datetime.combine(day, dt.time(23, 59, 59))), changes],
        )
        cursor.execute("ALTER TABLE customers_dossierchange ENABLE TRIGGER USER")
