"""Dossiers to look through again: which are due, which have gaps, and who last found them right (article 9(6))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from customers.models import Assignment, Customer, DossierReview
from customers.queries.completeness import percent_known
from organization.models import BUSINESS_ROLES, Employee, Role
from organization.queries import policy_of_each
from organization.rules import Actor

USUAL, OF_BORROWERS = "dossier_review_months", "dossier_review_months_borrower"


class _MonthsAfter(Func):
    """The day so many months after another; of a shorter month its last."""

    template = "(%(expressions)s)::date"
    arg_joiner = " + interval '1 month' * "
    output_field = DateField()


def with_due_day(found: QuerySet[Customer], day: dt.date, branch_ids: frozenset[int]) -> QuerySet[Any]:
    """Customers who are assigned on the day, each with when the dossier was last looked through and is to be again.

    Shape: annotated manager_no and manager_name of whom the customer is assigned to, is_borrower, reviewed_on (none for
    never) and due_on: so many months after the last review as the branch's policy says, counted from the first day of the
    assignment where nobody ever has. Branches are those whose policies are needed. Source: article 9(6).
    """
    in_force = Q(assignments__first_day__lte=day) & (
        Q(assignments__last_day__isnull=True) | Q(assignments__last_day__gte=day)
    )
    reviews = DossierReview.objects.filter(customer=OuterRef("pk")).order_by("-reviewed_on")
    borrowers = import_string(settings.BORROWERS)(day)
    return (
        found.annotate(held=FilteredRelation("assignments", condition=in_force))
        .filter(held__isnull=False, archived_at__isnull=True)
        .annotate(
            manager_no=F("held__manager__employee_no"),
            manager_name=F("held__manager__name"),
            reviewed_on=Subquery(reviews.values("reviewed_on")[:1], output_field=DateField()),
            is_borrower=Exists(borrowers.filter(customer=OuterRef("pk")).order_by()),
        )
        .annotate(due_on=_MonthsAfter(Coalesce("reviewed_on", "held__first_day"), _months(branch_ids, day)))
    )


def _months(branch_ids: frozenset[int], day: dt.date) -> Case:
    whens = []
    for name, is_borrower in ((OF_BORROWERS, True), (USUAL, False)):
        by_months: dict[int, list[int]] = {}
        for branch, months in policy_of_each(branch_ids, name, day).items():
            by_months.setdefault(months, []).append(branch)
        usual = max(by_months, key=lambda months: len(by_months[months]), default=settings.POLICIES[name].default)
        whens += [
            When(Q(is_borrower=is_borrower, branch__in=branches), then=Value(months))
            for months, branches in sorted(by_months.items())
            if months != usual
        ]
        whens.append(When(is_borrower=is_borrower, then=Value(usual)))
    return Case(*whens, output_field=IntegerField())


def reviews_due(actor: Actor, day: dt.date) -> QuerySet[Any]:
    """The person's own customers whose dossier is to be looked through by the day, the longest due first.

    Shape: annotated as with_due_day.
    """
    own = Customer.objects.select_related("branch")
    found = with_due_day(own, day, actor.branches_of(Role.ACCOUNT_MANAGER))
    return found.filter(held__manager=actor.employee_id, due_on__lte=day).order_by("due_on", "pk")


def dossiers(actor: Actor, day: dt.date) -> QuerySet[Any]:
    """The dossiers to keep: a manager's own customers, the branch's for who reads it.

    Shape: annotated as with_due_day, with percent (completeness) and is_due (1 or 0).
    """
    read = actor.branches_of(*BUSINESS_ROLES)
    seen = Q(branch__in=read)
    if own := actor.branches_of(Role.ACCOUNT_MANAGER):
        seen |= Q(held__manager=actor.employee_id)
    found = with_due_day(Customer.objects.select_related("branch"), day, read | own)
    return found.filter(seen).annotate(
        percent=percent_known(),
        is_due=Case(When(due_on__lte=day, then=Value(1)), default=Value(0), output_field=IntegerField()),
    )


def keepers(actor: Actor, day: dt.date) -> QuerySet[Employee]:
    """The managers to whom customers of the branches that the person reads are assigned."""
    held = Assignment.objects.in_force(day).filter(branch__in=actor.branches_of(*BUSINESS_ROLES))
    return Employee.objects.filter(Exists(held.filter(manager=OuterRef("pk")))).order_by("employee_no")


def dossier_totals(found: QuerySet[Any]) -> dict[str, int]:
    """How many dossiers, how many of them due, and how many incomplete, in one aggregate."""
    return found.order_by().aggregate(
        number=Count("pk"), due=Count("pk", filter=Q(is_due=1)), incomplete=Count("pk", filter=Q(percent__lt=100))
    )


def reviews_of(customer: Customer) -> list[DossierReview]:
    """The reviews of a customer's dossier, the latest first."""
    return list(customer.dossier_reviews.select_related("reviewed_by")[:5])


def due_day_of(customer: Customer, day: dt.date) -> dt.date | None:
    """When the dossier is to be looked through; none for a customer who is not assigned."""
    row = with_due_day(Customer.objects.filter(pk=customer.pk), day, frozenset({customer.branch_id})).first()
    return row.due_on if row else None
