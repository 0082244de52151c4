"""The work with customers on the first page: a manager's day and the six businesses, a director's managers side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BigIntegerField, Count, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from common.months import Month
from customers.models import Customer, MarketInformation, Prospect, Sale, ServiceProduct, ServiceRequest, Visit
from customers.queries.birthdays import Birthday, birthdays
from customers.queries.requests import requests_due
from customers.queries.reviews import reviews_due
from customers.queries.visits import promises_due, prospect_steps_due, visits_planned
from deposits.queries import accounts as deposits
from loans import queries as loan_queries
from managers.models import Appointment
from organization.models import Branch, Employee, Role
from organization.rules import Actor

SHOWN: Final = 8
# Reviews may come due many at once; their list is one tap away.
REVIEWS_SHOWN: Final = 3
# How far a manager's first page looks ahead.
AHEAD: Final = dt.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Due:
    """Things of one kind that come due. Shape: the first of them, and whether there are more."""

    rows: list[Any]
    more: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What a manager's day and the next six hold."""

    today: dt.date
    visits: Due
    promises: Due
    steps: Due
    requests: Due
    reviews: Due
    birthdays: list[Birthday]

    @property
    def empty(self) -> bool:
        due = (self.visits, self.promises, self.steps, self.requests, self.reviews)
        return not self.birthdays and not any(one.rows for one in due)


def day_of(actor: Actor) -> Day:
    """Visits planned, promises to keep, next steps with prospects, requests that run out of time, dossiers to review,
    birthdays: of the person and of the person's own customers, what is overdue first."""
    today = timezone.localdate()
    until = today + AHEAD
    return Day(
        today=today,
        visits=_due(visits_planned(actor, until)),
        promises=_due(promises_due(actor, until)),
        steps=_due(prospect_steps_due(actor, until)),
        requests=_due(requests_due(actor, today).filter(deadline__lte=until)),
        reviews=_due(reviews_due(actor, until), REVIEWS_SHOWN),
        birthdays=birthdays(actor, today),
    )


def _due(found: QuerySet[Any], shown: int = SHOWN) -> Due:
    rows = list(found[: shown + 1])
    return Due(rows[:shown], len(rows) > shown)


# --- the six businesses of article 8 ----------------------------------------------------------------------------------

# What a sale of a product belongs to, of the six that article 8 names; savings for education count with the deposits.
SETTLEMENT: Final = (ServiceProduct.Kind.SETTLEMENT,)
INTERMEDIARY: Final = (
    ServiceProduct.Kind.INTERMEDIARY,
    ServiceProduct.Kind.AGENCY,
    ServiceProduct.Kind.CARD,
    ServiceProduct.Kind.E_BANKING,
    ServiceProduct.Kind.OTHER,
)


@dataclass(frozen=True, slots=True)
class SixBusinesses:
    """What a manager does for the own customers in a month, business by business (article 8). Unit: fen.

    Shape: figures of deposits and loans are those of the month's last run, none before it. Sales count from their entry
    on; what a second person rejects is taken off.
    """

    customers: int
    accounts: int
    closing_fen: int
    average_fen: int
    loans: int
    outstanding_fen: int
    interest_fen: int
    settlement: int
    settlement_fen: int
    intermediary: int
    intermediary_fen: int
    reported: int
    replied: int
    advised: int
    advised_customers: int


def six_businesses(actor: Actor, month: Month) -> SixBusinesses:
    """Deposits, loans, settlement, intermediary business, information and advice of the person's own customers."""
    own = Customer.objects.own_of(actor.employee_id).order_by()
    keys = own.values("pk")
    accounts = deposits.account_totals(deposits.accounts(actor, month).filter(customer__in=keys), month)
    loans = loan_queries.loan_totals(loan_queries.loans(actor, month).filter(customer__in=keys))
    days = (month.first_day, month.last_day)
    sales = (
        Sale.objects.filter(manager=actor.employee_id, customer__in=keys, sold_on__range=days)
        .exclude(state=Sale.State.REJECTED)
        .aggregate(**_sums("settlement", SETTLEMENT), **_sums("intermediary", INTERMEDIARY))
    )
    reported = MarketInformation.objects.filter(manager=actor.employee_id, heard_on__range=days).exclude(
        state=MarketInformation.State.DRAFT
    )
    information = reported.aggregate(
        reported=Count("pk"), replied=Count("pk", filter=Q(state=MarketInformation.State.REPLIED))
    )
    advice = Visit.objects.filter(
        manager=actor.employee_id, customer__in=keys, kind=Visit.Kind.ADVICE, state=Visit.State.DONE, day__range=days
    ).aggregate(advised=Count("pk"), advised_customers=Count("customer", distinct=True))
    return SixBusinesses(
        customers=own.count(),
        accounts=accounts["accounts"],
        closing_fen=accounts["closing_fen"],
        average_fen=accounts["average_fen"],
        loans=loans["loans"],
        outstanding_fen=loans["outstanding_fen"],
        interest_fen=loans["interest_received_fen"],
        **sales,
        **information,
        **advice,
    )


def _sums(name: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    of_kind = Q(product__kind__in=kinds)
    amount = Coalesce(Cast(Sum("amount_fen", filter=of_kind), BigIntegerField()), 0, output_field=BigIntegerField())
    return {name: Count("pk", filter=of_kind), f"{name}_fen": amount}


# --- a director's managers ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ManagersWork:
    """What a manager in office did in a month, and what is overdue today."""

    manager: Employee
    branch: Branch
    visits: int
    visited: int
    won: int
    promises_overdue: int
    requests_overdue: int


def work_of_managers(actor: Actor, month: Month) -> list[ManagersWork]:
    """The work of the month of everybody in office at the branches that the person leads, by branch and number."""
    today = timezone.localdate()
    branches = actor.branches_of(Role.DIRECTOR)
    offices = (
        Appointment.objects.in_force(min(max(today, month.first_day), month.last_day))
        .filter(branch__in=branches)
        .select_related("employee", "branch")
        .order_by("branch__branch_code", "employee__employee_no")
    )
    people = [office.employee_id for office in offices]
    done = Visit.objects.filter(
        branch__in=branches, state=Visit.State.DONE, day__range=(month.first_day, month.last_day)
    )
    visits = _by_manager(done, Count("pk"))
    visited = _by_manager(done, Count("customer", distinct=True))
    # A prospect that is won changes no more.
    won = Prospect.objects.filter(
        branch__in=branches,
        stage=Prospect.Stage.WON,
        changed_at__date__range=(month.first_day, month.last_day),
        changed_at__gte=_at(month.first_day),
    )
    promises = Visit.objects.filter(
        manager__in=people, next_on__lt=today, next_done_on__isnull=True, customer__isnull=False
    ).exclude(state=Visit.State.CANCELLED)
    requests = ServiceRequest.objects.filter(
        branch__in=branches, state=ServiceRequest.State.RECEIVED, deadline__lt=today
    )
    prospects_won, promises_overdue, requests_overdue = (
        _by_manager(found, Count("pk")) for found in (won, promises, requests)
    )
    return [
        ManagersWork(
            manager=office.employee,
            branch=office.branch,
            visits=visits(office.employee_id),
            visited=visited(office.employee_id),
            won=prospects_won(office.employee_id),
            promises_overdue=promises_overdue(office.employee_id),
            requests_overdue=requests_overdue(office.employee_id),
        )
        for office in offices
    ]


def _by_manager(found: QuerySet[Any], number: Count) -> Callable[[int], int]:
    counted = dict(found.order_by().values_list("manager").annotate(number=number))
    return lambda manager: counted.get(manager, 0)


def _at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
