"""Who was in office, on which contract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Least
from django.utils import timezone

from common.months import Month
from managers.models import Appointment, AppointmentChange, Contract, HandOver, Suspension, TargetKind
from managers.rules import Term, days_in_office, holds_on, in_office_on
from managers.rules.tenure import Tenure, state_of_office, tenure
from organization.models import Branch, Employee, Role
from organization.queries import branches_below, policies_of, policy_of_each

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class ManagerInOffice:
    """A manager's office at a branch in a month.

    Shape: first_day is the first of the month's days in office; contract and target kind are those of the last of them,
    none where no contract covers it.
    """

    employee_id: int
    employee_no: str
    name: str
    first_day: dt.date
    days_in_office: int
    on_last_day: bool
    contract_id: int | None
    target_kind: str | None


def managers_in_office(branch: Branch, month: Month) -> list[ManagerInOffice]:
    """Who was manager of the branch on at least one day of the month.

    Shape: by employee number; an appointment that ended and one that followed it are one office. Days of suspension are
    not days in office; somebody suspended all month is no manager of the month.
    """
    appointments = (
        Appointment.objects.filter(branch=branch)
        .in_force_between(month.first_day, month.last_day)
        .order_by("employee__employee_no", "first_day")
        .values_list("pk", "employee_id", "employee__employee_no", "employee__name", "first_day", "last_day")
    )
    people: dict[int, tuple[str, str]] = {}
    terms: dict[int, list[Term]] = defaultdict(list)
    holder: dict[int, int] = {}
    for pk, employee_id, employee_no, name, first_day, last_day in appointments:
        people[employee_id] = (employee_no, name)
        terms[employee_id].append(Term(first_day, last_day))
        holder[pk] = employee_id
    suspensions: dict[int, list[Term]] = defaultdict(list)
    for appointment_id, first_day, last_day in Suspension.objects.filter(appointment__in=list(holder)).values_list(
        "appointment", "first_day", "last_day"
    ):
        suspensions[holder[appointment_id]].append(Term(first_day, last_day))
    # The contract in force on the last day in office says what the month is about; it is one of the last appointment's.
    latest = {row[1]: row[0] for row in appointments}
    contracts: dict[int, list[Contract]] = defaultdict(list)
    for contract in Contract.objects.binding().filter(appointment__in=list(latest.values())):
        contracts[contract.appointment_id or 0].append(contract)
    found = []
    for employee_id, (employee_no, name) in people.items():
        own, away = terms[employee_id], suspensions[employee_id]
        held_days = days_in_office(month, own, away)
        if held_days == 0:
            continue
        last_day = min(own[-1].last_day or month.last_day, month.last_day)
        held = next((one for one in contracts[latest[employee_id]] if holds_on(last_day, one)), None)
        found.append(
            ManagerInOffice(
                employee_id=employee_id,
                employee_no=employee_no,
                name=name,
                first_day=max(own[0].first_day, month.first_day),
                days_in_office=held_days,
                on_last_day=in_office_on(month.last_day, own, away),
                contract_id=held.pk if held else None,
                target_kind=held.target_kind if held else None,
            )
        )
    return found


def people_in_office(branch: Branch, month: Month) -> QuerySet[Employee]:
    """The people who were manager of the branch on at least one day of the month, by employee number."""
    offices = Appointment.objects.filter(branch=branch).in_force_between(month.first_day, month.last_day)
    return Employee.objects.filter(pk__in=offices.values("employee")).order_by("employee_no")


def target_kind_or_composite(manager: ManagerInOffice) -> str:
    """What a manager is appraised on: without a contract the composite, whose missing targets are then named."""
    return manager.target_kind or TargetKind.COMPOSITE


def day_of_list(month: Month) -> dt.date:
    """The day that a list of a month speaks of: today in the running month, else the month's last day."""
    today = timezone.localdate()
    return today if today in month else month.last_day


def offices(actor: Actor, month: Month) -> QuerySet[Any]:
    """The appointments in force in the month that the person may see, with the contract of their last day in it.

    Shape: annotated contract_no and target_kind, empty where no contract covers that day, and as_of, the day of the list.
    """
    contracts = (
        Contract.objects.binding()
        .filter(
            Q(last_day__isnull=True) | Q(last_day__gte=Least(OuterRef("last_day"), month.last_day)),
            appointment=OuterRef("pk"),
            first_day__lte=month.last_day,
        )
        .order_by("-first_day")
    )
    return (
        Appointment.objects.visible_to(actor)
        .in_force_between(month.first_day, month.last_day)
        .select_related("employee", "branch")
        .annotate(
            contract_no=Subquery(contracts.values("contract_no")[:1]),
            target_kind=Subquery(contracts.values("target_kind")[:1]),
            as_of=Value(day_of_list(month), output_field=DateField()),
        )
    )


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """How an appointment stands on a day: how long the unbroken office lasts, and one word (rules/tenure.py)."""

    tenure: Tenure | None
    state: str


def office_facts(appointments: Sequence[Appointment], day: dt.date) -> dict[int, OfficeFacts]:
    """How each of the appointments stands on the day, by its id; two statements, however many there are."""
    people = {one.employee_id for one in appointments}
    terms, away = _terms_of(people)
    warned = policy_of_each({one.branch_id for one in appointments}, "expiry_warning_days", day)
    found = {}
    for one in appointments:
        own = [term for _branch_id, term in terms[one.employee_id]]
        suspensions = [term for _branch_id, term in away[one.employee_id]]
        warned_from = one.last_day - dt.timedelta(warned[one.branch_id]) if one.last_day else None
        state = state_of_office(day, Term(one.first_day, one.last_day), suspensions, warned_from)
        found[one.pk] = OfficeFacts(tenure(day, own, suspensions), state)
    return found


def tenure_of(employee_id: int, day: dt.date) -> Tenure | None:
    """The person's unbroken office up to the day (article 17)."""
    terms, away = _terms_of([employee_id])
    return tenure(day, [term for _id, term in terms[employee_id]], [term for _id, term in away[employee_id]])


def terms_at(employee_ids: Iterable[int], branch_id: int) -> dict[int, tuple[list[Term], list[Term]]]:
    """Each person's terms of office and suspensions at a branch, in order."""
    wanted = set(employee_ids)
    terms, away = _terms_of(wanted)
    return {
        pk: (
            [term for at, term in terms[pk] if at == branch_id],
            [term for at, term in away[pk] if at == branch_id],
        )
        for pk in wanted
    }


_Terms = Mapping[int, list[tuple[int, Term]]]


def _terms_of(employee_ids: Iterable[int]) -> tuple[_Terms, _Terms]:
    """Terms and suspensions by person, each with its branch, in order."""
    terms: dict[int, list[tuple[int, Term]]] = defaultdict(list)
    away: dict[int, list[tuple[int, Term]]] = defaultdict(list)
    rows = Appointment.objects.filter(employee__in=list(employee_ids)).order_by(
        "employee", "first_day", "suspensions__first_day"
    )
    for pk, branch_id, first_day, last_day, suspended_from, suspended_until in rows.values_list(
        "employee", "branch", "first_day", "last_day", "suspensions__first_day", "suspensions__last_day"
    ):
        term = (branch_id, Term(first_day, last_day))
        if not terms[pk] or terms[pk][-1] != term:
            terms[pk].append(term)
        if suspended_from is not None:
            away[pk].append((branch_id, Term(suspended_from, suspended_until)))
    return terms, away


def suspended_on(found: QuerySet[Any], day: dt.date) -> QuerySet[Any]:
    """Of the appointments found, those that are suspended on the day."""
    running = Suspension.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=day), appointment=OuterRef("pk"), first_day__lte=day
    )
    return found.filter(Exists(running))


def ending_soon(found: QuerySet[Any], branch_ids: Iterable[int], day: dt.date) -> QuerySet[Any]:
    """Of the appointments found, those whose term ends within the days that their branch warns before (policy)."""
    by_days: dict[int, list[int]] = defaultdict(list)
    for branch_id, days in policy_of_each(branch_ids, "expiry_warning_days", day).items():
        by_days[days].append(branch_id)
    soon = Q(pk__in=[])
    for days, branches in by_days.items():
        soon |= Q(branch__in=branches, last_day__lte=day + dt.timedelta(days))
    return found.filter(soon, last_day__gte=day)


@dataclass(frozen=True, slots=True)
class BranchOffices:
    """The managers of a branch on a day, counted. Shape: mean_days is none where nobody is in office."""

    branch: Branch
    in_office: int
    suspended: int
    ending: int
    mean_days: int | None


def offices_by_branch(found: Sequence[Appointment], day: dt.date) -> list[BranchOffices]:
    """The appointments found that hold on the day, by branch: in office, suspended, ending soon, and how long on average."""
    held = [one for one in found if holds_on(day, one)]
    facts = office_facts(held, day)
    of_branch: dict[Branch, list[OfficeFacts]] = defaultdict(list)
    for one in held:
        of_branch[one.branch].append(facts[one.pk])
    rows = []
    for branch in sorted(of_branch, key=lambda one: one.branch_code):
        states = [one.state for one in of_branch[branch]]
        days = [one.tenure.in_office for one in of_branch[branch] if one.tenure and one.state != "suspended"]
        rows.append(
            BranchOffices(
                branch=branch,
                in_office=len(states) - states.count("suspended"),
                suspended=states.count("suspended"),
                ending=states.count("ending"),
                mean_days=sum(days) // len(days) if days else None,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """What the page of an appointment shows."""

    day: dt.date
    facts: OfficeFacts
    contracts: list[Contract]
    suspensions: list[Suspension]
    changes: list[AppointmentChange]
    hand_overs: list[HandOver]
    others: list[Appointment]
    open_change: AppointmentChange | None
    warned_days: int

    @property
    def suspension(self) -> Suspension | None:
        """The suspension that runs or is to come."""
        later = (one for one in self.suspensions if one.last_day is None or one.last_day >= self.day)
        return next(later, None)


def appointment_page(appointment: Appointment, day: dt.date) -> AppointmentPage:
    """One appointment with its contracts, suspensions, changes and sheets, and the person's other ones."""
    changes = appointment.changes.select_related("proposed_by", "decided_by", "to_branch")
    others = Appointment.objects.filter(employee=appointment.employee_id).exclude(pk=appointment.pk)
    found = list(changes)
    return AppointmentPage(
        day=day,
        facts=office_facts([appointment], day)[appointment.pk],
        contracts=list(appointment.contracts.exclude(state=Contract.State.DRAFT).order_by("first_day")),
        suspensions=list(appointment.suspensions.select_related("made_by", "lifted_by")),
        changes=found,
        hand_overs=list(appointment.hand_overs.select_related("witness")),
        others=list(others.select_related("branch").order_by("first_day")),
        open_change=next((one for one in found if one.state in ("proposed", "approved")), None),
        warned_days=policies_of(appointment.branch, day)["expiry_warning_days"],
    )


def changes_open_to(actor: Actor, appointment: Appointment, page: AppointmentPage) -> list[tuple[str, str]]:
    """The changes that the person may propose now, as (kind, words): none while one is under way."""
    Kind = AppointmentChange.Kind
    if page.open_change is not None or page.facts.state == "ended" or appointment.end:
        return []
    if actor.employee_id == appointment.employee_id:
        wanted = [Kind.RESIGNATION]
    elif actor.holds(appointment.branch_id, Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR):
        wanted = [Kind.RESIGNATION, Kind.DISMISSAL, Kind.TRANSFER]
        wanted.append(Kind.LIFTING if page.suspension else Kind.SUSPENSION)
        if appointment.last_day is not None:
            wanted.insert(0, Kind.EXTENSION)
    else:
        wanted = []
    return [(kind.value, str(kind.label)) for kind in wanted]


def places_of_transfer(branch: Branch) -> QuerySet[Branch]:
    """Where a manager of the branch may go: the union's other branches."""
    root = branch
    while root.parent is not None:
        root = root.parent
    return Branch.objects.filter(pk__in=branches_below([root.pk])[root.pk]).exclude(pk=branch.pk)


def takers_of(branch: Branch, day: dt.date, *without: int) -> QuerySet[Employee]:
    """Who may take over at the branch from the day: in office there and not suspended, but for those named."""
    held = Appointment.objects.filter(branch=branch).in_force(day)
    away = suspended_on(held, day)
    people = held.exclude(pk__in=away.values("pk")).values("employee")
    return Employee.objects.filter(pk__in=people).exclude(pk__in=without).order_by("employee_no")


def changes_to_decide(actor: Actor) -> QuerySet[AppointmentChange]:
    """The proposed changes that wait for this person as director, oldest first."""
    mine = Q(employee=actor.employee_id) | Q(proposed_by=actor.employee_id)
    return (
        AppointmentChange.objects.filter(branch__in=actor.branches_of(Role.DIRECTOR), state="proposed")
        .exclude(mine)
        .select_related("employee", "branch", "proposed_by")
        .order_by("pk")
    )
