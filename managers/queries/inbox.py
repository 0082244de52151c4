"""What waits for a person, a question a function: computed from the rows themselves, kept nowhere (article 14).

Each takes the actor and today and gives a queryset whose rows are the lines; a question that the person's roles do not
reach is empty. Nobody is asked to decide about himself or herself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import BooleanField, DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from common.months import Month
from managers.models import (
    Application,
    Appointment,
    Assessor,
    AuthorisationLetter,
    ConductEntry,
    Contract,
    Inspection,
    LateReport,
    Objection,
    PeerVoter,
    PublicNotice,
    Recommendation,
    Session,
    WorkReport,
)
from organization.models import Role

if TYPE_CHECKING:
    from organization.rules import Actor

State = Application.State


class _WithPolicy(Func):
    """Something said about rows with the policy of the branch on a day, the nearest above included.

    Shape: the first expression is the branch's id, the second a day; `said` names them %(branch)s, %(day)s, and the
    policy's value %(value)s.
    """

    policy = (
        "coalesce((WITH RECURSIVE above (id, parent_id, height) AS ("
        "SELECT id, parent_id, 0 FROM organization_branch WHERE id = {branch} UNION ALL "
        "SELECT b.id, b.parent_id, above.height + 1 FROM organization_branch AS b JOIN above ON b.id = above.parent_id "
        "WHERE above.height < 20) SELECT p.value FROM above JOIN organization_policy AS p ON p.branch_id = above.id "
        "WHERE p.name = %s AND p.first_day <= %s ORDER BY above.height, p.first_day DESC LIMIT 1), %s)"
    )

    def __init__(self, branch: str, day: Any, *, name: str, on: dt.date, said: str, output_field: Any) -> None:
        super().__init__(F(branch), day, output_field=output_field)
        self.name, self.on, self.said = name, on, said

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        branch, day = self.get_source_expressions()
        branch_sql, branch_params = compiler.compile(branch)
        day_sql, day_params = compiler.compile(day)
        value = self.policy.format(branch=branch_sql)
        value_params = [*branch_params, self.name, self.on, settings.POLICIES[self.name].default]
        return self.said.format(day=day_sql, value=value), [*day_params, *value_params]


class _Said(RawSQL):
    """A condition in SQL on the rows of a table, with named values."""

    def __init__(self, sql: str, values: Mapping[str, Any]) -> None:
        names = re.findall(r"%\((\w+)\)s", sql)
        super().__init__(re.sub(r"%\(\w+\)s", "%s", sql), [values[name] for name in names], BooleanField())


# --- for everybody: what one is asked oneself -----------------------------------------------------------------------


def recommendations_to_confirm(actor: Actor, today: dt.date) -> QuerySet[Recommendation]:
    handed_in = Recommendation.objects.filter(application__submitted_at__isnull=False)
    asked = handed_in.filter(recommender=actor.employee_id, state=Recommendation.State.ASKED)
    before = (State.SUBMITTED, State.RETURNED, State.QUALIFIED, State.ASSESSED, State.ON_NOTICE)
    return asked.filter(application__state__in=before).select_related("application__candidate")


def marks_to_give(actor: Actor, today: dt.date) -> QuerySet[Assessor]:
    named = Assessor.objects.filter(employee=actor.employee_id, done_at__isnull=True)
    return named.filter(application__state=State.QUALIFIED).select_related("application__candidate")


def votes_to_cast(actor: Actor, today: dt.date) -> QuerySet[PeerVoter]:
    asked = PeerVoter.objects.filter(employee=actor.employee_id, has_voted=False)
    open_ones = asked.filter(review__closed_at__isnull=True, review__last_day__gte=today)
    return open_ones.select_related("review__application__candidate")


def applications_to_mend(actor: Actor, today: dt.date) -> QuerySet[Application]:
    mine = Q(candidate=actor.employee_id) | Q(proposer=actor.employee_id)
    return Application.objects.filter(mine, state=State.RETURNED).select_related("candidate")


def contracts_to_sign(actor: Actor, today: dt.date) -> QuerySet[Contract]:
    """The person's own drafts, as long as they wait for his or her signature."""
    mine = Q(appointment__employee=actor.employee_id) | Q(application__candidate=actor.employee_id)
    found = Contract.objects.filter(mine, state=Contract.State.DRAFT, manager_signed_at__isnull=True)
    return found.select_related("appointment__employee", "application__candidate")


# Whether an office has figures of a month that its manager has not accepted as they stand: the same question as
# managers.queries.targets.own_targets asks of one person, as a condition on managers_appointment. Of several offices of a
# person at a branch in the month the last one says which contract counts.
_UNACCEPTED = """
(SELECT f.figures IS NOT NULL AND NOT EXISTS (
    SELECT FROM managers_targetacceptance AS said WHERE said.employee_id = managers_appointment.employee_id
        AND said.branch_id = managers_appointment.branch_id AND said.month = %(first)s AND said.accepted = f.figures)
 FROM (
    WITH agreed AS (
        SELECT t.indicator, t.baseline_hundredths AS baseline,
            CASE WHEN t.not_applicable THEN NULL WHEN t.times_days THEN t.target_hundredths * %(days)s
                ELSE t.target_hundredths END AS value
        FROM managers_contracttarget AS t JOIN managers_contract AS c ON c.id = t.contract_id
        WHERE c.appointment_id = managers_appointment.id AND c.state <> 'draft'
          AND c.first_day <= LEAST(managers_appointment.last_day, %(last)s)
          AND (c.last_day IS NULL OR c.last_day >= LEAST(managers_appointment.last_day, %(last)s))
    ), given AS (
        SELECT indicator, target_hundredths AS value FROM managers_target
        WHERE manager_id = managers_appointment.employee_id AND branch_id = managers_appointment.branch_id
          AND month = %(first)s
    )
    SELECT jsonb_object_agg(one.name, one.value) AS figures FROM (
        SELECT indicator AS name, CASE WHEN given.indicator IS NULL THEN agreed.value ELSE given.value END AS value
        FROM agreed FULL JOIN given USING (indicator)
        UNION ALL
        SELECT indicator || ':baseline', baseline FROM agreed WHERE baseline IS NOT NULL
    ) AS one
 ) AS f)
AND NOT EXISTS (
    SELECT FROM managers_appointment AS later WHERE later.employee_id = managers_appointment.employee_id
        AND later.branch_id = managers_appointment.branch_id AND later.first_day > managers_appointment.first_day
        AND later.first_day <= %(last)s)
AND EXISTS (
    SELECT FROM generate_series(%(first)s, %(last)s, interval '1 day') AS day
    JOIN managers_appointment AS held ON held.employee_id = managers_appointment.employee_id
        AND held.branch_id = managers_appointment.branch_id AND held.first_day <= day
        AND (held.last_day IS NULL OR held.last_day >= day)
    WHERE NOT EXISTS (
        SELECT FROM managers_suspension AS away JOIN managers_appointment AS of_same ON of_same.id = away.appointment_id
        WHERE of_same.employee_id = held.employee_id AND of_same.branch_id = held.branch_id
          AND away.first_day <= day AND (away.last_day IS NULL OR away.last_day >= day)))
"""


def targets_to_accept(actor: Actor, today: dt.date) -> QuerySet[Appointment]:
    """The person's offices of this month whose figures he or she has not accepted as they stand: a figure that changed
    asks again."""
    month = Month.of(today)
    asked = {"first": month.first_day, "last": month.last_day, "days": month.days}
    mine = Appointment.objects.in_force_between(month.first_day, month.last_day).filter(employee=actor.employee_id)
    found = mine.filter(_Said(_UNACCEPTED, asked))
    return found.select_related("employee", "branch")


def inspections_to_mend(actor: Actor, today: dt.date) -> QuerySet[Inspection]:
    found = Inspection.objects.filter(employee=actor.employee_id, inspected_on__isnull=False, mended_on__isnull=True)
    return found.exclude(follow_up="").select_related("employee")


# --- for the branch's people ----------------------------------------------------------------------------------------


def _not_about(actor: Actor, queryset: QuerySet[Any], *paths: str) -> QuerySet[Any]:
    for path in paths:
        queryset = queryset.exclude(**{path: actor.employee_id})
    return queryset


def _applications(actor: Actor, state: str, *roles: str) -> QuerySet[Application]:
    found = Application.objects.filter(state=state, branch__in=actor.branches_of(*roles)).select_related("candidate")
    return _not_about(actor, found, "candidate", "proposer")


def applications_to_qualify(actor: Actor, today: dt.date) -> QuerySet[Application]:
    return _applications(actor, State.SUBMITTED, Role.CLERK, Role.SUPERVISOR)


def applications_to_assess(actor: Actor, today: dt.date) -> QuerySet[Application]:
    return _applications(actor, State.QUALIFIED, Role.CLERK, Role.SUPERVISOR)


def applications_to_publish(actor: Actor, today: dt.date) -> QuerySet[Application]:
    return _applications(actor, State.ASSESSED, Role.SUPERVISOR)


def applications_to_decide(actor: Actor, today: dt.date) -> QuerySet[Application]:
    """On notice for at least its working days, counted as days, and no objection open; the page says whether it is over."""
    last_day = Func(F("first_day"), F("working_days"), template="(%(expressions)s - 1)", arg_joiner=" + ")
    last_day.output_field = DateField()
    notices = PublicNotice.objects.filter(application=OuterRef("pk"), taken_down_at__isnull=True)
    notices = notices.annotate(earliest=last_day).filter(earliest__lt=today)
    objections = Objection.objects.filter(
        notice__application=OuterRef("pk"), state__in=(Objection.State.RAISED, Objection.State.INVESTIGATED)
    )
    found = _applications(actor, State.ON_NOTICE, Role.DIRECTOR)
    return found.filter(Exists(notices)).exclude(Exists(objections))


def contracts_to_draft(actor: Actor, today: dt.date) -> QuerySet[Application]:
    found = _applications(actor, State.APPROVED, Role.CLERK, Role.DIRECTOR)
    return found.exclude(Exists(Contract.objects.filter(application=OuterRef("pk"))))


def contracts_to_sign_for_the_branch(actor: Actor, today: dt.date) -> QuerySet[Contract]:
    reach = actor.branches_of(Role.DIRECTOR)
    mine = Q(appointment__employee=actor.employee_id) | Q(application__candidate=actor.employee_id)
    found = Contract.objects.filter(Q(appointment__branch__in=reach) | Q(application__branch__in=reach))
    found = found.filter(state=Contract.State.DRAFT, branch_signed_by__isnull=True).exclude(mine)
    return _not_about(actor, found, "made_by").select_related("appointment__employee", "application__candidate")


def signatures_to_give(actor: Actor, today: dt.date) -> list[Contract]:
    """The drafts that wait for the person's signature on either side, oldest first."""
    found = contracts_to_sign(actor, today) | contracts_to_sign_for_the_branch(actor, today)
    return list(found.order_by("made_at", "pk"))


def entries_to_confirm(actor: Actor, today: dt.date) -> QuerySet[ConductEntry]:
    found = ConductEntry.objects.filter(state="draft", branch__in=actor.branches_of(Role.DIRECTOR))
    found = found.exclude(manager=actor.employee_id)
    # Entries of a file have no maker.
    found = found.filter(Q(made_by__isnull=True) | ~Q(made_by=actor.employee_id))
    return found.select_related("manager", "branch")


def reports_to_read(actor: Actor, today: dt.date) -> QuerySet[WorkReport]:
    found = WorkReport.objects.filter(state=WorkReport.State.SENT, branch__in=actor.branches_of(Role.DIRECTOR))
    return _not_about(actor, found, "employee").select_related("employee")


def late_reports_to_decide(actor: Actor, today: dt.date) -> QuerySet[LateReport]:
    found = LateReport.objects.filter(state=LateReport.State.PROPOSED, branch__in=actor.branches_of(Role.DIRECTOR))
    return _not_about(actor, found, "employee").select_related("employee")


def mendings_to_accept(actor: Actor, today: dt.date) -> QuerySet[Inspection]:
    mine = Q(inspector=actor.employee_id) | Q(branch__in=actor.branches_of(Role.DIRECTOR))
    found = Inspection.objects.filter(mine, mended_on__isnull=False, accepted_at__isnull=True)
    return _not_about(actor, found, "employee").select_related("employee")


def inspections_to_hold(actor: Actor, today: dt.date) -> QuerySet[Inspection]:
    """Planned for a day that has come."""
    found = Inspection.objects.filter(planned_on__lte=today, inspected_on__isnull=True, cancelled_at__isnull=True)
    found = found.filter(branch__in=actor.branches_of(Role.CLERK, Role.DIRECTOR))
    return _not_about(actor, found, "employee").select_related("employee")


def inspections_to_plan(actor: Actor, today: dt.date) -> QuerySet[Appointment]:
    """Managers whose last inspection, or whose beginning, lies longer back than the branch's months, and none is planned."""
    of_manager = Inspection.objects.filter(employee=OuterRef("employee"), branch=OuterRef("branch"))
    last = of_manager.filter(inspected_on__isnull=False).order_by("-inspected_on").values("inspected_on")[:1]
    planned = of_manager.filter(inspected_on__isnull=True, cancelled_at__isnull=True)
    due_on = _WithPolicy(
        "branch",
        Func(F("first_day"), Subquery(last), function="GREATEST", output_field=DateField()),
        name="inspection_months",
        on=today,
        said="({day} + make_interval(months => ({value})::int))::date",
        output_field=DateField(),
    )
    found = Appointment.objects.in_force(today).filter(branch__in=actor.branches_of(Role.CLERK, Role.DIRECTOR))
    found = found.exclude(Exists(planned)).annotate(due_on=due_on).filter(due_on__lte=today)
    return _not_about(actor, found, "employee").select_related("employee", "branch")


def attendance_to_note(actor: Actor, today: dt.date) -> QuerySet[Session]:
    found = Session.objects.filter(held_on__lte=today, noted_at__isnull=True, cancelled_at__isnull=True)
    return found.filter(branch__in=actor.branches_of(Role.CLERK, Role.DIRECTOR))


def appointments_ending(actor: Actor, today: dt.date) -> QuerySet[Appointment]:
    """Terms that end within the branch's days of warning: for the director, and for the person."""
    mine = Q(employee=actor.employee_id) | Q(branch__in=actor.branches_of(Role.DIRECTOR))
    found = Appointment.objects.in_force(today).filter(mine, last_day__isnull=False, end="")
    return found.filter(_soon("branch", today)).select_related("employee")


def contracts_ending(actor: Actor, today: dt.date) -> QuerySet[Contract]:
    mine = Q(appointment__employee=actor.employee_id) | Q(appointment__branch__in=actor.branches_of(Role.DIRECTOR))
    found = Contract.objects.binding().filter(mine, first_day__lte=today, last_day__gte=today)
    # What ends with the term is said once, and what another contract follows is no concern.
    found = found.exclude(last_day=F("appointment__last_day")).filter(replaced_by__isnull=True)
    return found.filter(_soon("appointment__branch", today)).select_related("appointment__employee")


def letters_ending(actor: Actor, today: dt.date) -> QuerySet[AuthorisationLetter]:
    mine = Q(employee=actor.employee_id) | Q(branch__in=actor.branches_of(Role.DIRECTOR))
    found = AuthorisationLetter.objects.in_force(today).filter(mine, last_day__isnull=False)
    return found.filter(_soon("branch", today)).select_related("employee")


def _soon(branch: str, today: dt.date) -> Q:
    """Whether the row's last day comes within the branch's days of warning; none are longer than a year."""
    in_time = _WithPolicy(
        branch,
        F("last_day"),
        name="expiry_warning_days",
        on=today,
        said=f"({{day}} <= date '{today.isoformat()}' + ({{value}})::int)",
        output_field=BooleanField(),
    )
    longest = settings.POLICIES["expiry_warning_days"].highest
    return Q(last_day__lte=today + dt.timedelta(longest)) & Q(in_time)
