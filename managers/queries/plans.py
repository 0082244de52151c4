"""The yearly plan: versions, parts, and what a branch was given by the plan above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum

from common.months import Month
from managers.models import Appointment, Indicator, Plan, PlanPart, Target
from managers.rules.plans import may_be_planned, missing_from_whole
from organization.models import Branch, Employee, Role
from organization.queries import earliest_open_months

if TYPE_CHECKING:
    from organization.rules import Actor

DRAFTERS = (Role.CLERK, Role.SUPERVISOR, Role.DIRECTOR)

PLANNED = [(one.value, one.label) for one in Indicator if may_be_planned(one)]


def plans(actor: Actor) -> QuerySet[Plan, Any]:
    """The plans of the branches whose business the person reads."""
    return Plan.objects.visible_to(actor).select_related("branch__parent", "made_by", "approved_by")


def splits_to_branches(branch: Branch) -> bool:
    """Whether a plan of the branch is split to branches below it; otherwise to its managers."""
    return branch.children.exists()


def approver_role(branch: Branch) -> str:
    """The union's plan is approved by a supervisor, a branch's by its director."""
    return Role.SUPERVISOR if splits_to_branches(branch) else Role.DIRECTOR


def given_from_above(branch: Branch, year: int, indicator: str) -> PlanPart | None:
    """The branch's part in the approved plan of the branch above it: what its own whole has to be."""
    return (
        PlanPart.objects.filter(
            branch=branch, plan__year=year, plan__indicator=indicator, plan__state=Plan.State.APPROVED
        )
        .select_related("plan__branch")
        .first()
    )


def people_of_year(branch: Branch, first_month: Month) -> QuerySet[Employee]:
    """Who is manager of the branch on a day from the plan's first month to the end of its year."""
    held = Appointment.objects.filter(branch=branch).in_force_between(
        first_month.first_day, dt.date(first_month.year, 12, 31)
    )
    return Employee.objects.filter(pk__in=held.values("employee")).order_by("employee_no")


def months_in_office(branch: Branch, people: list[int], months: list[Month]) -> dict[int, list[Month]]:
    """The months among those named in which each person is manager of the branch on at least one day."""
    found: dict[int, list[Month]] = {pk: [] for pk in people}
    held = Appointment.objects.filter(branch=branch, employee__in=people).in_force_between(
        months[0].first_day, months[-1].last_day
    )
    terms = list(held.values_list("employee", "first_day", "last_day"))
    for month in months:
        for pk in people:
            if any(
                one == pk and first <= month.last_day and (last is None or last >= month.first_day)
                for one, first, last in terms
            ):
                found[pk].append(month)
    return found


def given_before(plan: Plan) -> dict[int, int]:
    """What earlier versions of a branch's plan have given each manager in the months before this one begins.

    Unit: hundredths. Only a figure that is spread over the months counts like this.
    """
    before = Target.objects.filter(
        plan__branch=plan.branch_id,
        plan__year=plan.year,
        plan__indicator=plan.indicator,
        indicator=plan.indicator,
        month__lt=plan.first_month,
    )
    return {
        pk: int(total)
        for pk, total in before.order_by().values_list("manager").annotate(total=Sum("target_hundredths"))
    }


@dataclass(frozen=True, slots=True)
class PartLine:
    """Somebody's part of a plan: a branch's, with the own plan that splits it on, or a manager's."""

    key: int
    number: str
    name: str
    part_hundredths: int | None
    own_plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with everybody who may have a part of it. Unit: hundredths. Shape: `missing` below zero = too much."""

    plan: Plan
    to_branches: bool
    lines: list[PartLine]
    sum_hundredths: int
    missing_hundredths: int
    given: PlanPart | None
    versions: list[Plan]
    may_draft: bool
    may_approve: bool

    @property
    def too_much_hundredths(self) -> int:
        return -self.missing_hundredths

    @property
    def differs_from_given(self) -> bool:
        return self.given is not None and self.given.part_hundredths != self.plan.whole_hundredths


def plan_page(actor: Actor, plan: Plan) -> PlanPage:
    """The page of a plan that the person may see."""
    branch = plan.branch
    to_branches = splits_to_branches(branch)
    parts = list(plan.parts.select_related("branch", "manager"))
    lines = _branch_lines(plan, parts) if to_branches else _manager_lines(plan, parts)
    total = sum(one.part_hundredths for one in parts)
    draft = plan.state == Plan.State.DRAFT
    return PlanPage(
        plan=plan,
        to_branches=to_branches,
        lines=lines,
        sum_hundredths=total,
        missing_hundredths=missing_from_whole(plan.whole_hundredths, [total]),
        given=given_from_above(branch, plan.year, plan.indicator),
        versions=list(Plan.objects.filter(branch=branch, year=plan.year, indicator=plan.indicator).order_by("version")),
        may_draft=draft and actor.holds(branch.pk, *DRAFTERS),
        may_approve=draft
        and actor.holds(branch.pk, approver_role(branch))
        and actor.employee_id != plan.made_by_id
        and all(one.manager_id != actor.employee_id for one in parts),
    )


def _branch_lines(plan: Plan, parts: list[PlanPart]) -> list[PartLine]:
    given = {one.branch_id: one.part_hundredths for one in parts}
    own = {
        one.branch_id: one
        for one in Plan.objects.filter(
            branch__parent=plan.branch_id, year=plan.year, indicator=plan.indicator
        ).order_by("version")
    }
    return [
        PartLine(one.pk, one.branch_code, one.name, given.get(one.pk), own.get(one.pk))
        for one in Branch.objects.filter(parent=plan.branch_id).order_by("branch_code")
    ]


def _manager_lines(plan: Plan, parts: list[PlanPart]) -> list[PartLine]:
    given = {one.manager_id: one.part_hundredths for one in parts}
    people = {one.pk: one for one in people_of_year(plan.branch, Month.of(plan.first_month))}
    # Whoever has a part is shown, also when the office has ended since.
    people |= {one.manager_id: one.manager for one in parts if one.manager_id is not None and one.manager is not None}
    ordered = sorted(people.values(), key=lambda one: one.employee_no)
    return [PartLine(one.pk, one.employee_no, one.name, given.get(one.pk)) for one in ordered]


def plan_begun(branches: QuerySet[Branch], named: Mapping[str, str], today: dt.date) -> dict[str, Any]:
    """What the form of a new plan begins with: the branch, year and indicator that an address names, and the part that the
    plan above gives; where the plan has a version already, its figure and the next month that is open."""
    branch = branches.filter(branch_code=named.get("branch", "")).first() or branches.first()
    year = int(named["year"]) if named.get("year", "").isdigit() and len(named["year"]) == 4 else today.year
    indicator = named.get("indicator", "")
    initial: dict[str, Any] = {"branch": branch, "year": year, "indicator": indicator, "first_month": Month(year, 1)}
    if branch is None or indicator not in dict(PLANNED):
        return initial
    latest = Plan.objects.filter(branch=branch, year=year, indicator=indicator).order_by("-version").first()
    given = given_from_above(branch, year, indicator)
    if given is not None:
        initial["whole_hundredths"] = given.part_hundredths
    elif latest is not None:
        initial["whole_hundredths"] = latest.whole_hundredths
    earliest = earliest_open_months([branch.pk]).get(branch.pk)
    if latest is not None or (earliest is not None and earliest > Month(year, 1)):
        later = max(one for one in (Month.of(today), earliest) if one is not None)
        initial["first_month"] = later if later.year == year else Month(year, 1)
    return initial


def plans_to_approve(actor: Actor) -> list[Plan]:
    """The drafts whose parts add up and that wait for the person's approval: for the inbox."""
    found = []
    reach = actor.branches_of(Role.SUPERVISOR, Role.DIRECTOR)
    drafts = plans(actor).filter(state=Plan.State.DRAFT, branch__in=reach).exclude(made_by=actor.employee_id)
    for plan in drafts.annotate(total=Sum("parts__part_hundredths")).order_by("made_at"):
        if plan.total == plan.whole_hundredths and actor.holds(plan.branch_id, approver_role(plan.branch)):
            found.append(plan)
    return found
