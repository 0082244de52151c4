"""Merges of customers: those that wait, and what one would move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from customers.models import (
    Assignment,
    Customer,
    HouseholdMember,
    MarketInformation,
    Merge,
    Prospect,
    Sale,
    Section,
    ServiceRequest,
    Visit,
)
from customers.queries.dossier import MODELS, choices_of, entry_now, labels_of
from customers.queries.households import is_alone, open_membership
from customers.rules.dossier import BASICS, Kept, blank
from customers.rules.merges import conflicting, filled
from organization.models import BUSINESS_ROLES, Document
from organization.rules import Actor

# The documents of a customer (organization.models.Document).
SUBJECT = "customers.customer"

# What moves as it is: model → what a page calls it. Entries of the dossier's lists move with their history.
MOVED: Mapping[Any, Any] = {
    Visit: _("visits and advice"),
    Prospect: _("prospects"),
    ServiceRequest: _("requests"),
    Sale: _("products sold"),
    MarketInformation: _("market information"),
}
LISTS = {section: model for section, model in MODELS.items() if section != BASICS}


def merges(actor: Actor) -> QuerySet[Merge]:
    """The merges whose two customers the person reads both, those that wait first."""
    rows = Merge.objects.visible_to(actor).order_by("-state", "-pk")
    return rows.select_related("kept__branch", "archived__branch", "branch", "proposed_by", "decided_by")


@dataclass(frozen=True, slots=True)
class Line:
    """Something of the other customer that moves. Shape: how many, as a page calls it."""

    label: Any
    count: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact of the two. Shape: `taken` where the other's fills a gap; otherwise what stays stands, the other in the history."""

    label: Any
    stays: Any
    other: Any
    taken: bool


@dataclass(slots=True)
class Preview:
    """What a merge does, before anybody decides it."""

    moves: list[Line] = field(default_factory=list)
    facts: list[Difference] = field(default_factory=list)
    assignment_ends: Assignment | None = None
    assignment_goes_on: bool = False
    household: HouseholdMember | None = None


def preview(kept: Customer, archived: Customer) -> Preview:
    """What moves from the one to the other, which facts are filled or stay, and what becomes of manager and household."""
    found = Preview()
    for name in settings.CUSTOMER_BUSINESS:
        for label, number, _open in import_string(name)(archived):
            found.moves.append(Line(label, number))
    found.moves += [Line(label, model.objects.filter(customer=archived).count()) for model, label in MOVED.items()]
    for section, model in LISTS.items():
        entries = model.objects.filter(customer=archived, removed_at__isnull=True).count()
        found.moves.append(Line(Section(section).label, entries))
    documents = Document.objects.filter(subject=SUBJECT, subject_key=archived.customer_no, removed_at__isnull=True)
    found.moves.append(Line(_("documents"), documents.count()))
    found.moves = [line for line in found.moves if line.count]
    found.facts = _facts(kept, archived)
    found.assignment_ends = open_assignment(archived)
    found.assignment_goes_on = goes_on(kept, found.assignment_ends)
    found.household = household_taken_over(kept, archived)
    return found


def open_assignment(customer: Customer) -> Assignment | None:
    """The assignment that holds today, of a customer."""
    today = timezone.localdate()
    rows = Assignment.objects.filter(customer=customer).in_force(today).select_related("manager")
    return rows.first()


def goes_on(kept: Customer, of_other: Assignment | None) -> bool:
    """Whether the other's manager goes on with the one that stays: where that one has none, at the same branch."""
    if of_other is None or of_other.branch_id != kept.branch_id:
        return False
    return not Assignment.objects.filter(customer=kept).exclude(last_day__lt=timezone.localdate()).exists()


def household_taken_over(kept: Customer, archived: Customer) -> HouseholdMember | None:
    """The other's membership, where the one that stays belongs to no household of more than itself."""
    mine, other = open_membership(kept), open_membership(archived)
    if other is None or is_alone(other) or (mine is not None and not is_alone(mine)):
        return None
    return other


def _facts(kept: Customer, archived: Customer) -> list[Difference]:
    """The basic facts that are filled, then those that differ."""
    one, other = (
        entry_now(BASICS, MODELS[BASICS].objects.filter(customer=customer).first()).record
        for customer in (kept, archived)
    )
    nothing, labels, words = blank(BASICS), labels_of(BASICS), choices_of(BASICS)

    def said(name: str, value: Kept) -> Any:
        return words.get(name, {}).get(value, value) if isinstance(value, str) else value

    taken = filled(one, other, nothing)
    clashes = conflicting(one, other, nothing)
    return [Difference(labels[name], "", said(name, value), taken=True) for name, value in taken.items()] + [
        Difference(labels[name], said(name, stays), said(name, had), taken=False)
        for name, (stays, had) in clashes.items()
    ]


def waiting(actor: Actor) -> list[Merge]:
    """The proposals that wait for a decision, the oldest first."""
    return list(merges(actor).filter(state=Merge.State.PROPOSED).order_by("pk")[:50])


def other_customer(actor: Actor, number: str) -> Customer | None:
    """The customer of a number, of the branches that the person reads as a whole."""
    rows = Customer.objects.filter(branch__in=actor.branches_of(*BUSINESS_ROLES)).select_related("branch")
    return rows.filter(customer_no=number.strip().replace("\0", "")).first()


@dataclass(frozen=True, slots=True)
class Beside:
    """A fact of two customers. Shape: `kind` says how it is shown: text, identity, phone."""

    label: Any
    one: Any
    other: Any
    kind: str = "text"

    @property
    def differs(self) -> bool:
        return bool(self.one != self.other)


def side_by_side(one: Customer, other: Customer) -> list[Beside]:
    """What files say of two customers, beside each other."""

    def fact(name: str, kind: str = "text") -> Beside:
        return Beside(
            getattr(Customer._meta.get_field(name), "verbose_name", name),
            getattr(one, name),
            getattr(other, name),
            kind,
        )

    households = [open_membership(customer) for customer in (one, other)]
    numbers = ["" if it is None or is_alone(it) else it.household.household_no for it in households]
    managers = [held.manager.name if (held := open_assignment(it)) else "" for it in (one, other)]
    return [
        fact("customer_no"),
        fact("name"),
        Beside(_("Kind"), one.get_kind_display(), other.get_kind_display()),
        Beside(_("Branch"), one.branch.name, other.branch.name),
        fact("id_type"),
        fact("id_number", "identity"),
        fact("phone", "phone"),
        fact("address"),
        fact("industry"),
        Beside(_("Household no."), *numbers),
        Beside(_("Account manager"), *managers),
    ]
