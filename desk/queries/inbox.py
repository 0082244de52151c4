"""The inbox: what waits for a person, from the rows of all floors by role, and what he or she has been told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from common.months import Month
from customers.actions.prospects import assignment_address
from customers.queries import inbox as work
from customers.queries.information import information_to_read, information_to_reply
from customers.queries.sales import sales_to_confirm
from customers.queries.visits import promises_due, prospect_steps_due, visits_planned
from managers.queries import inbox
from managers.queries.handovers import sheets_to_sign
from managers.queries.notices import answers_due, investigations_due
from managers.queries.offices import changes_to_decide
from managers.queries.reports import OWED, owed_parameters, owed_reports
from organization.models import BUSINESS_ROLES, MonthClose, Notification, Role
from organization.rules import Actor

SHOWN = 50
# What a manager's first page shows line by line beside the inbox.
OF_THE_DAY = frozenset({"requests", "promises", "visits", "prospects"})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits. Shape: about is a person or a branch; since and due are days, none where there is none."""

    about: str
    words: str
    address: str
    since: dt.date | dt.datetime | None = None
    due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One kind of thing that waits. Shape: asked only of whoever holds one of the roles, of everybody where none is named."""

    name: str
    heading: Any
    ask: Callable[[Actor, dt.date], QuerySet[Any]]
    line: Callable[[Any], Line]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lines of one question. Shape: at most SHOWN of them, and how many there are."""

    name: str
    heading: Any
    lines: list[Line]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def waiting(actor: Actor) -> list[Waiting]:
    """What waits for the person, in the order of the questions; one statement counts, and one reads each kind."""
    today = timezone.localdate()
    counts = _counts(actor, today)
    found = []
    for question in _asked_of(actor):
        if counts.get(question.name):
            lines = [question.line(row) for row in question.ask(actor, today)[:SHOWN]]
            found.append(Waiting(question.name, question.heading, lines, counts[question.name]))
    if counts.get(_OWED):
        owed = owed_reports(today, employee_id=actor.employee_id)
        lines = [
            Line(
                about=actor.name,
                words=f"{one.kind_name} {one.first_day} … {one.last_day}",
                address=reverse("managers:report_write", args=[one.kind, one.first_day]),
                since=one.last_day,
                due=one.due_on,
            )
            for one in owed[:SHOWN]
        ]
        found.append(Waiting(_OWED, _("Reports to write"), lines, counts[_OWED]))
    return found


def inbox_count(actor: Actor) -> int:
    """How much waits for the person, with what he or she was told and has not read: the number in the frame."""
    return sum(_counts(actor, timezone.localdate()).values())


def notifications(actor: Actor) -> list[Notification]:
    """What the person has been told: the unread first, then the latest."""
    mine = Notification.objects.visible_to(actor)
    unread = list(mine.unread()[:SHOWN])
    return unread + list(mine.filter(read_at__isnull=False)[: max(20 - len(unread), 5)])


# --- how the questions are counted ----------------------------------------------------------------------------------

_OWED = "reports_owed"
_UNREAD = "unread"
_NAMED = re.compile(r"%\((\w+)\)s")


def _counts(actor: Actor, today: dt.date) -> dict[str, int]:
    """How many lines each question has, by its name: all of them in one statement."""
    if actor.employee_id is None:
        return {}
    rights = tuple(sorted((role, tuple(sorted(ids))) for role, ids in actor.grants.items()))
    sql, parameters = _statement(actor.employee_id, rights, today)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return dict(cursor.fetchall())


@lru_cache(maxsize=256)
def _statement(
    employee_id: int, rights: tuple[tuple[str, tuple[int, ...]], ...], today: dt.date
) -> tuple[str, tuple[Any, ...]]:
    """The statement that counts for a person: it follows from who asks, with which rights, on which day, and from nothing
    else, so that a process puts it together once a day for each person."""
    actor = Actor(employee_id, "", "", grants={role: frozenset(ids) for role, ids in rights})
    parts, parameters = [], []
    for name, sql, given in _parts(actor, today):
        parts.append(f"SELECT %s::text AS name, count(*)::int AS number FROM ({sql}) AS part")  # noqa: S608
        parameters += [name, *given]
    return "\nUNION ALL\n".join(parts), tuple(parameters)


def _parts(actor: Actor, today: dt.date) -> Iterator[tuple[str, str, list[Any]]]:
    for question in _asked_of(actor):
        try:
            sql, given = question.ask(actor, today).order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        yield question.name, sql, list(given)
    if actor.branches_of(Role.ACCOUNT_MANAGER):
        asked = owed_parameters(today, employee_id=actor.employee_id)
        yield _OWED, _NAMED.sub("%s", OWED), [asked[name] for name in _NAMED.findall(OWED)]
    unread = Notification.objects.visible_to(actor).unread().order_by().values("pk")
    sql, given = unread.query.sql_with_params()
    yield _UNREAD, sql, list(given)


def _asked_of(actor: Actor) -> Iterator[Question]:
    for question in QUESTIONS:
        if not question.roles or actor.branches_of(*question.roles):
            yield question


# --- months of the appraisal ----------------------------------------------------------------------------------------


def _months(actor: Actor, today: dt.date, *states: str) -> QuerySet[MonthClose]:
    found = MonthClose.objects.filter(
        branch__in=actor.branches_of(Role.DIRECTOR), state__in=states, stale=False, month__lt=today.replace(day=1)
    )
    return found.exclude(computed_by=actor.employee_id).select_related("branch").order_by("month", "branch")


def months_to_approve(actor: Actor, today: dt.date) -> QuerySet[MonthClose]:
    return _months(actor, today, MonthClose.State.COMPUTED, MonthClose.State.WITH_MANAGERS)


def months_to_close(actor: Actor, today: dt.date) -> QuerySet[MonthClose]:
    return _months(actor, today, MonthClose.State.APPROVED, MonthClose.State.PUBLISHED)


# --- what a line says -----------------------------------------------------------------------------------------------


def _application(row: Any, place: str = "", pk: int | None = None, **more: Any) -> Line:
    application = getattr(row, "application", row)
    address = reverse(place or "managers:application_detail", args=[pk or application.pk])
    return Line(application.candidate.name, application.application_no, address, **more)


def _objection(row: Any) -> Line:
    application = row.notice.application
    place = reverse("managers:objection_detail", args=[row.pk])
    return Line(application.candidate.name, application.application_no, place, since=row.raised_on)


def _contract(row: Any) -> Line:
    person = row.appointment.employee if row.appointment else row.application.candidate
    place = reverse("managers:contract_detail", args=[row.pk])
    return Line(person.name, row.contract_no or str(row.first_day), place, since=row.made_at, due=row.first_day)


def _contract_ending(row: Any) -> Line:
    person = row.appointment.employee
    place = reverse("managers:contract_detail", args=[row.pk])
    return Line(person.name, row.contract_no, place, due=row.last_day)


def _targets(row: Any) -> Line:
    month = Month.of(timezone.localdate())
    place = reverse("managers:my_targets")
    return Line(row.employee.name, f"{row.branch.name} {month}", place, since=month.first_day)


def _hand_over(row: Any) -> Line:
    place = reverse("desk:hand_over_detail", args=[row.pk])
    return Line(row.employee.name, row.sheet_no, place, since=row.made_at, due=row.first_day)


def _inspection(row: Any) -> Line:
    place = reverse("managers:inspection_detail", args=[row.pk])
    due = row.follow_up_by if row.inspected_on else row.planned_on
    return Line(row.employee.name, row.subject, place, since=row.mended_on or row.inspected_on, due=due)


def _uninspected(row: Any) -> Line:
    place = f"{reverse('managers:inspection_plan')}?{urlencode({'branch': row.branch.branch_code})}"
    return Line(row.employee.name, row.branch.name, place, due=row.due_on)


def _session(row: Any) -> Line:
    return Line(row.get_kind_display(), row.title, reverse("managers:session_detail", args=[row.pk]), due=row.held_on)


def _entry(row: Any) -> Line:
    place = reverse("managers:entry_list", args=[row.branch.branch_code, Month.of(row.entered_on)])
    return Line(row.manager.name, row.reason, f"{place}#entry-{row.pk}", since=row.made_at)


def _report(row: Any) -> Line:
    words = f"{row.get_kind_display()} {row.period_first_day}"
    return Line(row.employee.name, words, reverse("managers:report_detail", args=[row.pk]), since=row.sent_at)


def _late_report(row: Any) -> Line:
    words = f"{row.get_kind_display()} {row.period_first_day}"
    place = reverse("managers:late_report_detail", args=[row.pk])
    return Line(row.employee.name, words, place, since=row.proposed_at, due=row.due_on)


def _office(row: Any) -> Line:
    place = reverse("managers:appointment_detail", args=[row.pk])
    return Line(row.employee.name, f"{row.first_day} … {row.last_day}", place, due=row.last_day)


def _change(row: Any) -> Line:
    place = reverse("desk:change_detail", args=[row.pk])
    return Line(row.employee.name, row.get_kind_display(), place, since=row.proposed_at)


def _letter(row: Any) -> Line:
    return Line(row.employee.name, row.letter_no, reverse("managers:letter_detail", args=[row.pk]), due=row.last_day)


def _month(row: Any) -> Line:
    month = Month.of(row.month)
    place = reverse("appraisal:month_detail", args=[row.branch.branch_code, month])
    return Line(row.branch.name, str(month), place, since=row.approved_at or row.computed_at)


def _visit(row: Any) -> Line:
    about = row.customer or row.prospect
    return Line(about.name, row.purpose, reverse("customers:visit_detail", args=[row.pk]), due=row.day)


def _promise(row: Any) -> Line:
    place = reverse("customers:visit_detail", args=[row.pk])
    return Line(row.customer.name, row.next_step, place, since=row.day, due=row.next_on)


def _prospect_step(row: Any) -> Line:
    place = reverse("customers:prospect_detail", args=[row.pk])
    return Line(row.name, row.next_step or row.get_stage_display(), place, due=row.next_on)


def _request(row: Any) -> Line:
    place = reverse("customers:request_detail", args=[row.pk])
    return Line(row.customer.name, row.get_kind_display(), place, since=row.received_on, due=row.deadline)


def _sale(row: Any) -> Line:
    words = f"{row.product.name} · {row.customer.name}"
    return Line(row.manager.name, words, reverse("customers:sale_detail", args=[row.pk]), since=row.sold_on)


def _merge(row: Any) -> Line:
    words = f"{row.archived.customer_no} → {row.kept.customer_no}"
    return Line(row.kept.name, words, reverse("customers:merge_detail", args=[row.pk]), since=row.proposed_at)


def _won(row: Any) -> Line:
    return Line(row.customer.name, row.manager.name, assignment_address(row, row.customer), since=row.changed_at)


def _information(row: Any) -> Line:
    place = reverse("customers:information_detail", args=[row.pk])
    return Line(row.manager.name, row.title, place, since=row.sent_at)


def _since_submitted(row: Model, place: str = "") -> Line:
    return _application(row, place, since=getattr(row, "submitted_at", None))


CLERK, DIRECTOR, SUPERVISOR, MANAGER = Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR, Role.ACCOUNT_MANAGER

QUESTIONS: tuple[Question, ...] = (
    Question(
        "decide",
        _("Applications to decide"),
        inbox.applications_to_decide,
        lambda row: _since_submitted(row, "managers:decision"),
        (DIRECTOR,),
    ),
    Question(
        "changes",
        _("Changes of offices to decide"),
        lambda actor, today: changes_to_decide(actor),
        _change,
        (DIRECTOR,),
    ),
    Question(
        "sign_for_the_branch",
        _("Contracts to sign for the branch"),
        inbox.contracts_to_sign_for_the_branch,
        _contract,
        (DIRECTOR,),
    ),
    Question("approve_months", _("Months to approve"), months_to_approve, _month, (DIRECTOR,)),
    Question("close_months", _("Months to close"), months_to_close, _month, (DIRECTOR,)),
    Question("entries", _("Facts about conduct to confirm"), inbox.entries_to_confirm, _entry, (DIRECTOR,)),
    Question("reports", _("Work reports to read"), inbox.reports_to_read, _report, (DIRECTOR,)),
    Question("late_reports", _("Late reports to decide"), inbox.late_reports_to_decide, _late_report, (DIRECTOR,)),
    Question(
        "qualify",
        _("Applications to check"),
        inbox.applications_to_qualify,
        _since_submitted,
        (CLERK, SUPERVISOR),
    ),
    Question(
        "assess",
        _("Applications to assess"),
        inbox.applications_to_assess,
        lambda row: _since_submitted(row, "managers:assessment_detail"),
        (CLERK, SUPERVISOR),
    ),
    Question(
        "publish",
        _("Applications to put on notice"),
        inbox.applications_to_publish,
        lambda row: _since_submitted(row, "managers:notice_publish"),
        (SUPERVISOR,),
    ),
    Question("answer", _("Objections to answer"), lambda actor, today: answers_due(actor), _objection, (SUPERVISOR,)),
    Question(
        "draft_contracts",
        _("Contracts to draft"),
        inbox.contracts_to_draft,
        lambda row: _application(row, "managers:contract_new", since=row.decided_at),
        (CLERK, DIRECTOR),
    ),
    Question("accept", _("Mended work to accept"), inbox.mendings_to_accept, _inspection),
    Question("inspect", _("Inspections to hold"), inbox.inspections_to_hold, _inspection, (CLERK, DIRECTOR)),
    Question("plan_inspections", _("Inspections to plan"), inbox.inspections_to_plan, _uninspected, (CLERK, DIRECTOR)),
    Question("attendance", _("Attendance to write down"), inbox.attendance_to_note, _session, (CLERK, DIRECTOR)),
    Question("returned", _("Applications returned to you"), inbox.applications_to_mend, _application),
    Question(
        "recommend",
        _("Recommendations to confirm"),
        inbox.recommendations_to_confirm,
        lambda row: _application(row, since=row.application.submitted_at),
    ),
    Question(
        "marks",
        _("Marks to give"),
        inbox.marks_to_give,
        lambda row: _application(row, "managers:assessment_marks", since=row.named_at),
    ),
    Question(
        "votes",
        _("Peer reviews to vote in"),
        inbox.votes_to_cast,
        lambda row: _application(row.review, "managers:peer_vote", row.review.pk, due=row.review.last_day),
    ),
    Question("investigate", _("Objections to investigate"), lambda actor, today: investigations_due(actor), _objection),
    Question("requests", _("Requests that run out of time"), work.requests_running_out, _request, (MANAGER,)),
    Question("promises", _("Promises to keep"), promises_due, _promise, (MANAGER,)),
    Question("visits", _("Visits planned"), visits_planned, _visit, (MANAGER,)),
    Question("prospects", _("Prospects to follow up"), prospect_steps_due, _prospect_step, (MANAGER,)),
    Question("requests_overdue", _("Requests overdue"), work.requests_overdue, _request, (DIRECTOR,)),
    Question("sales", _("Sales to confirm"), sales_to_confirm, _sale, (CLERK, DIRECTOR)),
    Question("merges", _("Merges of customers to decide"), work.merges_to_decide, _merge, (DIRECTOR,)),
    Question("won", _("Customers won, to assign"), work.won_without_manager, _won, (CLERK, DIRECTOR)),
    Question("information", _("Market information to read"), information_to_read, _information, BUSINESS_ROLES),
    Question("reply", _("Market information to reply to"), information_to_reply, _information, BUSINESS_ROLES),
    Question("sign", _("Contracts to sign"), inbox.contracts_to_sign, _contract),
    Question("targets", _("Targets to accept"), inbox.targets_to_accept, _targets, (Role.ACCOUNT_MANAGER,)),
    Question("hand_overs", _("Hand-overs to sign"), lambda actor, today: sheets_to_sign(actor), _hand_over),
    Question("mend", _("Findings to mend"), inbox.inspections_to_mend, _inspection, (Role.ACCOUNT_MANAGER,)),
    Question(
        "offices_ending",
        _("Terms that end soon"),
        inbox.appointments_ending,
        _office,
        (DIRECTOR, Role.ACCOUNT_MANAGER),
    ),
    Question(
        "contracts_ending",
        _("Contracts that end soon"),
        inbox.contracts_ending,
        _contract_ending,
        (DIRECTOR, Role.ACCOUNT_MANAGER),
    ),
    Question(
        "letters_ending",
        _("Letters of authority that end soon"),
        inbox.letters_ending,
        _letter,
        (DIRECTOR, Role.ACCOUNT_MANAGER),
    ),
)
