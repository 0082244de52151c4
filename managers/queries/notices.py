"""Public notices: which there are, when each is over, and what is objected (article 7)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from managers.models import Application, Objection, PublicNotice
from managers.rules.notices import OpenObjection, clock_runs_on, days_counted, notice_ends
from organization.models import BUSINESS_ROLES, Role
from organization.queries import union_of, working_days_of, working_days_of_each

if TYPE_CHECKING:
    from organization.rules import Actor

# Who learns the name of a person who objects under his or her name, beside the one who investigates.
NAMES_OF_OBJECTORS = (Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR)
OPEN = (Objection.State.RAISED, Objection.State.INVESTIGATED)


@dataclass(frozen=True, slots=True)
class NoticeClock:
    """Where a notice stands on a day.

    Shape: no last day while an objection without an answer stops the clock; `counted` of `working_days` days have counted
    up to and with the day.
    """

    last_day: dt.date | None
    is_over: bool
    has_begun: bool
    runs_today: bool
    counted: int
    open_objections: int


@dataclass(frozen=True, slots=True)
class SeenObjection:
    """An objection as one person may see it. Shape: no name where it is anonymous or not for this person's eyes."""

    objection: Objection
    name: str
    is_own: bool
    sees_findings: bool


def notices(actor: Actor) -> QuerySet[PublicNotice]:
    """The notices that the person may read: those that hang, as everyone of the union; those taken down where they are the
    branch's business, the own ones, and those against which the person objected or investigated."""
    me = actor.employee_id
    rows = PublicNotice.objects.select_related(
        "application__candidate__branch", "application__branch", "application__recommending_unit", "published_by"
    )
    hanging = Q(taken_down_at__isnull=True, application__branch__in=union_of(actor))
    objected = Objection.objects.filter(Q(raised_by=me) | Q(investigator=me)).values("notice") if me else ()
    own = Q(application__candidate=me) | Q(pk__in=objected)
    return rows.filter(hanging | own | Q(application__branch__in=actor.branches_of(*BUSINESS_ROLES)))


def clocks_of(found: Iterable[PublicNotice], day: dt.date) -> dict[int, NoticeClock]:
    """Where each of the notices stands on a day. Shape: by the notice's key; three queries however many there are."""
    wanted = list(found)
    working = working_days_of_each({one.application.branch_id for one in wanted})
    stops: dict[int, list[OpenObjection]] = defaultdict(list)
    rows = Objection.objects.filter(notice__in=[one.pk for one in wanted])
    for notice_id, raised_on, answered_on in rows.values_list("notice", "raised_on", "answered_on"):
        stops[notice_id].append(OpenObjection(raised_on, answered_on))
    clocks = {}
    for one in wanted:
        is_working, objections = working[one.application.branch_id], stops[one.pk]
        last_day = notice_ends(one.first_day, one.working_days, is_working, objections)
        until = day if last_day is None else min(day, last_day)
        clocks[one.pk] = NoticeClock(
            last_day=last_day,
            is_over=last_day is not None and day > last_day,
            has_begun=one.first_day <= day,
            runs_today=is_working(day) and clock_runs_on(day, objections),
            counted=days_counted(until, one.first_day, is_working, objections),
            open_objections=sum(objection.answered_on is None for objection in objections),
        )
    return clocks


def clock_of(notice: PublicNotice, day: dt.date) -> NoticeClock:
    """Where the notice stands on a day."""
    return clocks_of([notice], day)[notice.pk]


def notice_of(application: Application) -> PublicNotice | None:
    """The application's latest notice: the one that hangs, or the last one that hung."""
    return PublicNotice.objects.filter(application=application).order_by("-pk").first()


def notice_over(application: Application, day: dt.date) -> bool:
    """Whether the notice that hangs of the application is over on the day; not so without one."""
    notice = PublicNotice.objects.filter(application=application, taken_down_at__isnull=True).first()
    if notice is None:
        return False
    notice.application = application
    return clock_of(notice, day).is_over


def open_or_upheld_objections(application: Application) -> QuerySet[Objection]:
    """The objections of the latest notice that keep the candidate from being approved."""
    latest = PublicNotice.objects.filter(application=application).order_by("-pk").values("pk")[:1]
    return Objection.objects.filter(notice__in=latest).exclude(state=Objection.State.DISMISSED)


def expected_last_day(application: Application, first_day: dt.date, working_days: int) -> dt.date | None:
    """The last day of a notice if nobody objects: what the page of publishing shows."""
    return notice_ends(first_day, working_days, working_days_of(application.branch))


def objections_seen(actor: Actor, notice: PublicNotice) -> list[SeenObjection]:
    """The objections against a notice, as far as the person may see them.

    Shape: the candidate sees the words and never the name; the branch's people see them all; who objected or investigates
    sees that one; others see none.
    """
    rows = Objection.objects.filter(notice=notice).select_related("raised_by", "investigator", "answered_by")
    return [seen for one in rows.order_by("pk") if (seen := _seen(actor, notice, one)) is not None]


def objection_seen(actor: Actor, pk: int) -> SeenObjection | None:
    """One objection, if the person may see it."""
    rows = Objection.objects.select_related(
        "raised_by", "investigator", "answered_by", "notice__application__candidate", "notice__application__branch"
    )
    one = rows.filter(pk=pk).first()
    return None if one is None else _seen(actor, one.notice, one)


def investigations_due(actor: Actor) -> QuerySet[Objection]:
    """The objections that wait for the person's findings: for the inbox."""
    mine = Objection.objects.filter(investigator=actor.employee_id, state=Objection.State.INVESTIGATED, findings="")
    return mine.select_related("notice__application__candidate")


def answers_due(actor: Actor) -> QuerySet[Objection]:
    """The objections that wait for the supervisor's next step: for the inbox."""
    branches = actor.branches_of(Role.SUPERVISOR)
    waiting = Objection.objects.filter(state__in=OPEN, notice__application__branch__in=branches)
    not_mine = waiting.exclude(notice__application__candidate=actor.employee_id).exclude(raised_by=actor.employee_id)
    return not_mine.exclude(state=Objection.State.INVESTIGATED, findings="").select_related(
        "notice__application__candidate"
    )


def notice_text(application: Application) -> str:
    """What a notice says where nobody writes anything else, in the language of who publishes it."""
    who = {"name": application.candidate.name, "branch": application.branch.name, "number": application.application_no}
    return (
        _(
            "Following the rules of the account manager system, %(name)s of %(branch)s (application %(number)s) has passed "
            "the check of the conditions and the assessment, and is proposed as an account manager of %(branch)s.\n\n"
            "Whoever knows of a reason against the appointment may object while this notice hangs, under the own name or "
            "anonymously, in this system, by telephone or in person. Every objection is looked into and answered; the notice "
            "stands still meanwhile."
        )
        % who
    )


def _seen(actor: Actor, notice: PublicNotice, one: Objection) -> SeenObjection | None:
    me, branch_id = actor.employee_id, notice.application.branch_id
    is_own = me is not None and one.raised_by_id == me
    if me is not None and me == notice.application.candidate_id:
        return SeenObjection(one, "", False, False)
    investigates = me is not None and one.investigator_id == me
    of_branch = actor.holds(branch_id, *BUSINESS_ROLES)
    if not (is_own or investigates or of_branch):
        return None
    named = is_own or investigates or actor.holds(branch_id, *NAMES_OF_OBJECTORS)
    name = one.raised_by.name if named and one.raised_by else ""
    return SeenObjection(one, name, is_own, investigates or of_branch)
