"""Birthdays of the principals of a manager's own customers: whom to call, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Length, Substr

from customers.models import Customer, FamilyMember, Leader
from customers.rules.birthdays import marks_between, next_birthday
from customers.rules.identity import born_on
from organization.rules import Actor

DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Birthday:
    """Shape: position is a leader's in the unit, empty for the customer and for the head of a household."""

    customer: Customer
    name: str
    position: str
    born_on: dt.date
    on: dt.date

    @property
    def age(self) -> int:
        return self.on.year - self.born_on.year


def birthdays(actor: Actor, today: dt.date, days: int = DAYS) -> list[Birthday]:
    """Birthdays of today and the next days: of own individuals, of the leaders of own units, of the heads of own farm
    households; four statements.

    Shape: by day, then by name. A head whose day was written down counts with that; otherwise the identity number that
    the household is registered with is its head's.
    """
    marks = set(marks_between(today, today + dt.timedelta(days=days)))
    own = Customer.objects.own_of(actor.employee_id, today).filter(archived_at__isnull=True).order_by()
    found = [
        *_of_entries(Leader.objects.filter(customer__in=own.filter(kind="unit").values("pk")), marks, today),
        *_of_entries(
            FamilyMember.objects.filter(relation="head", customer__in=own.filter(kind="farm_household").values("pk")),
            marks,
            today,
        ),
    ]
    written = FamilyMember.objects.filter(relation="head", removed_at__isnull=True, born_on__isnull=False)
    by_number = own.filter(Q(kind="individual") | Q(kind="farm_household") & ~Q(pk__in=written.values("customer")))
    found += _of_customers(by_number, marks, today)
    return sorted(found, key=lambda one: (one.on, one.name))


def _of_entries(entries: QuerySet[Any], marks: set[str], today: dt.date) -> list[Birthday]:
    living = entries.filter(_on("born_on", marks), removed_at__isnull=True).select_related("customer__branch")
    return [
        Birthday(row.customer, row.name, getattr(row, "position", ""), row.born_on, next_birthday(row.born_on, today))
        for row in living
    ]


def _of_customers(own: QuerySet[Customer], marks: set[str], today: dt.date) -> list[Birthday]:
    """By the day that was typed, else by the day in the identity number, if that number is right."""
    numbered = own.annotate(figures=Length("id_number"), new=Substr("id_number", 11, 4), old=Substr("id_number", 9, 4))
    by_number = Q(figures=18, new__in=marks) | Q(figures=15, old__in=marks)
    rows = numbered.filter(Q(basics__born_on__isnull=True) & by_number | _on("basics__born_on", marks)).select_related(
        "branch", "basics"
    )
    found = []
    for row in rows:
        basics = getattr(row, "basics", None)
        born = basics.born_on if basics and basics.born_on else born_on(row.id_number)
        if born is not None:
            found.append(Birthday(row, row.name, "", born, next_birthday(born, today)))
    return found


def _on(field: str, marks: set[str]) -> Q:
    """Rows whose day has one of the months and days."""
    found = Q(pk__in=[])
    for mark in sorted(marks):
        found |= Q(**{f"{field}__month": int(mark[:2]), f"{field}__day": int(mark[2:])})
    return found
