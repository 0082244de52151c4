"""Market information: what a person may see, what waits for its reader, who reports what (article 9(5))."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from common.months import Month
from customers.models import Customer, MarketInformation
from managers.models import Appointment
from organization.models import BUSINESS_ROLES, Branch, Document, Employee, Role, RoleGrant
from organization.queries import branches_above, documents_of, holders_of

if TYPE_CHECKING:
    from organization.rules import Actor

SUBJECT = "customers.marketinformation"
State, Urgency, Kind = MarketInformation.State, MarketInformation.Urgency, MarketInformation.Kind
UNANSWERED = (State.SENT, State.READ)


def information(actor: Actor) -> QuerySet[MarketInformation, Any]:
    """The market information that the person may see.

    Shape: annotated `on_top`, 1 for what is urgent and waits for this person's reply, so that a list begins with it.
    """
    on_top = Case(
        When(reader=actor.employee_id, urgency=Urgency.URGENT, state__in=UNANSWERED, then=1),
        default=Value(0),
        output_field=IntegerField(),
    )
    found = MarketInformation.objects.visible_to(actor).annotate(on_top=on_top)
    return found.select_related("manager", "reader", "branch", "customer", "replied_by")


def information_totals(found: QuerySet[MarketInformation, Any]) -> dict[str, int]:
    """How many; of them the urgent, those that wait for a reply, and the replied to: in one statement."""
    counted: dict[str, int] = found.order_by().aggregate(
        all=Count("pk"),
        urgent=Count("pk", filter=Q(urgency=Urgency.URGENT)),
        waiting=Count("pk", filter=Q(state__in=UNANSWERED)),
        replied=Count("pk", filter=Q(state=State.REPLIED)),
    )
    return counted


def information_of_token(actor: Actor, token: UUID) -> MarketInformation | None:
    """What the person has kept or sent with this number of a page already."""
    return MarketInformation.objects.filter(manager=actor.employee_id, token=token).first()


def papers_of(information: MarketInformation) -> list[Document]:
    return documents_of(SUBJECT, [str(information.pk)])


# --- who writes, who reads ------------------------------------------------------------------------------------------


def own_office(actor: Actor, day: dt.date) -> Appointment | None:
    """The office in which the person reports: as account manager on the day."""
    held = Appointment.objects.in_force(day).filter(employee=actor.employee_id)
    return held.select_related("branch", "employee").order_by("-first_day").first()


def readers_of(branch: Branch, *without: int | None) -> QuerySet[Employee]:
    """Whom market information of the branch may go to: everybody with a business role there or above, but those named."""
    people = Employee.objects.filter(pk__in=holders_of(branch.pk, *BUSINESS_ROLES))
    return people.exclude(pk__in=[pk for pk in without if pk is not None]).order_by("employee_no")


def reader_by_kind(branch: Branch, kind: str, *without: int | None) -> Employee | None:
    """Who reads a kind where nobody is named: the holder of its role at the branch, else at the nearest above.

    Shape: of several the first by number. Source: settings.INFORMATION_READERS.
    """
    above = branches_above(branch)
    role = settings.INFORMATION_READERS.get(kind, Role.DIRECTOR)
    grants = RoleGrant.objects.in_force(timezone.localdate()).filter(role=role, branch__in=above)
    held = grants.exclude(employee__in=[pk for pk in without if pk is not None]).select_related("employee")
    nearest = min(held, key=lambda one: (above.index(one.branch_id), one.employee.employee_no), default=None)
    return nearest.employee if nearest else None


def own_customers(actor: Actor, day: dt.date) -> QuerySet[Customer]:
    """The customers whom the person's news may be about: the own ones."""
    return Customer.objects.own_of(actor.employee_id, day).filter(archived_at__isnull=True).order_by("initials", "pk")


def readers_at(office: Appointment | None, *without: int | None) -> QuerySet[Employee]:
    """Whom somebody in this office may write to; nobody where there is none."""
    return Employee.objects.none() if office is None else readers_of(office.branch, *without)


MOST_OFFERED = 300


def offered_people(people: QuerySet[Employee]) -> list[tuple[str, str]]:
    """Numbers and names to offer while somebody types."""
    return list(people.values_list("employee_no", "name")[:MOST_OFFERED])


def offered_customers(own: QuerySet[Customer]) -> list[tuple[str, str]]:
    """Numbers and names to offer while somebody types; of very many the first by initials, the others are typed."""
    return list(own.values_list("customer_no", "name")[:MOST_OFFERED])


# --- what waits -----------------------------------------------------------------------------------------------------


def _to_answer(actor: Actor) -> QuerySet[MarketInformation, Any]:
    """What is addressed to the person; to a director also what is addressed to nobody who holds a role any more."""
    holds = RoleGrant.objects.in_force(timezone.localdate()).filter(
        employee=OuterRef("reader"), role__in=BUSINESS_ROLES
    )
    left = Q(branch__in=actor.branches_of(Role.DIRECTOR)) & ~Exists(holds)
    mine = MarketInformation.objects.filter(Q(reader=actor.employee_id) | left)
    return mine.exclude(manager=actor.employee_id).select_related("manager", "branch")


def information_to_read(actor: Actor, today: dt.date) -> QuerySet[MarketInformation, Any]:
    """What was sent to the person and is not opened yet, the urgent first: for the inbox."""
    return _to_answer(actor).filter(state=State.SENT).order_by("-urgency", "sent_at", "pk")


def information_to_reply(actor: Actor, today: dt.date) -> QuerySet[MarketInformation, Any]:
    """What the person has opened and not replied to, the urgent first: for the inbox."""
    return _to_answer(actor).filter(state=State.READ).order_by("-urgency", "sent_at", "pk")


def waiting_for_reader(actor: Actor) -> dict[str, int]:
    """How much waits for the person to be read, and to be replied to."""
    counted: dict[str, int] = _to_answer(actor).aggregate(
        to_read=Count("pk", filter=Q(state=State.SENT)), to_reply=Count("pk", filter=Q(state=State.READ))
    )
    return counted


def replies(actor: Actor, information: MarketInformation) -> bool:
    """Whether the person is the one to reply: its reader, or a director where the reader holds no role any more."""
    return _to_answer(actor).filter(pk=information.pk, state__in=UNANSWERED).exists()


# --- who reports what -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InformationNumbers:
    """How much one manager reported of one kind in a month or quarter.

    Shape: no kind = all kinds of the manager in the period; no manager and no period = everything.
    Unit: median_halves is the median of the days from sending to the reply, in half days; none without a reply.
    """

    first_day: dt.date | None
    last_day: dt.date | None
    manager: Employee | None
    branch: Branch | None
    kind: str
    number: int
    urgent: int
    replied: int
    median_halves: int | None

    @property
    def kind_name(self) -> str:
        return str(Kind(self.kind).label) if self.kind else _("all kinds")

    @property
    def median_days(self) -> str:
        """The median in days, exactly: a whole number, or one with a half."""
        if self.median_halves is None:
            return ""
        return f"{self.median_halves // 2}{'.5' if self.median_halves % 2 else ''}"


# The lower and the upper median are days that occurred; their sum is the median in half days, without a fraction.
_NUMBERS = """
WITH reported AS (
    SELECT date_trunc(%(by)s, i.sent_at AT TIME ZONE %(zone)s)::date AS first_day, i.manager_id, i.branch_id, i.kind,
        i.urgency, i.state,
        (i.replied_at AT TIME ZONE %(zone)s)::date - (i.sent_at AT TIME ZONE %(zone)s)::date AS days
    FROM customers_marketinformation AS i
    WHERE i.state <> 'draft' AND (i.branch_id = ANY(%(branches)s) OR i.manager_id = %(employee)s)
      AND (i.sent_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s
      AND i.sent_at BETWEEN %(first)s::date - interval '2 days' AND %(last)s::date + interval '2 days'
)
SELECT first_day, manager_id, branch_id, coalesce(kind, ''), count(*)::int,
    (count(*) FILTER (WHERE urgency = 'urgent'))::int, (count(*) FILTER (WHERE state = 'replied'))::int,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY days) + percentile_disc(0.5) WITHIN GROUP (ORDER BY days DESC)
FROM reported
GROUP BY GROUPING SETS ((first_day, manager_id, branch_id, kind), (first_day, manager_id, branch_id), ())
HAVING count(*) > 0
"""


def information_statistics(actor: Actor, *, by: str, first_day: dt.date, last_day: dt.date) -> list[InformationNumbers]:
    """Who reports what: each manager's numbers by kind, by the month or quarter of sending, and all together.

    Shape: by is "month" or "quarter"; the latest period first, in it managers by number, kinds in their order and then all
    kinds together; the last row is the whole. Of the branches that the person reads, and the own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _NUMBERS,
            {
                "by": by,
                "zone": settings.TIME_ZONE,
                "branches": list(actor.branches_of(*BUSINESS_ROLES)),
                "employee": actor.employee_id,
                "first": first_day,
                "last": last_day,
            },
        )
        rows = cursor.fetchall()
    people = Employee.objects.in_bulk({row[1] for row in rows if row[1]})
    branches = Branch.objects.in_bulk({row[2] for row in rows if row[2]})
    found = [
        InformationNumbers(day, last_day_of(by, day), people.get(manager), branches.get(branch), *rest)
        for day, manager, branch, *rest in rows
    ]
    return sorted(found, key=_in_order)


def _in_order(one: InformationNumbers) -> tuple[Any, ...]:
    if one.manager is None or one.first_day is None:
        return (1,)
    kinds = list(Kind.values)
    kind = kinds.index(one.kind) if one.kind else len(kinds)
    branch_code = one.branch.branch_code if one.branch else ""
    return (0, -one.first_day.toordinal(), branch_code, one.manager.employee_no, kind)


def last_day_of(by: str, first_day: dt.date | None) -> dt.date | None:
    """The last day of the month or quarter that begins on the day."""
    if first_day is None:
        return None
    month = Month.of(first_day)
    return month.next.next.last_day if by == "quarter" else month.last_day
