"""Reviews of dossiers: due by the branch's policy, earlier for borrowers; the worst first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from customers.models import Customer, DossierReview
from customers.queries.reviews import dossiers, reviews_due
from organization.models import Policy
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_loan, make_repayment

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def months_ago(months: int) -> dt.date:
    month = TODAY.year * 12 + TODAY.month - 1 - months
    return dt.date(month // 12, month % 12 + 1, 1)


def reviewed(customer: Customer, on: dt.date) -> None:
    DossierReview.objects.create(
        customer=customer, reviewed_on=on, reviewed_by=customer.assignments.get().manager, words="right"
    )


def due(cast: Cast, name: str = "wang") -> set[str]:
    return set(reviews_due(cast.actor(name), TODAY).values_list("customer_no", flat=True))


def test_a_review_is_due_a_year_after_the_last_and_a_borrowers_half_a_year(cast: Cast) -> None:
    for no, months in (("A", 13), ("B", 11), ("C", 7), ("D", 5), ("E", 7)):
        customer = make_customer(cast.south, no)
        make_assignment(customer, cast.wang)
        reviewed(customer, months_ago(30))
        reviewed(customer, months_ago(months))
        if no in "CDE":
            loan = make_loan(cast.wang, "1000.00", customer=customer, granted="1st")
            if no == "E":
                make_repayment(loan, "10th", "1000.00")
    assert due(cast) == {"A", "C"}
    assert due(cast, "li") == due(cast, "zhou") == set()


def test_of_a_dossier_nobody_has_looked_through_the_months_count_from_the_assignment(cast: Cast) -> None:
    make_assignment(make_customer(cast.south, "OLD"), cast.wang, months_ago(13))
    make_assignment(make_customer(cast.south, "NEW"), cast.wang, months_ago(2))
    assert due(cast) == {"OLD"}


def test_the_branchs_policy_says_after_how_many_months(cast: Cast) -> None:
    make_assignment(make_customer(cast.south, "NEW"), cast.wang, months_ago(5))
    assert due(cast) == set()
    Policy.objects.create(
        branch=cast.south,
        name="dossier_review_months",
        value=3,
        first_day=dt.date(2020, 1, 1),
        reason="often",
        made_at=timezone.now(),
    )
    assert due(cast) == {"NEW"}


def test_who_reads_the_branch_sees_its_dossiers_and_a_manager_the_own(cast: Cast) -> None:
    make_assignment(make_customer(cast.south, "W"), cast.wang)
    make_assignment(make_customer(cast.south, "L"), cast.li)
    make_assignment(make_customer(cast.north, "N"), cast.zhao)
    make_customer(cast.south, "NOBODY")
    seen = {
        name: set(dossiers(cast.actor(name), TODAY).values_list("customer_no", flat=True))
        for name in ("wang", "li", "zhou", "chen", "sun", "wu", "he", "song")
    }
    assert seen == {
        "wang": {"W"},
        "li": {"L"},
        "zhou": {"W", "L"},
        "chen": {"W", "L"},
        "sun": {"N"},
        "wu": {"W", "L", "N"},
        "he": set(),
        "song": set(),
    }
