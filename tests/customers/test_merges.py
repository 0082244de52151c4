"""Two customers who are one: proposed by one person, decided by another, and everything hangs on the one that goes on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.merges import decide_merge, propose_merge, reject_merge
from customers.models import (
    Assignment,
    BasicFacts,
    Customer,
    CustomerHandOver,
    FamilyMember,
    Merge,
    Prospect,
    ServiceRequest,
)
from customers.queries.dossier import record_now, record_on
from customers.queries.merges import preview
from deposits.models import DepositAccount
from loans.models import Loan
from managers.models import Appointment
from organization.actions.documents import add_document
from organization.models import Document, Employee, Notification, TrailEntry
from organization.queries import actor_of
from organization.rules import SYSTEM
from tests.cast import Cast, assemble
from tests.concurrency.test_month_states import at_once
from tests.english import english
from tests.files import bring
from tests.make import (
    grant,
    make_account,
    make_assignment,
    make_basics,
    make_customer,
    make_dossier_entry,
    make_employee,
    make_hand_over,
    make_household,
    make_loan,
    make_merge,
    make_user,
)

__all__ = ["english"]


def pair(cast: Cast) -> tuple[Customer, Customer]:
    return make_customer(cast.south, "K1", name="张三"), make_customer(cast.south, "K2", name="张三")


def proposed(cast: Cast, kept: Customer, archived: Customer) -> Merge:
    return propose_merge(actor=cast.actor("chen"), kept=kept, archived=archived, reason="one number")


def merged(cast: Cast, kept: Customer, archived: Customer) -> Merge:
    merge = proposed(cast, kept, archived)
    decide_merge(actor=cast.actor("zhou"), merge=merge)
    for row in (merge, kept, archived):
        row.refresh_from_db()
    return merge


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


def test_the_clerk_proposes_and_the_director_who_is_told_decides(cast: Cast) -> None:
    kept, archived = pair(cast)
    client = browser(cast.chen)
    url = reverse("customers:merge_propose", args=["K1"])
    page = client.get(url, {"other": "K2"}).content.decode()
    assert "This one" in page and "The other one" in page
    client.post(url, {"other": "K2", "goes_on": "this", "reason": "one number"})
    merge = Merge.objects.get()
    assert (merge.kept, merge.archived, merge.state) == (kept, archived, "proposed")
    assert Notification.objects.get().employee == cast.zhou
    assert Notification.objects.get().words == "陈静 proposes to merge customer K2 into K1. Decide it."
    director, decide = browser(cast.zhou), reverse("customers:merge_decide", args=[merge.pk])
    assert "A merge is not taken back" in director.get(Notification.objects.get().address).content.decode()
    director.post(decide, {"agree": "yes", "words": "looked at both"})
    archived.refresh_from_db()
    assert archived.merged_into == kept and archived.archive_reason == "one number"
    assert Notification.objects.filter(employee=cast.chen).get().words == "周建国 has merged customer K2 into K1."
    assert TrailEntry.objects.filter(action="merge_customer", subject_key__in=("K1", "K2")).count() == 2
    detail = client.get(reverse("desk:customer_detail", args=["K2"]))
    assert detail.status_code == 200
    part = client.get(reverse("customers:customer_identity", args=["K2"])).content.decode()
    assert "Merged on" in part and "K1" in part


def test_what_cannot_be_merged_is_refused_with_a_sentence(cast: Cast) -> None:
    kept, archived = pair(cast)
    clerk = cast.actor("chen")
    with pytest.raises(BadInput, match="Choose two different customers"):
        propose_merge(actor=clerk, kept=kept, archived=kept, reason="one")
    with pytest.raises(BadInput, match="Say why these are one"):
        propose_merge(actor=clerk, kept=kept, archived=archived, reason=" ")
    with pytest.raises(RuleError, match="A unit and a person are never one"):
        propose_merge(actor=clerk, kept=kept, archived=make_customer(cast.south, kind="unit"), reason="one")
    with pytest.raises(RuleError, match="You do not have the right to do this at 城北信用社"):
        propose_merge(actor=clerk, kept=kept, archived=make_customer(cast.north), reason="one")
    with pytest.raises(RuleError, match="You do not have the right"):
        propose_merge(actor=cast.actor("wang"), kept=kept, archived=archived, reason="one")
    with pytest.raises(RuleError, match="A person proposes"):
        propose_merge(actor=SYSTEM, kept=kept, archived=archived, reason="one")
    proposed(cast, kept, archived)
    with pytest.raises(RuleError, match="is being merged, or is merged already"):
        proposed(cast, kept, archived)


def test_who_proposes_does_not_decide_on_the_page_in_the_action_and_in_the_database(cast: Cast) -> None:
    kept, archived = pair(cast)
    merge = propose_merge(actor=cast.actor("zhou"), kept=kept, archived=archived, reason="one number")
    client = browser(cast.zhou)
    page = client.get(reverse("customers:merge_detail", args=[merge.pk])).content.decode()
    assert "Another person decides." in page and "Merge the two" not in page
    page = client.post(reverse("customers:merge_decide", args=[merge.pk]), {"agree": "yes"}).content.decode()
    assert "Who proposes a merge does not decide it. Ask another person." in page
    for decide in (decide_merge, reject_merge):
        with pytest.raises(RuleError, match="Who proposes a merge does not decide it"):
            decide(actor=cast.actor("zhou"), merge=merge, words="no")  # type: ignore[operator]
    with (
        pytest.raises(RuleError, match="Who proposes a merge does not decide it"),
        obeying_laws(),
        transaction.atomic(),
    ):
        Merge.objects.filter(pk=merge.pk).update(state="merged", decided_by=cast.zhou)
    with pytest.raises(RuleError, match="You do not have the right"):
        decide_merge(actor=cast.actor("chen"), merge=merge)
    merge.refresh_from_db()
    assert merge.state == "proposed"


def test_a_customer_is_not_marked_as_merged_past_two_people(cast: Cast) -> None:
    kept, archived = pair(cast)
    values = {"archived_at": timezone.now(), "archived_by": cast.zhou, "archive_reason": "x", "merged_into": kept}
    with pytest.raises(RuleError, match="Customers are merged by two people"), obeying_laws(), transaction.atomic():
        Customer.objects.filter(pk=archived.pk).update(**values)
    merged(cast, kept, archived)
    with pytest.raises(RuleError, match="That is not taken back"), obeying_laws(), transaction.atomic():
        Customer.objects.filter(pk=archived.pk).update(
            archived_at=None, archived_by=None, archive_reason="", merged_into=None
        )


def test_a_rejected_merge_says_why_and_may_be_proposed_again(cast: Cast) -> None:
    kept, archived = pair(cast)
    merge = proposed(cast, kept, archived)
    with pytest.raises(BadInput, match="Say why not"):
        reject_merge(actor=cast.actor("zhou"), merge=merge, words=" ")
    browser(cast.zhou).post(reverse("customers:merge_decide", args=[merge.pk]), {"reject": "yes", "words": "twins"})
    merge.refresh_from_db()
    assert (merge.state, merge.decided_by, merge.decided_words) == ("rejected", cast.zhou, "twins")
    assert "twins" in Notification.objects.filter(employee=cast.chen).get().words
    with pytest.raises(Conflict, match="周建国 has decided this merge at"):
        decide_merge(actor=cast.actor("zhou"), merge=merge)
    proposed(cast, kept, archived)


def test_what_hangs_on_the_one_hangs_on_the_other_afterwards(cast: Cast) -> None:
    kept, archived = pair(cast)
    account = make_account(cast.south, customer=archived)
    loan = make_loan(cast.wang, "1000.00", customer=archived)
    make_prospect(cast, archived)
    request = make_request(cast, archived)
    document = add_document(
        actor=SYSTEM,
        subject="customers.customer",
        subject_key="K2",
        branch=cast.south,
        name="a.pdf",
        content=[b"%PDF-1.4"],
    )
    expected = {"deposit accounts": 1, "loans": 1, "prospects": 1, "requests": 1, "documents": 1}
    assert {str(line.label): line.count for line in preview(kept, archived).moves} == expected
    merge = merged(cast, kept, archived)
    assert DepositAccount.objects.get(pk=account.pk).customer == kept
    assert Loan.objects.get(pk=loan.pk).customer == kept
    assert Prospect.objects.get().customer == kept
    assert ServiceRequest.objects.get(pk=request.pk).customer == kept
    assert Document.objects.get(pk=document.pk).subject_key == "K1"
    assert merge.moved["deposits.depositaccount"] == [account.account_no]
    assert merge.moved["loans.loan"] == [loan.loan_no]
    assert not hanging_on(archived)


def make_prospect(cast: Cast, customer: Customer) -> Prospect:
    now = timezone.now()
    return Prospect.objects.create(
        name="张三",
        kind="individual",
        branch=cast.south,
        manager=cast.wang,
        customer=customer,
        made_at=now,
        changed_at=now,
    )


def make_request(cast: Cast, customer: Customer) -> ServiceRequest:
    return ServiceRequest.objects.create(
        branch=cast.south,
        manager=cast.wang,
        customer=customer,
        kind="loan",
        words="50,000 for a greenhouse",
        received_on=dt.date(2026, 10, 5),
        deadline=dt.date(2026, 10, 12),
        made_by=cast.wang,
        made_at=timezone.now(),
    )


# What a merge leaves where it was: history, and the record of the merge itself.
STAYS = {"dossier_changes", "basics", "dossier_reviews", "assignments", "memberships", "merged_from"}


def hanging_on(customer: Customer) -> dict[str, int]:
    """Rows of any table that point at the customer and are no history."""
    found = {}
    for relation in Customer._meta.related_objects:
        model, field = relation.related_model, relation.field.name
        if relation.get_accessor_name() in STAYS or model._meta.model_name in ("merge", "notsame"):
            continue
        if number := model._default_manager.filter(**{field: customer}).count():  # type: ignore[union-attr]
            found[f"{model._meta.label}.{field}"] = number
    return found


def test_empty_facts_are_filled_and_differing_ones_stay_with_the_others_in_the_history(cast: Cast) -> None:
    kept, archived = pair(cast)
    make_basics(kept, occupation="miller", education="")
    make_basics(archived, occupation="baker", education="school", born_on=dt.date(1990, 1, 1), yearly_income_fen=5_00)
    seen = {str(fact.label): (fact.stays, fact.other, fact.taken) for fact in preview(kept, archived).facts}
    assert seen["occupation"] == ("miller", "baker", False) and seen["education"] == ("", "school", True)
    merged(cast, kept, archived)
    facts = BasicFacts.objects.get(customer=kept)
    assert (facts.occupation, facts.education, facts.yearly_income_fen) == ("miller", "school", 5_00)
    assert facts.born_on == dt.date(1990, 1, 1) and facts.version == 2
    change = kept.dossier_changes.latest("pk")
    assert change.changes["occupation"] == ["baker", "miller"]
    assert change.reason == "Merged: K2 into K1."
    assert_replays(kept, archived)


def test_facts_of_one_who_has_none_are_all_taken_over(cast: Cast) -> None:
    kept, archived = pair(cast)
    make_basics(archived, occupation="baker")
    merged(cast, kept, archived)
    assert BasicFacts.objects.get(customer=kept).occupation == "baker"
    assert_replays(kept, archived)


def test_entries_move_with_their_history(cast: Cast) -> None:
    kept, archived = pair(cast)
    make_dossier_entry(kept, FamilyMember, "family", name="李梅", relation="spouse")
    moving = make_dossier_entry(archived, FamilyMember, "family", name="张小", relation="child", yearly_income_fen=9_00)
    gone = make_dossier_entry(archived, FamilyMember, "family", name="张大", relation="child")
    FamilyMember.objects.filter(pk=gone.pk).update(removed_at=timezone.now(), version=2)
    before = record_now(archived, "family")
    merge = merged(cast, kept, archived)
    assert merge.moved["customers.familymember"] == [moving.pk]
    assert sorted(one.name for one in kept.family_members.all()) == ["张小", "李梅"]
    assert record_now(archived, "family") == {} and record_now(kept, "family")[moving.pk] == before[moving.pk]
    assert_replays(kept, archived, without=gone.pk)


def assert_replays(*customers: Customer, without: int = 0) -> None:
    """Replaying the history gives each section as it stands."""
    today = timezone.localdate()
    for customer in customers:
        for section in ("basics", "family", "holdings", "credit", "events", "other_banks"):
            replayed = {key: value for key, value in record_on(customer, section, today).items() if key != without}
            assert replayed == record_now(customer, section), (customer, section)


def test_the_manager_of_the_one_that_goes_on_stays_and_the_others_ends_on_the_day(cast: Cast) -> None:
    kept, archived = pair(cast)
    mine, other = make_assignment(kept, cast.wang), make_assignment(archived, cast.li)
    assert not preview(kept, archived).assignment_goes_on
    merged(cast, kept, archived)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.last_day is None and other.last_day == timezone.localdate()
    assert Assignment.objects.count() == 2


def test_the_others_manager_goes_on_where_the_one_that_stays_has_none(cast: Cast) -> None:
    kept, archived = pair(cast)
    make_assignment(archived, cast.li, basis="developed", how="a fair")
    assert preview(kept, archived).assignment_goes_on
    merged(cast, kept, archived)
    now = Assignment.objects.get(customer=kept)
    assert (now.manager, now.first_day, now.last_day) == (cast.li, timezone.localdate(), None)
    assert (now.basis, now.how) == ("developed", "a fair")


def test_an_assignment_to_come_or_on_a_hand_over_sheet_is_settled_first(cast: Cast) -> None:
    kept, archived = pair(cast)
    later = timezone.localdate() + dt.timedelta(days=3)
    to_come = make_assignment(archived, cast.wang, later)
    merge = proposed(cast, kept, archived)
    with pytest.raises(RuleError, match="is to be assigned from a later day on"):
        decide_merge(actor=cast.actor("zhou"), merge=merge)
    Assignment.objects.filter(pk=to_come.pk).update(first_day="2020-01-01")
    sheet = make_hand_over(Appointment.objects.get(employee=cast.wang), cast.chen)
    CustomerHandOver.objects.create(
        hand_over=sheet, customer=archived, first_day="2020-01-01", basis="assigned", taker=cast.li
    )
    with pytest.raises(RuleError, match="stands on a hand-over sheet"):
        decide_merge(actor=cast.actor("zhou"), merge=merge)
    archived.refresh_from_db()
    assert archived.archived_at is None


def test_the_one_that_goes_on_takes_the_others_place_in_its_household(cast: Cast) -> None:
    kept, archived = pair(cast)
    make_household(kept, no="@K1")
    home = make_household(archived, make_customer(cast.south, "K3"), no="H1", head=archived)
    assert preview(kept, archived).household.household == home  # type: ignore[union-attr]
    merged(cast, kept, archived)
    now = kept.memberships.get(last_day=None)
    assert (now.household, now.is_head, now.first_day) == (home, True, timezone.localdate())
    assert not archived.memberships.filter(last_day=None).exists()


def test_a_household_of_its_own_is_kept(cast: Cast) -> None:
    kept, archived = pair(cast)
    mine, _other = make_household(kept, no="H1"), make_household(archived, no="H2")
    merged(cast, kept, archived)
    assert kept.memberships.get(last_day=None).household == mine
    assert not archived.memberships.filter(last_day=None).exists()


CUSTOMERS = "客户号,客户名称,客户类型,户号,机构号,地址"


def test_files_that_name_the_archived_number_go_on_to_work(cast: Cast) -> None:
    text = f"{CUSTOMERS}\nK1,张三,农户,,S01,\nK2,张三,农户,H2,S01,东街"
    bring("customers", text)
    kept, archived = (Customer.objects.get(customer_no=number) for number in ("K1", "K2"))
    accounts = "账号,客户号,产品,机构号,开户日期\nA1,K2,活期,S01,2020-01-01"
    bring("deposit_accounts", accounts)
    merged(cast, kept, archived)
    assert DepositAccount.objects.get().customer == kept
    # The same files again change nothing; new content of the archived one is kept with it, and it stays archived.
    assert bring("deposit_accounts", accounts).unchanged_count == 1
    again = bring("customers", f"{CUSTOMERS}\nK1,张三,农户,H2,S01,\nK2,张三,农户,H2,S01,东街")
    assert (again.unchanged_count, again.changed_count) == (2, 0)
    changed = bring("customers", f"{CUSTOMERS}\nK2,张三丰,农户,H3,S01,西街")
    assert changed.changed_count == 1
    archived.refresh_from_db()
    assert (archived.name, archived.merged_into, archived.address) == ("张三丰", kept, "西街")
    assert not archived.memberships.filter(last_day=None).exists()
    bring("deposit_accounts", "账号,客户号,产品,机构号,开户日期\nA2,K2,活期,S01,2020-01-01")
    assert DepositAccount.objects.get(account_no="A2").customer == kept


def test_a_customer_into_whom_another_was_merged_may_be_merged_in_its_turn(cast: Cast) -> None:
    first, second = pair(cast)
    third = make_customer(cast.south, "K3", name="张三")
    merged(cast, second, first)
    merged(cast, third, second)
    first.refresh_from_db()
    assert first.merged_into == second.merged_into == third
    bring("deposit_accounts", "账号,客户号,产品,机构号,开户日期\nA1,K1,活期,S01,2020-01-01")
    assert DepositAccount.objects.get().customer == third
    with pytest.raises(RuleError, match="is put aside and is not merged"):
        proposed(cast, first, make_customer(cast.south, name="张三"))


def test_a_merge_is_decided_only_by_whoever_directs_both_branches(cast: Cast) -> None:
    kept, archived = make_customer(cast.south, "K1"), make_customer(cast.north, "K2")
    clerk, director = make_employee(cast.union), make_employee(cast.union)
    grant(clerk, "clerk")
    grant(director, "director")
    merge = propose_merge(actor=actor_of(clerk), kept=kept, archived=archived, reason="one number")
    for person in ("zhou", "sun"):
        assert browser(getattr(cast, person)).get(reverse("customers:merge_detail", args=[merge.pk])).status_code == 404
        with pytest.raises(RuleError, match="You do not have the right"):
            decide_merge(actor=cast.actor(person), merge=merge)
    decide_merge(actor=actor_of(director), merge=merge)
    archived.refresh_from_db()
    assert archived.merged_into == kept


def test_the_database_keeps_merges_as_they_were(cast: Cast) -> None:
    kept, archived = pair(cast)
    merge = make_merge(kept, archived, cast.chen)
    changes: list[dict[str, Any]] = [{"reason": "other"}, {"kept": make_customer(cast.south)}, {"proposed_by": cast.wu}]
    for change in changes:
        with pytest.raises(RuleError, match="What was proposed stays"), obeying_laws(), transaction.atomic():
            Merge.objects.filter(pk=merge.pk).update(**change)
    with pytest.raises(RuleError, match="What was proposed stays"), obeying_laws(), transaction.atomic():
        Merge.objects.all().delete()


def test_of_two_directors_who_decide_at_once_one_does(own_database: str) -> None:
    cast = assemble()
    kept, archived = pair(cast)
    make_dossier_entry(archived, FamilyMember, "family", name="张小", relation="child")
    merge = proposed(cast, kept, archived)
    second = make_employee(cast.south)
    grant(second, "director")
    actors = [cast.actor("zhou"), actor_of(second)]
    results = at_once(
        *(lambda actor=actor: decide_merge(actor=actor, merge=Merge.objects.get(pk=merge.pk)) for actor in actors)
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
    assert kept.dossier_changes.count() == 1 and kept.family_members.count() == 1
