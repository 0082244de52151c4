"""Prospects: found once, moved along the stages by their own manager, won with their customer, lost with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.prospects import change_prospect, find_prospect, hand_prospect, keep_next_step, step_prospect
from customers.actions.visits import record_visit
from customers.models import Prospect, ProspectStep, Visit
from customers.queries.prospects import board, candidates, next_stages, prospects
from customers.queries.visits import prospect_steps_due, visits_of
from customers.rules.states import PROSPECT_STEPS, VISIT_STEPS
from organization.models import Employee, Notification, TrailEntry, User
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_prospect, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(User.objects.filter(employee=person).first() or make_user(person))
    return client


def found(cast: Cast, **changed: Any) -> Prospect:
    values = {"name": "赵六", "kind": "individual", "phone": "13912345678", "expected_fen": 100_000_00} | changed
    return find_prospect(actor=cast.actor("wang"), branch=cast.south, **values)


def step(cast: Cast, prospect: Prospect, to: str, person: str = "wang", **given: Any) -> None:
    step_prospect(
        actor=cast.actor(person), prospect=prospect, to=to, **{"version": Prospect.objects.get().version} | given
    )


def test_a_prospect_goes_its_way_and_every_step_is_kept(cast: Cast) -> None:
    prospect = found(cast)
    for to in ("visited", "interested", "promised"):
        step(cast, prospect, to)
    with pytest.raises(RuleError, match="No step leads from “promised” to “found”"):
        step(cast, prospect, "found")
    with pytest.raises(RuleError, match="No step leads"):
        step(cast, prospect, "nowhere")
    with pytest.raises(BadInput, match="Say why it was lost"):
        step(cast, prospect, "lost", words=" ")
    step(cast, prospect, "lost", words="He keeps his bank.")
    step(cast, prospect, "found")
    prospect.refresh_from_db()
    assert prospect.lost_reason == "" and prospect.initials == "zl"
    ways = [(one.stage_before, one.stage_after, one.words) for one in prospect.steps.all()]
    assert ways[0] == ("", "found", "") and ways[4] == ("promised", "lost", "He keeps his bank.")
    assert len(ways) == 6 and TrailEntry.objects.filter(action="step_prospect").count() == 5


def test_only_the_own_manager_moves_and_changes(cast: Cast) -> None:
    prospect = found(cast)
    for person in ("li", "zhou", "chen", "zhao"):
        with pytest.raises(RuleError, match="赵六 is looked after by 王小明, who alone writes here"):
            step(cast, prospect, "visited", person)
    with pytest.raises(RuleError, match="You do not have the right"):
        find_prospect(actor=cast.actor("zhao"), branch=cast.south, name="X", kind="unit")
    with pytest.raises(RuleError, match="You do not have the right"):
        find_prospect(actor=cast.actor("chen"), branch=cast.south, name="X", kind="unit")


def test_of_two_who_move_one_card_the_second_is_told_who_was_first(cast: Cast) -> None:
    prospect = found(cast)
    step(cast, prospect, "visited", version=1)
    with pytest.raises(Conflict, match="王小明 has moved 赵六 to “visited” at"):
        step(cast, prospect, "interested", version=1)
    change_prospect(actor=cast.actor("wang"), prospect=prospect, version=2, name="赵六", kind="unit")
    with pytest.raises(Conflict, match=r"赵六 was changed at .* in another window"):
        step(cast, prospect, "interested", version=2)
    page = browser(cast.wang).post(
        reverse("customers:prospect_step", args=[prospect.pk]), {"to": "lost", "version": "1", "words": "Typed."}
    )
    assert "Typed." in page.content.decode() and "another window" in page.content.decode()


def test_what_was_typed_stands_beside_what_another_window_changed(cast: Cast) -> None:
    prospect, client = found(cast), browser(cast.wang)
    address = reverse("customers:prospect_edit", args=[prospect.pk])
    values = {"name": "赵六", "kind": "individual", "version": "1"}
    client.post(address, values | {"wants": "From the first window."})
    page = client.post(address, values | {"wants": "From the second window."})
    text = page.content.decode()
    assert "From the first window." in text and "From the second window." in text
    client.post(address, values | {"wants": "Both.", "version": page.context["form"]["version"].value()})
    prospect.refresh_from_db()
    assert (prospect.wants, prospect.version) == ("Both.", 3)


def test_somebody_known_already_is_pointed_out_and_another_person_may_be_meant(cast: Cast) -> None:
    make_customer(cast.south, "C-7", name="赵六", phone="13912345678")
    make_customer(cast.north, "C-8", name="钱多", phone="139")
    with pytest.raises(RuleError, match="the customer 赵六, C-7"):
        found(cast)
    client, address = browser(cast.wang), reverse("customers:prospect_new")
    values = {"name": "赵六", "kind": "individual", "phone": "13912345678", "expected_fen": "1000"}
    page = client.post(address, values).content.decode()
    assert "It is another person" in page and "the customer 赵六, C-7" in page and 'value="1000"' in page
    client.post(address, values | {"sure": "on"})
    assert Prospect.objects.get().expected_fen == 1_000_00
    with pytest.raises(RuleError, match="the prospect 赵六 of 王小明"):
        find_prospect(actor=cast.actor("li"), branch=cast.south, name="赵六", kind="individual", phone="13912345678")
    found(cast, name="赵六", phone="13900000000")
    found(cast, name="钱多", phone="139")


def test_a_form_that_is_sent_twice_finds_one_prospect(cast: Cast) -> None:
    client, address = browser(cast.wang), reverse("customers:prospect_new")
    for _time in range(2):
        client.post(address, {"name": "赵六", "kind": "individual", "phone": "13912345678"})
    assert Prospect.objects.count() == 1


def test_won_is_a_customer_on_record_and_the_clerks_assign_it_as_developed(cast: Cast) -> None:
    prospect = found(cast, source="A neighbour told me.")
    customer = make_customer(cast.south, "C-7", name="赵六")
    elsewhere = make_customer(cast.north, "C-8", name="赵六")
    record_visit(actor=cast.actor("wang"), whom=prospect, kind="visit", purpose="Deposits", day=TODAY)
    with pytest.raises(BadInput, match="A prospect is won when it is a customer"):
        step(cast, prospect, "won")
    with pytest.raises(BadInput, match="Choose a customer of 城南信用社"):
        step(cast, prospect, "won", customer=elsewhere)
    client = browser(cast.wang)
    address = reverse("customers:prospect_step", args=[prospect.pk])
    version = Prospect.objects.get().version
    assert client.post(address, {"to": "won", "version": version}).url == reverse(  # type: ignore[attr-defined]
        "customers:prospect_win", args=[prospect.pk]
    )
    page = client.get(reverse("customers:prospect_win", args=[prospect.pk])).content.decode()
    assert "C-7" in page and "C-8" not in page
    client.post(address, {"to": "won", "version": version, "customer": "C-8"})
    assert Prospect.objects.get().stage == "visited"
    client.post(address, {"to": "won", "version": version, "customer": "C-7"})
    prospect.refresh_from_db()
    assert (prospect.stage, prospect.customer) == ("won", customer)
    told = Notification.objects.get()
    assert told.employee == cast.chen
    assert told.words == "王小明 has won 赵六. Assign the customer C-7 to 王小明 as newly developed."
    assert [one.prospect for one in visits_of(customer)] == [prospect]
    with pytest.raises(RuleError, match="No step leads from “won”"):
        step(cast, prospect, "lost", words="x")
    with pytest.raises(RuleError, match="赵六 is a customer now"):
        record_visit(actor=cast.actor("wang"), whom=prospect, kind="visit", purpose="x", day=TODAY)


def test_who_may_be_the_customer_is_named_alike_or_seen_by_the_manager(cast: Cast) -> None:
    prospect = found(cast)
    alike = make_customer(cast.south, "C-1", name="赵六")
    phone = make_customer(cast.south, "C-2", name="赵小六", phone="13912345678")
    own = make_customer(cast.south, "C-3", name="孙七")
    make_assignment(own, cast.wang)
    make_customer(cast.south, "C-4", name="孙八")
    make_customer(cast.north, "C-5", name="赵六")
    actor = cast.actor("wang")
    assert set(candidates(actor, prospect)) == {alike, phone}
    assert set(candidates(actor, prospect, "孙")) == {alike, phone, own}
    assert set(candidates(actor, prospect, "C-4")) == {alike, phone}


def test_a_visit_to_who_was_only_found_makes_it_visited_and_says_what_comes_next(cast: Cast) -> None:
    prospect, actor = found(cast), cast.actor("wang")
    values = {"purpose": "Deposits", "day": TODAY}
    call = record_visit(actor=actor, whom=prospect, kind="call", **values)
    assert not call.moved and Prospect.objects.get().stage == "found"
    page = browser(cast.wang).post(
        reverse("customers:visit_new"),
        {"key": f"p:{prospect.pk}", "kind": "visit", "purpose": "Deposits", "day": TODAY, "next_in": "week"},
        follow=True,
    )
    assert "The prospect is marked as visited." in page.content.decode()
    prospect.refresh_from_db()
    assert (prospect.stage, prospect.next_step) == ("visited", "Deposits")
    assert prospect.next_on is not None and list(prospect_steps_due(actor, prospect.next_on)) == [prospect]
    with pytest.raises(Conflict, match=r"王小明 has moved|in another window"):
        keep_next_step(actor=actor, prospect=prospect, version=1)
    browser(cast.wang).post(reverse("customers:prospect_keep", args=[prospect.pk]))
    prospect.refresh_from_db()
    assert (prospect.next_step, prospect.next_on) == ("", None)
    assert Visit.objects.filter(prospect=prospect).count() == 2
    step(cast, prospect, "lost", words="gone")
    with pytest.raises(RuleError, match=r"赵六 is lost\. Find the prospect again first"):
        record_visit(actor=actor, whom=prospect, kind="visit", **values)


def test_the_branch_hands_a_prospect_to_another_of_its_managers(cast: Cast) -> None:
    prospect, address = found(cast), reverse("customers:prospect_hand", args=[Prospect.objects.get().pk])
    with pytest.raises(RuleError, match="You do not have the right"):
        hand_prospect(actor=cast.actor("wang"), prospect=prospect, manager=cast.li)
    with pytest.raises(RuleError, match="赵强 is no account manager in office at 城南信用社"):
        hand_prospect(actor=cast.actor("zhou"), prospect=prospect, manager=cast.zhao)
    browser(cast.zhou).post(address, {"manager": "S102"})
    prospect.refresh_from_db()
    assert prospect.manager == cast.li
    assert Notification.objects.get(employee=cast.li).words == "周建国 has given you the prospect 赵六."


def test_the_board_counts_and_sums_each_column_and_shows_what_may_be_seen(cast: Cast) -> None:
    for name in ("甲村", "乙村", "丙村"):
        make_prospect(cast.wang, name, expected_fen=100_00)
    make_prospect(cast.li, "B", stage="lost", expected_fen=5)
    make_prospect(cast.zhao, "C", stage="promised")
    make_prospect(cast.li, "Old", stage="lost", made_at=timezone.now() - timezone.timedelta(days=100))
    columns = {column.stage: column for column in board(prospects(cast.actor("zhou")), TODAY)}
    assert list(columns) == list(Prospect.Stage)
    assert (columns["found"].number, columns["found"].expected_fen, columns["found"].more) == (3, 300_00, 0)  # type: ignore[index]
    assert [card.name for card in columns["lost"].cards] == ["B"]  # type: ignore[index]
    assert columns["promised"].number == 0  # type: ignore[index]
    address = reverse("customers:prospect_board")
    own = browser(cast.wang).get(address).content.decode()
    assert "300.00" in own and "B</strong>" not in own and "C</strong>" not in own
    assert "乙村" not in browser(cast.zhou).get(address + "?manager=S102").content.decode()
    assert "乙村" in browser(cast.zhou).get(address + "?q=乙").content.decode()
    rows = browser(cast.zhou).get(reverse("customers:prospect_list") + "?stage=found").content.decode()
    assert "乙村" in rows and "Old" not in rows
    assert "300.00" in browser(cast.zhou).get(reverse("customers:prospect_totals")).content.decode()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE customers_prospect SET stage = 'promised' WHERE stage = 'lost'", "No step leads from this stage"),
        ("UPDATE customers_prospect SET stage = 'won' WHERE stage = 'found'", "won when it is a customer"),
        ("UPDATE customers_prospect SET lost_reason = '' WHERE stage = 'lost'", "Say why it was lost"),
        ("UPDATE customers_prospectstep SET words = 'x'", "The steps of a prospect stay"),
        ("DELETE FROM customers_prospectstep", "The steps of a prospect stay"),
        (
            "UPDATE customers_prospect SET manager_id = (SELECT id FROM organization_employee WHERE name = '赵强')",
            "looked after by an account manager of its branch",
        ),
    ],
)
def test_the_database_keeps_the_stages_and_the_steps(cast: Cast, statement: str, sentence: str) -> None:
    make_prospect(cast.wang)
    make_prospect(cast.wang, stage="lost")
    refused = pytest.raises(RuleError, match=sentence)
    with refused, obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_prospect_is_never_deleted(cast: Cast) -> None:
    prospect = Prospect.objects.create(
        name="x",
        kind="unit",
        branch=cast.south,
        manager=cast.wang,
        made_at=timezone.now(),
        changed_at=timezone.now(),
    )
    refused = pytest.raises(RuleError, match="A prospect stays on record")
    with refused, obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_prospect WHERE id = %s", [prospect.pk])


def test_the_tables_of_steps_are_those_of_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, encode(tgargs, 'escape') FROM pg_trigger WHERE tgname IN ('visit_state_law', 'prospect_law')"
        )
        kept = {name: set(words.split("\\000")[:-1]) for name, words in cursor.fetchall()}
    for name, table in (("visit_state_law", VISIT_STEPS), ("prospect_law", PROSPECT_STEPS)):
        assert kept[name] == {f"{state}>{to}" for state, steps in table.items() for to in steps}
    assert next_stages(Prospect(stage="lost")) == [Prospect.Stage.FOUND]
    assert ProspectStep._meta.ordering == ("prospect", "pk")
