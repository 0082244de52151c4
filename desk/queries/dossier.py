"""The dossier of an account manager (article 14): everything about one person on one page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.cards import cards_of_manager
from common.money import round_half_up
from common.months import Month
from customers.models import Assignment
from managers.models import (
    Appointment,
    Attendance,
    AuthorisationLetter,
    ConductEntry,
    Contract,
    Honour,
    Indicator,
    Inspection,
    Penalty,
    Session,
    WorkReport,
)
from managers.queries.contracts import SUBJECT as CONTRACT
from managers.queries.inspections import inspections
from managers.queries.offices import tenure_of
from managers.queries.records import honours, letters, penalties
from managers.queries.reports import reports
from managers.queries.sessions import attended_by
from managers.rules.sessions import StudyYear, study_year
from managers.rules.tenure import Tenure
from organization.models import Document, Employee, Role
from organization.queries import policy_of_each
from organization.rules import Actor

DOSSIER = "managers.dossier"
KEEPERS = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR)
MONTHS = 12
SHOWN = 24

# What a document of the dossier is.
DOCUMENT_KINDS: tuple[tuple[str, Any], ...] = (
    ("contract", _("signed contract")),
    ("certificate", _("certificate")),
    ("letter", _("letter of authority")),
    ("other", _("other")),
)

# The actuals that the dossier's table of months has a column for.
KEY_INDICATORS = (
    Indicator.DEPOSIT_AVERAGE,
    Indicator.LOANS_GRANTED,
    Indicator.PRINCIPAL_RECOVERED,
    Indicator.INTEREST_RECEIVED,
)


def dossiers(actor: Actor) -> QuerySet[Employee]:
    """The people whose dossier the person may open: account managers of the branches read, and oneself.

    A dossier begins with the first appointment.
    """
    offices = Appointment.objects.all() if actor.is_system else Appointment.objects.visible_to(actor)
    return Employee.objects.filter(pk__in=offices.values("employee")).select_related("branch")


def keeps_dossier(actor: Actor, employee: Employee) -> bool:
    """Whether the person adds documents to the dossier: of the branch, and never one's own."""
    return employee.pk != actor.employee_id and actor.holds(employee.branch_id, *KEEPERS)


@dataclass(frozen=True, slots=True)
class Office:
    """An appointment with its contracts. Shape: contracts newest first, each with its scans."""

    appointment: Appointment
    suspensions: list[Any]


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract in the dossier, with the signed scans that belong to it."""

    contract: Contract
    scans: list[Document]


@dataclass(frozen=True, slots=True)
class Result:
    """One key indicator of a month. Unit: fen, rounded for display; none where the month has no such line."""

    actual: Fraction | None
    target_hundredths: int | None

    @property
    def actual_fen(self) -> int | None:
        if self.actual is None:
            return None
        return round_half_up(self.actual.numerator, self.actual.denominator)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the appraisal: the card, and the key indicators in the order of KEY_INDICATORS."""

    card: ScoreCard
    month: Month
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything on one page. Shape: every list newest first; what the person may not see is left out."""

    employee: Employee
    tenure: Tenure | None
    customers: int  # assigned today
    offices: list[Office]
    contracts: list[ContractLine]
    months: list[MonthLine]
    study: StudyYear
    training: list[Attendance]
    exchanges: list[Attendance]
    inspections: list[Inspection]
    honours: list[Honour]
    penalties: list[Penalty]
    letters: list[AuthorisationLetter]
    reports: list[WorkReport]
    entries: list[ConductEntry]
    documents: list[tuple[Document, Any]]  # with what each one is


def dossier(actor: Actor, employee: Employee, month: Month) -> Dossier:
    """The dossier of a manager whom the person may see (dossiers), with the twelve months up to one."""
    today = timezone.localdate()
    offices = _offices(actor, employee)
    found = _contracts(actor, employee)
    papers = _papers(employee, found)
    attended = attended_by(actor, employee)
    hours = [(one.session.held_on, one.hours_hundredths or 0) for one in attended if _counts(one)]
    required = policy_of_each([employee.branch_id], "training_hours_a_year", today)[employee.branch_id]
    return Dossier(
        employee=employee,
        tenure=tenure_of(employee.pk, today),
        customers=Assignment.objects.visible_to(actor).in_force(today).filter(manager=employee).count(),
        offices=offices,
        contracts=[ContractLine(one, papers.get((CONTRACT, str(one.pk)), [])) for one in found],
        months=_months(actor, employee, month),
        study=study_year(today.year, hours, required),
        training=[one for one in attended if one.session.kind != Session.Kind.EXCHANGE][:SHOWN],
        exchanges=[one for one in attended if one.session.kind == Session.Kind.EXCHANGE][:SHOWN],
        inspections=list(inspections(actor).filter(employee=employee).order_by("-planned_on", "-pk")[:SHOWN]),
        honours=list(honours(actor).filter(employee=employee).order_by("-awarded_on", "-pk")),
        penalties=list(penalties(actor).filter(employee=employee).order_by("-first_day", "-pk")),
        letters=list(letters(actor).filter(employee=employee).order_by("-first_day", "-pk")),
        reports=list(reports(actor).filter(employee=employee).order_by("-period_first_day", "kind")[:SHOWN]),
        entries=_entries(actor, employee),
        documents=[
            (one, dict(DOCUMENT_KINDS).get(one.kind, one.kind))
            for one in papers.get((DOSSIER, employee.employee_no), [])
        ],
    )


def document_of_dossier(actor: Actor, pk: int) -> tuple[Employee, Document] | None:
    """A document of a dossier that the person may open: added to it, or the scan of a contract that stands in it."""
    document = Document.objects.select_related("file", "branch").filter(pk=pk, removed_at__isnull=True).first()
    if document is None:
        return None
    if document.subject == DOSSIER:
        owner = Q(employee_no=document.subject_key)
    elif document.subject == CONTRACT and document.subject_key.isdigit():
        contracts = Contract.objects.visible_to(actor).filter(pk=int(document.subject_key))
        owner = Q(pk__in=contracts.values("appointment__employee"))
    else:
        return None
    employee = dossiers(actor).filter(owner).first()
    return None if employee is None else (employee, document)


def _offices(actor: Actor, employee: Employee) -> list[Office]:
    found = Appointment.objects.visible_to(actor).filter(employee=employee).select_related("branch", "ended_by")
    return [
        Office(one, list(one.suspensions.all())) for one in found.prefetch_related("suspensions").order_by("-first_day")
    ]


def _contracts(actor: Actor, employee: Employee) -> list[Contract]:
    found = Contract.objects.visible_to(actor).filter(
        Q(appointment__employee=employee) | Q(application__candidate=employee)
    )
    return list(found.select_related("appointment__branch", "branch_signed_by").order_by("-first_day", "-pk"))


def _papers(employee: Employee, contracts: list[Contract]) -> dict[tuple[str, str], list[Document]]:
    """The dossier's own documents and the contracts' scans, by what they belong to; one statement."""
    keys = [employee.employee_no, *(str(one.pk) for one in contracts)]
    wanted = {(DOSSIER, employee.employee_no), *((CONTRACT, str(one.pk)) for one in contracts)}
    found: dict[tuple[str, str], list[Document]] = defaultdict(list)
    rows = Document.objects.filter(subject__in=(DOSSIER, CONTRACT), subject_key__in=keys, removed_at__isnull=True)
    for one in rows.select_related("file", "added_by").order_by("-pk"):
        if (one.subject, one.subject_key) in wanted:
            found[one.subject, one.subject_key].append(one)
    return found


def _months(actor: Actor, employee: Employee, month: Month) -> list[MonthLine]:
    cards = cards_of_manager(actor=actor, employee_no=employee.employee_no).filter(month__lte=month.first_day)
    found = []
    for card in cards.prefetch_related("lines")[:MONTHS]:
        lines = {line.indicator: line for line in card.lines.all()}
        results = [_result(lines.get(indicator)) for indicator in KEY_INDICATORS]
        found.append(MonthLine(card, Month.of(card.month), results))
    return found


def _result(line: ScoreLine | None) -> Result:
    if line is None:
        return Result(None, None)
    if line.actual_numerator is None or not line.actual_denominator:
        return Result(None, line.target_hundredths)
    return Result(Fraction(line.actual_numerator, line.actual_denominator), line.target_hundredths)


def _counts(one: Attendance) -> bool:
    return bool(one.attended) and one.session.kind != Session.Kind.EXCHANGE


def _entries(actor: Actor, employee: Employee) -> list[ConductEntry]:
    found = ConductEntry.objects.visible_to(actor).filter(manager=employee)
    return list(found.select_related("branch", "decided_by").order_by("-happened_on", "-pk")[:SHOWN])
