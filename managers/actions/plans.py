"""The yearly plan: split from the union to branches and from a branch to its managers, who get their months' targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.money import format_hundredths
from common.months import Month, months_between
from managers.models import Indicator, Plan, PlanPart, Target
from managers.queries.plans import (
    DRAFTERS,
    approver_role,
    given_before,
    given_from_above,
    months_in_office,
    people_of_year,
    splits_to_branches,
)
from managers.rules.plans import is_spread, may_be_planned, missing_from_whole, spread_over_months
from organization.actions.months import check_laws_now, mark_stale
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.queries import earliest_open_months, holders_of
from organization.rules import Actor

State = Plan.State


def draft_plan(
    *,
    actor: Actor,
    branch: Branch,
    year: int,
    indicator: str,
    whole_hundredths: int,
    first_month: Month,
    reason: str = "",
) -> Plan:
    """Drafts a year's figure of a branch, or another version of it, which holds from a month on.

    Shape: a later version begins with the parts of the one before it and says why it is made.
    Raises: RuleError without the right, for an indicator whose parts do not add up, a closed month, another draft.
    """
    if actor.employee_id is None or not actor.holds(branch.pk, *DRAFTERS):
        raise RuleError(_("Only the people of %(branch)s draft its plans.") % {"branch": branch.name})
    if indicator not in Indicator.values or not may_be_planned(indicator):
        raise BadInput(_("Parts of this indicator do not add up to a whole. Choose an amount."), field="indicator")
    if whole_hundredths <= 0:
        raise RuleError(_("A plan is above zero."), field="whole_hundredths")
    if first_month.year != year:
        raise RuleError(_("The plan of %(year)s begins in a month of that year.") % {"year": year}, field="first_month")
    with obeying_laws(), transaction.atomic():
        Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
        versions = list(Plan.objects.filter(branch=branch, year=year, indicator=indicator).order_by("version"))
        if any(one.state == State.DRAFT for one in versions):
            raise RuleError(_("There is a draft of this plan already. Change that one."))
        if versions and not reason.strip():
            raise BadInput(_("Say why the plan changes."), field="reason")
        if not splits_to_branches(branch):
            _refuse_closed(branch, first_month)
        plan = Plan.objects.create(
            branch=branch,
            year=year,
            indicator=indicator,
            version=versions[-1].version + 1 if versions else 1,
            first_month=first_month.first_day,
            whole_hundredths=whole_hundredths,
            reason=reason.strip(),
            made_by_id=actor.employee_id,
            made_at=timezone.now(),
        )
        if versions:
            PlanPart.objects.bulk_create(
                PlanPart(plan=plan, branch=one.branch, manager=one.manager, part_hundredths=one.part_hundredths)
                for one in versions[-1].parts.all()
            )
        _record(
            actor, plan, "draft_plan", {"whole_hundredths": [None, whole_hundredths], "reason": [None, plan.reason]}
        )
    return plan


def set_parts(*, actor: Actor, plan: Plan, whole_hundredths: int, parts: Mapping[int, int]) -> Plan:
    """Writes the parts of a draft, which need not add up yet; the page shows what is missing.

    Shape: {id of a branch below, or of a manager: hundredths}; who is not named has no part.
    Raises: RuleError without the right or for somebody who may have no part; Conflict when it is no draft any more.
    """
    with obeying_laws(), transaction.atomic():
        row = _locked_draft(plan)
        if not actor.holds(row.branch_id, *DRAFTERS):
            raise RuleError(_("Only the people of %(branch)s draft its plans.") % {"branch": row.branch.name})
        if whole_hundredths <= 0:
            raise RuleError(_("A plan is above zero."), field="whole_hundredths")
        if any(part < 0 for part in parts.values()):
            raise RuleError(_("A part of a plan is not below zero."))
        to_branches = splits_to_branches(row.branch)
        if to_branches:
            allowed = set(Branch.objects.filter(parent=row.branch).values_list("pk", flat=True))
        else:
            allowed = set(people_of_year(row.branch, Month.of(row.first_month)).values_list("pk", flat=True))
        if set(parts) - allowed:
            raise RuleError(_("Somebody named here is no manager of %(branch)s.") % {"branch": row.branch.name})
        before = _parts_plain(row)
        row.parts.all().delete()
        PlanPart.objects.bulk_create(
            PlanPart(
                plan=row,
                branch_id=key if to_branches else None,
                manager_id=None if to_branches else key,
                part_hundredths=part,
            )
            for key, part in parts.items()
        )
        changes: dict[str, object] = {"parts": [before, _parts_plain(row)]}
        if row.whole_hundredths != whole_hundredths:
            changes["whole_hundredths"] = [row.whole_hundredths, whole_hundredths]
            row.whole_hundredths = whole_hundredths
            row.save(update_fields=["whole_hundredths"])
        _record(actor, row, "set_plan_parts", changes)
        if missing_from_whole(whole_hundredths, parts.values()) == 0:
            notify(
                employee_ids=set(holders_of(row.branch_id, approver_role(row.branch))) - {row.made_by_id},
                sentence=gettext_noop("The plan %(year)s of %(branch)s (%(indicator)s) adds up and can be approved."),
                values=_named(row),
                address=_address(row),
            )
    return row


def discard_plan(*, actor: Actor, plan: Plan, reason: str) -> None:
    """Throws a draft away; its trail stays. Raises: RuleError without right or reason; Conflict when it is no draft."""
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _locked_draft(plan)
        if not actor.holds(row.branch_id, *DRAFTERS):
            raise RuleError(_("Only the people of %(branch)s draft its plans.") % {"branch": row.branch.name})
        changes: dict[str, object] = {"parts": [_parts_plain(row), None], "reason": [None, reason.strip()]}
        _record(actor, row, "discard_plan", {"state": [row.state, None], **changes})
        row.delete()


def approve_plan(*, actor: Actor, plan: Plan) -> int:
    """Approves a plan that another person drafted; the version before it is replaced, and managers get their targets.

    Shape: returns how many months' targets it set. A flow is spread over the months that are left, less what earlier
    versions gave before; an average or a balance stands in every month.
    Law: parts add up to the whole; a branch's whole is its part of the plan above it.
    Raises: RuleError without the right, of one's own draft, with a part of one's own, while parts do not add up.
    """
    with obeying_laws(), transaction.atomic():
        first = Month.of(plan.first_month)
        to_branches = splits_to_branches(plan.branch)
        # The branch before plan and targets, as everybody locks them.
        mark_stale(first_days=[] if to_branches else [(plan.branch_id, first)])
        row = _locked_draft(plan)
        parts = list(row.parts.select_related("manager"))
        _refuse_approval(actor, row, parts)
        now = timezone.now()
        for old in Plan.objects.filter(
            branch=row.branch_id, year=row.year, indicator=row.indicator, state=State.APPROVED
        ).select_for_update(no_key=True):
            old.state = State.REPLACED
            old.save(update_fields=["state"])
        row.state, row.approved_by_id, row.approved_at = State.APPROVED, actor.employee_id, now
        row.save(update_fields=["state", "approved_by", "approved_at"])
        changes: dict[str, object] = {"state": [State.DRAFT, State.APPROVED]}
        number = 0
        if not to_branches:
            changes |= (given := _give_targets(row, parts))
            number = len(given)
            notify(
                employee_ids=[one.manager_id for one in parts if one.part_hundredths],
                sentence=gettext_noop("The plan %(year)s of %(branch)s (%(indicator)s) sets targets for you."),
                values=_named(row),
                address=f"{reverse('managers:my_targets')}?month={first}",
            )
        else:
            heads = {pk for one in parts for pk in holders_of(one.branch_id or 0, Role.DIRECTOR)}
            notify(
                employee_ids=heads,
                sentence=gettext_noop("The plan %(year)s of %(branch)s (%(indicator)s) gives your branch a part."),
                values=_named(row),
                address=reverse("managers:plan_list") + f"?year={row.year}",
            )
        _record(actor, row, "approve_plan", changes)
        check_laws_now()
    return number


def _refuse_approval(actor: Actor, row: Plan, parts: list[PlanPart]) -> None:
    role = approver_role(row.branch)
    if not actor.holds(row.branch_id, role):
        if role == Role.SUPERVISOR:
            raise RuleError(_("Only a supervisor approves the plan of the union."))
        raise RuleError(_("Only the director of %(branch)s approves its plan.") % {"branch": row.branch.name})
    if actor.employee_id == row.made_by_id:
        raise RuleError(_("Who drafts a plan does not approve it. Ask another person."))
    if any(one.manager_id == actor.employee_id for one in parts):
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    missing = missing_from_whole(row.whole_hundredths, [one.part_hundredths for one in parts])
    if missing:
        amount = {"amount": format_hundredths(abs(missing))}
        if missing > 0:
            raise RuleError(_("The parts lack %(amount)s to the whole. Add them up first.") % amount)
        raise RuleError(_("The parts are %(amount)s more than the whole. Add them up first.") % amount)
    given = given_from_above(row.branch, row.year, row.indicator)
    if given is not None and given.part_hundredths != row.whole_hundredths:
        raise RuleError(
            _("%(above)s gives %(branch)s %(part)s for this year. Let the whole be that.")
            % {
                "above": given.plan.branch.name,
                "branch": row.branch.name,
                "part": format_hundredths(given.part_hundredths),
            }
        )


def _give_targets(row: Plan, parts: list[PlanPart]) -> dict[str, list[int | None]]:
    """Sets the months' targets of the managers; what each was before and is now, for the trail."""
    first = Month.of(row.first_month)
    _refuse_closed(row.branch, first)
    months = list(months_between(first, Month(row.year, 12)))
    people = {one.manager_id: one for one in parts if one.manager_id is not None}
    in_office = months_in_office(row.branch, list(people), months)
    before = given_before(row) if is_spread(row.indicator) else {}
    wanted: dict[tuple[int, dt.date], int] = {}
    for pk, part in people.items():
        if part.part_hundredths == 0:
            continue
        assert part.manager is not None  # noqa: S101 - plan_part_of_branch_or_manager
        for month, figure in _months_of(part, part.manager, in_office[pk], before.get(pk, 0), row):
            wanted[pk, month.first_day] = figure
    of_plan = Q(plan__branch=row.branch_id, plan__year=row.year, plan__indicator=row.indicator)
    stored = {
        (one.manager_id, one.month): one
        for one in Target.objects.select_for_update(no_key=True, of=("self",))
        .filter(Q(manager__in=list(people)) | of_plan)
        .filter(indicator=row.indicator, month__in=[one.first_day for one in months])
        .select_related("manager")
    }
    for key, one in stored.items():
        if key in wanted and one.branch_id != row.branch_id:
            raise RuleError(
                _("A target of %(name)s in %(month)s belongs to another branch. Ask its director.")
                % {"name": one.manager.name, "month": Month.of(one.month)}
            )
    Target.objects.bulk_create(
        [
            Target(
                manager_id=pk,
                branch=row.branch,
                month=month,
                indicator=row.indicator,
                target_hundredths=figure,
                plan=row,
            )
            for (pk, month), figure in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["manager", "month", "indicator"],
        update_fields=["target_hundredths", "plan", "batch", "row_no"],
    )
    # What an earlier version gave somebody who has no part of this one any more no longer holds.
    gone = [key for key, one in stored.items() if key not in wanted and one.plan_id and one.branch_id == row.branch_id]
    Target.objects.filter(pk__in=[stored[key].pk for key in gone]).delete()
    numbers = {pk: part.manager.employee_no for pk, part in people.items() if part.manager is not None}
    numbers |= {pk: one.manager.employee_no for (pk, _day), one in stored.items()}
    changes: dict[str, list[int | None]] = {}
    for key in [*wanted, *gone]:
        old = stored.get(key)
        changes[f"{numbers[key[0]]} {Month.of(key[1])}"] = [old.target_hundredths if old else None, wanted.get(key)]
    return changes


def _months_of(
    part: PlanPart, manager: Employee, months: list[Month], before: int, row: Plan
) -> list[tuple[Month, int]]:
    """A manager's part by months in office. Raises: RuleError when nothing is left to spread, or no month to hold it."""
    if not months:
        raise RuleError(
            _("%(name)s is not in office at %(branch)s from %(month)s on. Give the part to somebody else.")
            % {"name": manager.name, "branch": row.branch.name, "month": Month.of(row.first_month)}
        )
    if not is_spread(row.indicator):
        return [(month, part.part_hundredths) for month in months]
    rest = part.part_hundredths - before
    if rest < len(months):
        raise RuleError(
            _("The months before have given %(name)s %(before)s already; nothing is left for those to come.")
            % {"name": manager.name, "before": format_hundredths(before)}
        )
    return list(zip(months, spread_over_months(rest, len(months)), strict=True))


def _refuse_closed(branch: Branch, first: Month) -> None:
    earliest = earliest_open_months([branch.pk]).get(branch.pk)
    if earliest is not None and first < earliest:
        raise RuleError(
            _("%(month)s is closed. Let the plan hold from %(earliest)s on.") % {"month": first, "earliest": earliest},
            field="first_month",
        )


def _locked_draft(plan: Plan) -> Plan:
    rows = Plan.objects.select_for_update(no_key=True, of=("self",)).select_related("branch", "approved_by")
    row = rows.filter(pk=plan.pk).first()
    if row is None:
        raise Conflict(_("Somebody else has thrown this draft away."))
    if row.state != State.DRAFT:
        raise Conflict(
            _("%(name)s has approved this plan at %(time)s. Draft another version of it.")
            % {
                "name": row.approved_by.name if row.approved_by else "",
                "time": f"{timezone.localtime(row.approved_at):%Y-%m-%d %H:%M}" if row.approved_at else "",
            }
        )
    return row


def _parts_plain(row: Plan) -> dict[str, int]:
    parts = row.parts.select_related("branch", "manager")
    return {
        one.branch.branch_code if one.branch else one.manager.employee_no if one.manager else "": one.part_hundredths
        for one in parts
    }


def _named(row: Plan) -> dict[str, object]:
    return {"year": row.year, "branch": row.branch.name, "indicator": str(row.get_indicator_display())}


def _address(row: Plan) -> str:
    return reverse("managers:plan_detail", args=[row.pk])


def _record(actor: Actor, row: Plan, action: str, changes: dict[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.plan",
        subject_key=f"{row.branch.branch_code} {row.year} {row.indicator} v{row.version}",
        branch_id=row.branch_id,
        changes=changes,
    )
