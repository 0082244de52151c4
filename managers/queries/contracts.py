"""Contracts: those that a person may see, what one says, whose signature it waits for, which end soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from common.money import chinese_capitals
from common.months import Month
from managers.models import Appointment, Contract, ContractTarget, Indicator
from managers.rules import ENTRIES, INDICATOR_KINDS, RATE
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
from organization.models import BUSINESS_ROLES, Branch, Document, Employee, Role
from organization.queries import documents_of, policy_of_each

if TYPE_CHECKING:
    from fractions import Fraction

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
    def averages(self) -> list[tuple[int, Fraction]]:
        """What an accumulated target means as an average, in months of 28, 30 and 31 days."""
        value = self.target.target_hundredths
        if self.target.indicator != ACCUMULATED or value is None or self.target.times_days:
            return []
        return [(days, average_meant(value, days)) for days in (28, 30, 31)]

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
    steps: list[tuple[str, bool]]

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
        steps=[],
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


def contracts_to_sign(actor: Actor) -> list[Contract]:
    """The drafts that wait for the person's signature, oldest first: for the inbox."""
    if actor.employee_id is None:
        return []
    drafts = contracts(actor).filter(state=Contract.State.DRAFT)
    own = (Q(appointment__employee=actor.employee_id) | Q(application__candidate=actor.employee_id)) & Q(
        manager_digest=""
    )
    reach = actor.branches_of(Role.DIRECTOR)
    for_branch = (
        (Q(appointment__branch__in=reach) | Q(application__branch__in=reach))
        & Q(branch_digest="")
        & ~Q(made_by=actor.employee_id)
    )
    found = drafts.filter(own | for_branch).order_by("made_at", "pk")
    return [one for one in found if side_of(actor, one)]


@dataclass(frozen=True, slots=True)
class EndingContract:
    """A contract in force that ends within the days of the branch's policy, or has ended without another one."""

    contract: Contract
    employee: Employee
    branch: Branch
    days_left: int


def contracts_ending(actor: Actor, day: dt.date) -> list[EndingContract]:
    """Contracts that end soon and that no other one follows, the soonest first: for lists and the inbox.

    Shape: "soon" is the policy expiry_warning_days of each branch; people who draft contracts see those of their branches,
    a manager the own one. One whose appointment ends with it counts too: who stays needs both anew.
    """
    reach = actor.branches_of(*BUSINESS_ROLES)
    mine = Q(appointment__employee=actor.employee_id) | Q(appointment__branch__in=reach)
    rows = list(
        Contract.objects.filter(
            mine if not actor.is_system else Q(),
            state=Contract.State.IN_FORCE,
            last_day__gte=day,
            last_day__lte=day + dt.timedelta(days=_LONGEST_WARNING),
        )
        .exclude(Q(replaced_by__isnull=False))
        .select_related("appointment__employee", "appointment__branch")
        .order_by("last_day", "pk")
    )
    branches = {one.appointment.branch_id for one in rows if one.appointment}
    warning = policy_of_each(branches, "expiry_warning_days", day)
    found = []
    for one in rows:
        if one.appointment is None or one.last_day is None:
            continue
        left = (one.last_day - day).days
        if left <= warning[one.appointment.branch_id]:
            found.append(EndingContract(one, one.appointment.employee, one.appointment.branch, left))
    return found


_LONGEST_WARNING = 365


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
