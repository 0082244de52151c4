"""A hand-over sheet as a page: what it moves, in every ledger that has lines, and what stays with the giver."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.templatetags.figures import percent_bp
from customers.models import CustomerHandOver
from customers.queries.handovers import held_from as customers_held
from customers.queries.handovers import lines_of as customer_lines
from customers.rules.places import place_of
from deposits.models import AttributionHandOver
from deposits.queries.handovers import balances_on
from deposits.queries.handovers import held_from as accounts_held
from deposits.queries.handovers import lines_of as account_lines
from loans.models import Loan
from managers.models import Appointment, AppointmentChange, HandOver, HandOverSignature
from managers.queries.handovers import MAKERS, witnesses_for
from managers.queries.offices import OfficeFacts, office_facts, takers_of, tenure_of
from managers.rules import ONE_DAY
from managers.rules.tenure import Tenure
from organization.models import Employee, Role
from organization.rules import Actor

# What a decision about lines is about.
CUSTOMERS, ACCOUNTS = "customers", "accounts"


@dataclass(frozen=True, slots=True)
class LoansStay:
    """The giver's loans that are not repaid. Unit: fen."""

    number: int
    outstanding_fen: int


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer's line with the place of the address, and the accounts of the customer on the same sheet. Unit: fen."""

    line: CustomerHandOver
    place: str
    accounts: int
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one taker gets, or nobody does (no name). Shape: numbers of customers and accounts; balances in fen."""

    name: str
    customers: int
    accounts: int
    balance_fen: int


Scopes = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the page of a sheet shows, and what the person may do with it now."""

    sheet: HandOver
    customers: list[CustomerRow]
    accounts: list[AttributionHandOver]
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
        return sum(row.line.is_open for row in self.customers) + sum(line.is_open for line in self.accounts)

    @property
    def customer_scopes(self) -> Scopes:
        """Which customers one decision may be about, as lines_in_scope takes them."""
        places = sorted({row.place for row in self.customers if row.place})
        return [*_any_line(), *((f"place:{one}", one) for one in places)]

    @property
    def account_scopes(self) -> Scopes:
        """Which accounts one decision may be about, as lines_in_scope takes them."""
        products = sorted({line.account.product for line in self.accounts})
        shares = sorted({line.share_bp for line in self.accounts}, reverse=True)
        return [
            *_any_line(),
            *([("customers", _("accounts of the customers whom the taker takes over"))] if self.customers else []),
            *((f"product:{one}", _("product %(one)s") % {"one": one}) for one in products),
            *((f"share:{one}", _("share %(share)s") % {"share": percent_bp(one)}) for one in shares),
        ]

    @property
    def by_taker(self) -> list[Part]:
        """What each taker gets, and what nobody does."""
        customers = Counter(_name(row.line.taker) for row in self.customers)
        accounts = Counter(_name(line.taker) for line in self.accounts)
        balances: Counter[str] = Counter()
        for line in self.accounts:
            balances[_name(line.taker)] += line.balance_fen or 0
        names = sorted(customers.keys() | accounts.keys())
        return [Part(name, customers[name], accounts[name], balances[name]) for name in names]


def sheet_page(actor: Actor, sheet: HandOver, day: dt.date) -> SheetPage:
    """One sheet with its lines, before and after. Shape: balances are those signed, or while it is a draft today's."""
    accounts = list(account_lines(sheet))
    draft = sheet.state == HandOver.State.DRAFT
    if draft:
        balances = balances_on({line.account_id for line in accounts}, min(day, sheet.first_day - ONE_DAY))
        for line in accounts:
            line.balance_fen = balances[line.account_id]
    signatures = list(sheet.signatures.select_related("employee", "in_stead_of"))
    waiting = [one for one in signatures if one.signed_at is None and sheet.state == HandOver.State.SIGNING]
    makes = actor.holds(sheet.branch_id, *MAKERS) and actor.employee_id != sheet.employee_id
    return SheetPage(
        sheet=sheet,
        customers=_customer_rows(sheet, accounts),
        accounts=accounts,
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


def _customer_rows(sheet: HandOver, accounts: Iterable[AttributionHandOver]) -> list[CustomerRow]:
    balances: dict[int, dict[int, int]] = defaultdict(dict)
    for line in accounts:
        balances[line.account.customer_id][line.account_id] = line.balance_fen or 0
    return [
        CustomerRow(
            line=line,
            place=place_of(line.customer.address),
            accounts=len(balances[line.customer_id]),
            balance_fen=sum(balances[line.customer_id].values()),
        )
        for line in customer_lines(sheet)
    ]


def _any_line() -> Scopes:
    return [("ticked", _("the ticked lines")), ("open", _("all open lines")), ("all", _("all lines"))]


def _name(taker: Employee | None) -> str:
    return taker.name if taker else ""


def takers(sheet: HandOver) -> QuerySet[Employee]:
    """Who may take something over on a sheet."""
    return takers_of(sheet.branch, sheet.first_day, sheet.employee_id, sheet.witness_id)


def facts_of(appointment: Appointment, day: dt.date) -> OfficeFacts:
    """How long an office lasts and how it stands."""
    return office_facts([appointment], day)[appointment.pk]


def lines_in_scope(
    page: SheetPage, of: str, scope: str, ticked: list[str], taker: Employee | None
) -> QuerySet[CustomerHandOver] | QuerySet[AttributionHandOver]:
    """The customers or accounts that a choice names.

    Shape: ticked, all, open; of customers place:NAME; of accounts product:NAME, share:HUNDREDTHS, and customers: those of
    the customers whom the taker takes over on the sheet.
    """
    kind, _colon, value = scope.partition(":")
    if of == CUSTOMERS:
        choices: dict[str, Callable[[Any], bool]] = {"place": lambda line: place_of(line.customer.address) == value}
        lines: list[Any] = [row.line for row in page.customers]
        found: QuerySet[Any] = CustomerHandOver.objects.all()
    else:
        theirs = {row.line.customer_id for row in page.customers if taker and row.line.taker_id == taker.pk}
        choices = {
            "product": lambda line: line.account.product == value,
            "share": lambda line: str(line.share_bp) == value,
            "customers": lambda line: line.account.customer_id in theirs,
        }
        lines, found = list(page.accounts), AttributionHandOver.objects.all()
    choices |= {
        "ticked": lambda line: str(line.pk) in ticked,
        "all": lambda line: True,
        "open": lambda line: line.is_open,
    }
    wanted = choices.get(kind, lambda line: False)
    return found.filter(pk__in=[line.pk for line in lines if wanted(line)])


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change of an office with what it would mean. Shape: balances of what is to be handed over, in fen."""

    change: AppointmentChange
    facts: OfficeFacts
    customers: int
    accounts: int
    balance_fen: int
    loans: LoansStay
    sheets: list[HandOver]
    decides: bool
    takes_back: bool
    draws_up: bool

    @property
    def hands_over(self) -> bool:
        return bool(self.customers or self.accounts)


def change_page(actor: Actor, change: AppointmentChange, day: dt.date) -> ChangePage:
    """One change of an office: how long the office lasts, what has to be handed over, and what the person may do."""
    held: list[int] = []
    customers = 0
    span = change.days_without
    waits = change.state in (AppointmentChange.State.PROPOSED, AppointmentChange.State.APPROVED)
    if span is not None and waits:
        held = list(accounts_held(change.appointment, *span).values_list("account", flat=True))
        customers = customers_held(change.appointment, *span).values("customer").order_by().distinct().count()
    sheets = list(change.hand_overs.select_related("witness"))
    director = actor.holds(change.branch_id, Role.DIRECTOR) and actor.employee_id != change.employee_id
    proposed = change.state == AppointmentChange.State.PROPOSED
    under_way = any(sheet.state in ("draft", "signing") for sheet in sheets)
    return ChangePage(
        change=change,
        facts=facts_of(change.appointment, day),
        customers=customers,
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
