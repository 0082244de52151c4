"""Loans that came in and that article 10 would not allow: named with the article, never refused."""

from __future__ import annotations

import datetime as dt

from customers.models import Household, HouseholdMember
from loans.queries import compliance_findings
from tests.cast import Cast
from tests.make import make_customer, make_loan, make_repayment


def found(cast: Cast, name: str = "chen") -> list[tuple[str, str, int | None]]:
    findings = compliance_findings(cast.actor(name), cast.south)
    assert {one.article for one in findings} <= {"10"}
    return [(one.loan_no, str(one.kind), one.household_fen) for one in findings]


def test_a_household_above_50_000_yuan_is_named_from_the_loan_that_passes_the_limit(cast: Cast) -> None:
    household = Household.objects.create(household_no="H1")
    wife, husband, neighbour = (make_customer(cast.south) for _number in range(3))
    for one in (wife, husband):
        HouseholdMember.objects.create(household=household, customer=one)
    make_loan(cast.wang, "30000.00", "L1", granted="2026-10-01", customer=wife)
    make_loan(cast.li, "20000.00", "L2", granted="2026-10-02", customer=husband)
    make_loan(cast.wang, "30000.00", "L3", granted="2026-10-02", customer=neighbour)
    assert found(cast) == []
    make_loan(cast.wang, "0.01", "L4", granted="2026-10-03", customer=husband)
    assert found(cast) == [("L4", "over_limit", 5000001)]


def test_what_was_repaid_by_the_day_of_grant_and_other_securities_do_not_count(cast: Cast) -> None:
    customer = make_customer(cast.south)
    first = make_loan(cast.wang, "50000.00", "L1", granted="2026-09-01", customer=customer)
    make_repayment(first, "2026-10-01", "10000.00")
    make_repayment(first, "2026-10-03", "40000.00")
    make_loan(cast.wang, "99000.00", "L2", granted="2026-09-01", customer=customer, security="mortgage")
    make_loan(cast.wang, "10000.00", "L3", granted="2026-10-02", customer=customer)
    assert found(cast) == []


def test_who_left_the_household_before_the_grant_is_another_one(cast: Cast) -> None:
    household = Household.objects.create(household_no="H1")
    stays, left = make_customer(cast.south), make_customer(cast.south)
    HouseholdMember.objects.create(household=household, customer=stays)
    HouseholdMember.objects.create(household=household, customer=left, last_day=dt.date(2026, 9, 30))
    make_loan(cast.wang, "40000.00", "L1", granted="2026-10-01", customer=stays)
    make_loan(cast.wang, "40000.00", "L2", granted="2026-10-01", customer=left)
    assert found(cast) == []


def test_a_loan_due_after_the_year_of_grant_is_named(cast: Cast) -> None:
    make_loan(cast.wang, "1.00", "L1", granted="2026-10-01", due="2026-12-31")
    make_loan(cast.wang, "1.00", "L2", granted="2026-10-01", due="2027-01-01")
    assert found(cast) == [("L2", "due_too_late", None)]


def test_a_manager_reads_the_findings_of_own_loans_and_strangers_none(cast: Cast) -> None:
    make_loan(cast.wang, "1.00", "L1", granted="2026-10-01", due="2027-01-01")
    make_loan(cast.li, "1.00", "L2", granted="2026-10-01", due="2027-01-01")
    assert [one[0] for one in found(cast, "zhou")] == ["L1", "L2"]
    assert [one[0] for one in found(cast, "wang")] == ["L1"]
    for name in ("sun", "he", "song"):
        assert found(cast, name) == []
