"""A hand-over sheet as a page: what it moves, in every ledger that has lines, and what stays with the giver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from deposits.models import AttributionHandOver
from deposits.queries.handovers import balances_on, held_from, lines_of
from loans.models import Loan
from managers.models import Appointment, AppointmentChange, HandOver, HandOverSignature
from managers.queries.handovers import witnesses_for
from managers.queries.offices import OfficeFacts, office_facts, takers_of, tenure_of
from managers.rules import ONE_DAY
from managers.rules.tenure import Tenure
from organization.models import Employee, Role
from organization.rules import Actor

MAKERS = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class LoansStay:
    """The giver's loans that are not repaid. Unit: fen."""

    number: int
    outstanding_fen: int


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the page of a sheet shows, and what the person may do with it now."""

    sheet: HandOver
    lines: list[AttributionHandOver]
    signatures: list[HandOverSignature]
    loans: LoansStay
    tenure: Tenure | None
    makes: bool
    signs: list[HandOverSignature]
    may_sign_in_stead: bool
    all_signed: bool
    takers: list[Employee] = field(default_factory=list)
    witnesses: list[Employee] = field(default_factory=list)

    @property
    def undecided(self) -> int:
        return sum(line.is_open for line in self.lines)

    @property
    def products(self) -> list[str]:
        return sorted({line.account.product for line in self.lines})

    @property
    def shares(self) -> list[int]:
        return sorted({line.share_bp for line in self.lines}, reverse=True)

    @property
    def by_taker(self) -> list[tuple[str, int, int]]:
        """What each taker gets, and what nobody does: name, accounts, their balances. Unit: fen."""
        sums: dict[str, tuple[int, int]] = {}
        for line in self.lines:
            name = line.taker.name if line.taker else ""
            number, total = sums.get(name, (0, 0))
            sums[name] = (number + 1, total + (line.balance_fen or 0))
        return [(name, *sums[name]) for name in sorted(sums)]


def sheet_page(actor: Actor, sheet: HandOver, day: dt.date) -> SheetPage:
    """One sheet with its lines, before and after. Shape: balances are those signed, or while it is a draft today's."""
    lines = list(lines_of(sheet))
    draft = sheet.state == HandOver.State.DRAFT
    if draft:
        balances = balances_on({line.account_id for line in lines}, min(day, sheet.first_day - ONE_DAY))
        for line in lines:
            line.balance_fen = balances[line.account_id]
    signatures = list(sheet.signatures.select_related("employee", "in_stead_of"))
    waiting = [one for one in signatures if one.signed_at is None and sheet.state == HandOver.State.SIGNING]
    makes = actor.holds(sheet.branch_id, *MAKERS) and actor.employee_id != sheet.employee_id
    return SheetPage(
        sheet=sheet,
        lines=lines,
        signatures=signatures,
        loans=open_loans(sheet.employee_id, sheet.branch_id),
        tenure=tenure_of(sheet.employee_id, min(day, sheet.first_day)),
        makes=makes,
        signs=[one for one in waiting if one.employee_id == actor.employee_id],
        may_sign_in_stead=actor.employee_id == sheet.witness_id and any(one.party == "giver" for one in waiting),
        all_signed=sheet.state == HandOver.State.SIGNING and bool(signatures) and not waiting,
        takers=list(takers(sheet)) if draft and makes else [],
        witnesses=list(witnesses_for(sheet.branch, sheet.employee_id)) if draft and makes else [],
    )


def takers(sheet: HandOver) -> QuerySet[Employee]:
    """Who may take something over on a sheet."""
    return takers_of(sheet.branch, sheet.first_day, sheet.employee_id, sheet.witness_id)


def facts_of(appointment: Appointment, day: dt.date) -> OfficeFacts:
    """How long an office lasts and how it stands."""
    return office_facts([appointment], day)[appointment.pk]


def lines_in_scope(page: SheetPage, scope: str, ticked: list[str]) -> QuerySet[AttributionHandOver]:
    """The lines that a choice names: ticked, all, open, product:NAME or share:HUNDREDTHS."""
    kind, _colon, value = scope.partition(":")
    choices: dict[str, Callable[[AttributionHandOver], bool]] = {
        "ticked": lambda line: str(line.pk) in ticked,
        "all": lambda line: True,
        "open": lambda line: line.is_open,
        "product": lambda line: line.account.product == value,
        "share": lambda line: str(line.share_bp) == value,
    }
    wanted = choices.get(kind, lambda line: False)
    return AttributionHandOver.objects.filter(pk__in=[line.pk for line in page.lines if wanted(line)])


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change of an office with what it would mean. Shape: balances of what is to be handed over, in fen."""

    change: AppointmentChange
    facts: OfficeFacts
    accounts: int
    balance_fen: int
    loans: LoansStay
    sheets: list[HandOver]
    decides: bool
    takes_back: bool
    draws_up: bool


def change_page(actor: Actor, change: AppointmentChange, day: dt.date) -> ChangePage:
    """One change of an office: how long the office lasts, what has to be handed over, and what the person may do."""
    held: list[int] = []
    span = change.days_without
    waits = change.state in (AppointmentChange.State.PROPOSED, AppointmentChange.State.APPROVED)
    if span is not None and waits:
        held = list(held_from(change.appointment, *span).values_list("account", flat=True))
    sheets = list(change.hand_overs.select_related("witness"))
    director = actor.holds(change.branch_id, Role.DIRECTOR) and actor.employee_id != change.employee_id
    proposed = change.state == AppointmentChange.State.PROPOSED
    under_way = any(sheet.state in ("draft", "signing") for sheet in sheets)
    return ChangePage(
        change=change,
        facts=facts_of(change.appointment, day),
        accounts=len(set(held)),
        balance_fen=sum(balances_on(held, day).values()),
        loans=open_loans(change.employee_id, change.branch_id),
        sheets=sheets,
        decides=director and proposed and actor.employee_id != change.proposed_by_id,
        draws_up=change.state == AppointmentChange.State.APPROVED
        and not under_way
        and actor.holds(change.branch_id, *MAKERS)
        and actor.employee_id != change.employee_id,
        takes_back=waits and not under_way and (director or (proposed and actor.employee_id == change.proposed_by_id)),
    )


def open_loans(employee_id: int, branch_id: int) -> LoansStay:
    """What the manager has granted at the branch and is not repaid: lifelong responsibility stays (article 10)."""
    loans = Loan.objects.filter(manager=employee_id, branch=branch_id)
    owed = loans.annotate(owed=F("principal_fen") - Coalesce(Sum("repayments__principal_fen"), 0)).filter(owed__gt=0)
    amounts = list(owed.values_list("owed", flat=True))
    return LoansStay(len(amounts), sum(amounts))
