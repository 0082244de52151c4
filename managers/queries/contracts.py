"""Contracts: those that a person may see, what one says, whose signature it waits for, which end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string

from common.money import chinese_capitals, round_half_up
from common.months import Month
from managers.models import Application, Appointment, Contract, ContractTarget, Indicator, TargetKind
from managers.queries.costs import Costs, latest_costs
from managers.rules import ENTRIES, INDICATOR_KINDS, ONE_DAY, RATE
from managers.rules.contracts import (
    ACCUMULATED,
    Annex,
    ContractTerms,
    TargetTerms,
    average_meant,
    contract_text,
    digest_of,
    in_words,
)
from organization.models import Branch, Document, Employee, Role
from organization.queries import documents_of

if TYPE_CHECKING:
    from organization.rules import Actor

SUBJECT = "managers.contract"
ANNEX = "annex"
# A paper with ink on it, scanned; it belongs to the contract and not to its text.
SCAN = "scan"
DRAFTERS = (Role.CLERK, Role.SUPERVISOR, Role.DIRECTOR)


def contracts(actor: Actor) -> QuerySet[Contract, Any]:
    """The contracts that the person may see. Shape: annotated employee_no, name and branch_name of its manager's."""
    return (
        Contract.objects.visible_to(actor)
        .select_related(
            "appointment__employee", "appointment__branch", "application__candidate", "application__branch", "replaces"
        )
        .annotate(
            employee_no=Coalesce(F("appointment__employee__employee_no"), F("application__candidate__employee_no")),
            name=Coalesce(F("appointment__employee__name"), F("application__candidate__name")),
            branch_name=Coalesce(F("appointment__branch__name"), F("application__branch__name")),
        )
    )


def person_of(contract: Contract) -> Employee:
    """Whose contract it is: the manager in office, or the candidate before that."""
    if contract.appointment is not None:
        return contract.appointment.employee
    assert contract.application is not None  # noqa: S101 - contract_of_an_appointment
    return contract.application.candidate


def branch_of(contract: Contract) -> Branch:
    if contract.appointment is not None:
        return contract.appointment.branch
    assert contract.application is not None  # noqa: S101 - contract_of_an_appointment
    return contract.application.branch


def terms_of(contract: Contract) -> ContractTerms:
    """What the contract's rows say, for its text."""
    person, branch = person_of(contract), branch_of(contract)
    return ContractTerms(
        contract_no=contract.contract_no,
        branch_code=branch.branch_code,
        branch_name=branch.name,
        employee_no=person.employee_no,
        employee_name=person.name,
        first_day=contract.first_day,
        last_day=contract.last_day,
        target_kind=contract.target_kind,
        targets=[
            TargetTerms(one.indicator, one.target_hundredths, one.counts, one.baseline_hundredths, one.times_days)
            for one in contract.targets.all()
        ],
        includes_dedicated_recovery=contract.includes_dedicated_recovery,
        remarks=contract.remarks,
        annexes=[Annex(str(one), one.file.sha256) for one in papers_of(contract) if one.kind == ANNEX],
        replaces_no=contract.replaces.contract_no if contract.replaces else "",
    )


def text_of(contract: Contract) -> str:
    """The contract's canonical text, from its rows as they stand."""
    return contract_text(terms_of(contract))


def papers_of(contract: Contract) -> list[Document]:
    """Annexes, which are part of the text, and scans, which are not."""
    return documents_of(SUBJECT, [str(contract.pk)])


# The lengths of a month in which a 积数 target means different averages.
_LENGTHS = (28, 30, 31)


def averages_meant(accumulated_fen_days: int) -> list[tuple[int, int]]:
    """What an accumulated target means as an average, by days of the month. Unit: fen, rounded half up to be shown."""
    exact = [(days, average_meant(accumulated_fen_days, days)) for days in _LENGTHS]
    return [(days, round_half_up(one.numerator, one.denominator)) for days, one in exact]


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A contract's target as its page shows it. Unit: hundredths of the indicator's unit."""

    target: ContractTarget

    @property
    def is_percent(self) -> bool:
        return INDICATOR_KINDS[self.target.indicator] == RATE

    @property
    def capitals(self) -> str:
        """The amount in Chinese capitals; nothing for what is no amount."""
        value = self.target.target_hundredths
        if value is None or self.is_percent or self.target.indicator == Indicator.PRODUCTS_SOLD:
            return ""
        return chinese_capitals(value)

    @property
    def averages(self) -> list[tuple[int, int]]:
        """What an accumulated target means as an average, in months of 28, 30 and 31 days."""
        value = self.target.target_hundredths
        if self.target.indicator != ACCUMULATED or value is None or self.target.times_days:
            return []
        return averages_meant(value)

    @property
    def baseline_words(self) -> str:
        value = self.target.baseline_hundredths
        return "" if value is None else in_words(self.target.indicator, value)


@dataclass(frozen=True, slots=True)
class ContractPage:
    """Everything about one contract that its page shows.

    Shape: `text` is what both sign, or have signed; the signatures match when their digest is its digest; `rows_agree`
    says whether today's rows still give the text that was signed.
    """

    contract: Contract
    person: Employee
    branch: Branch
    lines: list[TargetLine]
    text: str
    digest: str
    rows_agree: bool
    annexes: list[Document]
    scans: list[Document]
    may_draft: bool
    signs_as: str  # "manager", "branch" or nothing

    @property
    def is_draft(self) -> bool:
        return self.contract.state == Contract.State.DRAFT

    @property
    def manager_matches(self) -> bool:
        return self.contract.manager_digest == self.digest

    @property
    def branch_matches(self) -> bool:
        return self.contract.branch_digest == self.digest

    @property
    def is_signed(self) -> bool:
        """Signed here by both; what a file brought in was signed on paper."""
        return bool(self.contract.signed_text)


def contract_page(actor: Actor, contract: Contract) -> ContractPage:
    """The page of a contract that the person may see: fetched through `contracts`."""
    person, branch = person_of(contract), branch_of(contract)
    order = list(Indicator.values)
    lines = sorted(contract.targets.all(), key=lambda one: order.index(one.indicator))
    now = text_of(contract)
    text = contract.signed_text or now
    papers = papers_of(contract)
    return ContractPage(
        contract=contract,
        person=person,
        branch=branch,
        lines=[TargetLine(one) for one in lines],
        text=text,
        digest=digest_of(text),
        rows_agree=_agrees(contract, now),
        annexes=[one for one in papers if one.kind == ANNEX],
        scans=[one for one in papers if one.kind != ANNEX],
        may_draft=actor.employee_id != person.pk and actor.holds(branch.pk, *DRAFTERS),
        signs_as=side_of(actor, contract),
    )


def _agrees(contract: Contract, now: str) -> bool:
    """Whether the rows give the signed text. A last day that was brought forward is no change of what was agreed."""
    if not contract.signed_text or now == contract.signed_text:
        return True
    return _without_term(now) == _without_term(contract.signed_text)


def _without_term(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("一、")]


def side_of(actor: Actor, contract: Contract) -> str:
    """Which side of a draft the person may sign for now, and has not yet: "manager", "branch" or nothing."""
    if contract.state != Contract.State.DRAFT:
        return ""
    if actor.employee_id == person_of(contract).pk:
        return "" if contract.manager_digest else "manager"
    if actor.holds(branch_of(contract).pk, Role.DIRECTOR) and actor.employee_id != contract.made_by_id:
        return "" if contract.branch_digest else "branch"
    return ""


@dataclass(frozen=True, slots=True)
class ScoredIndicator:
    """An indicator that the scheme of a target kind scores by a target. Unit: weight in hundredths of a point."""

    code: str
    weight_hundredths: int

    @property
    def name(self) -> str:
        return str(Indicator(self.code).label)


def scored_indicators(target_kind: str, month: Month) -> list[ScoredIndicator]:
    """What the published scheme of the kind scores by targets in the month, in its order (settings.SCORED_INDICATORS)."""
    ask: Callable[[str, Month], list[tuple[str, int]]] = import_string(settings.SCORED_INDICATORS)
    return [
        ScoredIndicator(code, weight) for code, weight in ask(target_kind, month) if INDICATOR_KINDS[code] != ENTRIES
    ]


def reached_in_month(branch: Branch, employee: Employee, month: Month) -> Mapping[str, int]:
    """What the manager reached in a month, from which a baseline is agreed: {indicator: hundredths}, rounded half up."""
    ask: Callable[[Branch, int, Month], Mapping[str, int]] = import_string(settings.REACHED_IN_MONTH)
    return ask(branch, employee.pk, month)


def contract_in_force(appointment: Appointment) -> Contract | None:
    """The contract that another one of the appointment would replace: the latest that both have signed."""
    return appointment.contracts.exclude(state=Contract.State.DRAFT).order_by("-first_day").first()


# --- drafting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DraftSource:
    """Whom a draft is for and what its form begins with.

    Shape: `initial` holds the form's fields, a target's as "indicator_target" and so on; term = the days it lies in.
    """

    person: Employee
    branch: Branch
    first_day: dt.date | None
    last_day: dt.date | None
    initial: dict[str, Any]
    costs: Costs
    current: Contract | None = None


def source_of_application(application: Application) -> DraftSource:
    """The first contract of an approved candidate: its term, the regulation's figures."""
    first = application.term_first_day or timezone.localdate()
    costs = latest_costs(application.candidate, application.branch, Month.of(first))
    called = application.call.target_kind if application.call else ""
    initial: dict[str, Any] = {
        "target_kind": called or TargetKind.COMPOSITE.value,
        "first_day": first,
        "last_day": application.term_last_day,
    }
    initial |= _default_targets(costs)
    return DraftSource(
        application.candidate, application.branch, application.term_first_day, application.term_last_day, initial, costs
    )


def source_of_appointment(appointment: Appointment) -> DraftSource:
    """A contract that replaces the one of an appointment: what that one says, from the day after it or from today."""
    current = contract_in_force(appointment)
    first = max(appointment.first_day, timezone.localdate())
    if current is not None:
        after = current.last_day + ONE_DAY if current.last_day else first
        first = max(first, current.first_day + ONE_DAY)
        if appointment.last_day is None or after <= appointment.last_day:
            first = max(first, after)
    costs = latest_costs(appointment.employee, appointment.branch, Month.of(first))
    initial: dict[str, Any] = {
        "target_kind": current.target_kind if current else TargetKind.COMPOSITE.value,
        "first_day": first,
        "last_day": appointment.last_day,
    }
    initial |= _default_targets(costs)
    if current is not None:
        initial |= _initial_of(current)
        initial["contract_no"] = ""
        initial |= {"first_day": first, "last_day": appointment.last_day}
    return DraftSource(
        appointment.employee, appointment.branch, appointment.first_day, appointment.last_day, initial, costs, current
    )


def source_of_draft(contract: Contract) -> DraftSource:
    """A draft that is changed: what it says now."""
    person, branch = person_of(contract), branch_of(contract)
    term: tuple[dt.date | None, dt.date | None] = (None, None)
    if contract.appointment is not None:
        term = contract.appointment.first_day, contract.appointment.last_day
    elif contract.application is not None:
        term = contract.application.term_first_day, contract.application.term_last_day
    costs = latest_costs(person, branch, Month.of(contract.first_day))
    initial = _default_targets(costs) | _initial_of(contract)
    return DraftSource(person, branch, *term, initial, costs, contract.replaces)


def _default_targets(costs: Costs) -> dict[str, Any]:
    """The regulation's own figures (articles 11 and 12): they prefill a contract and nothing else."""
    found: dict[str, Any] = {
        "deposit_average_target": settings.DEFAULT_TARGET_AVERAGE_FEN,
        "deposit_accumulated_target": settings.DEFAULT_TARGET_ACCUMULATED_FEN_DAYS,
    }
    if costs.line_fen:
        found["interest_received_target"] = costs.line_fen
    return found


def _initial_of(contract: Contract) -> dict[str, Any]:
    names = ("target_kind", "first_day", "last_day", "includes_dedicated_recovery", "remarks", "contract_no")
    found: dict[str, Any] = {name: getattr(contract, name) for name in names}
    for one in contract.targets.all():
        found[f"{one.indicator}_target"] = one.target_hundredths
        found[f"{one.indicator}_na"] = one.not_applicable
        found[f"{one.indicator}_counts"] = one.counts
        found[f"{one.indicator}_baseline"] = one.baseline_hundredths
        found[f"{one.indicator}_times_days"] = one.times_days
    return found


@dataclass(frozen=True, slots=True)
class FigureHelp:
    """What a typed target means: its capitals, and of an accumulated balance the averages in months of 28 to 31 days."""

    name: str
    capitals: str
    baseline_capitals: str
    averages: list[tuple[int, int]]
    months: list[tuple[int, int]]
    reached_hundredths: int | None


@dataclass(frozen=True, slots=True)
class DraftHelp:
    """What stands beside the form while it is typed (articles 11 and 12)."""

    figures: list[FigureHelp]
    costs: Costs
    interest_hundredths: int | None
    baseline_month: Month | None

    @property
    def interest_below_line(self) -> bool:
        """Whether the typed interest target lies below wage and four expenses."""
        line = self.costs.line_fen
        return line is not None and self.interest_hundredths is not None and self.interest_hundredths < line


def draft_help(source: DraftSource, indicators: Sequence[ScoredIndicator], typed: Mapping[str, Any]) -> DraftHelp:
    """The help for what is typed so far. Shape: typed holds the fields that could be read, as the form names them."""
    month: Month | None = typed.get("baseline_month")
    reached = reached_in_month(source.branch, source.person, month) if month and source.current else {}
    figures = []
    for one in indicators:
        value, baseline = typed.get(f"{one.code}_target"), typed.get(f"{one.code}_baseline")
        if typed.get(f"{one.code}_na"):
            value = baseline = None
        money = INDICATOR_KINDS[one.code] != RATE and one.code != Indicator.PRODUCTS_SOLD
        daily = bool(typed.get(f"{one.code}_times_days"))
        gathered: int | None = value if one.code == ACCUMULATED else None
        figures.append(
            FigureHelp(
                name=one.name,
                capitals=chinese_capitals(value) if money and value is not None else "",
                baseline_capitals=chinese_capitals(baseline) if money and baseline is not None else "",
                averages=averages_meant(gathered) if gathered is not None and not daily else [],
                months=[(days, gathered * days) for days in _LENGTHS] if gathered is not None and daily else [],
                reached_hundredths=reached.get(one.code),
            )
        )
    return DraftHelp(figures, source.costs, typed.get("interest_received_target"), month)
