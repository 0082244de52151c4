"""The timeline of a customer: what has happened between the customer and us, one stream (article 9(6))."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from customers.models import Customer
from customers.queries.customers import is_own
from organization.models import BUSINESS_ROLES, Employee
from organization.queries import documents_of
from organization.rules import Actor

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline.

    Shape: name is the part that it comes from; code a word of that part's own choices (a kind of visit, a stage, a basis);
    words and more what was written, empty where nothing was.
    """

    name: str
    day: dt.date
    pk: int
    code: str
    words: str
    more: str
    person: str
    pictures: int
    cursor: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A page of the timeline. Shape: newest first; older is the cursor of the next page, none at the end."""

    lines: list[Happening]
    older: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one table. Shape: columns day, id, person, code, words, more; hand names who wrote the row, whom it
    belongs to where not everybody who sees the customer may read it."""

    name: str
    filter: str
    day: str
    columns: str
    tables: str
    hand: str = ""


_MADE = "(s.made_at AT TIME ZONE %(zone)s)::date"
_ADDED = "(d.added_at AT TIME ZONE %(zone)s)::date"
_VISIT = "v.id, v.manager_id, {code}, v.purpose, v.said"

# In the order in which things of one day stand, the last of the day first.
_PARTS: Final = (
    _Part(
        "assignment",
        "manager",
        "a.first_day",
        "a.id, a.manager_id, a.basis, a.how, ''",
        "customers_assignment AS a WHERE a.customer_id = %(customer)s AND a.first_day <= %(today)s",
    ),
    # That nobody looks after the customer from the next day on; a successor's own line says the rest.
    _Part(
        "assignment_end",
        "manager",
        "a.last_day",
        "a.id, a.manager_id, a.basis, '', ''",
        "customers_assignment AS a WHERE a.customer_id = %(customer)s AND a.last_day < %(today)s AND NOT EXISTS"
        " (SELECT 1 FROM customers_assignment AS n WHERE n.customer_id = a.customer_id AND n.first_day = a.last_day + 1)",
    ),
    _Part(
        "visit",
        "visit",
        "v.day",
        _VISIT.format(code="CASE v.state WHEN 'planned' THEN 'planned' ELSE v.kind END"),
        "customers_visit AS v WHERE v.customer_id = %(customer)s AND v.kind <> 'advice' AND v.state <> 'cancelled'",
        "v.manager_id",
    ),
    # Before the customer was one.
    _Part(
        "visit",
        "visit",
        "v.day",
        _VISIT.format(code="v.kind"),
        "customers_prospect AS p JOIN customers_visit AS v ON v.prospect_id = p.id"
        " WHERE p.customer_id = %(customer)s AND v.state = 'done'",
        "v.manager_id",
    ),
    _Part(
        "advice",
        "advice",
        "v.day",
        _VISIT.format(code="v.state"),
        "customers_visit AS v WHERE v.customer_id = %(customer)s AND v.kind = 'advice' AND v.state <> 'cancelled'",
        "v.manager_id",
    ),
    _Part(
        "answer",
        "request",
        "r.answered_on",
        "r.id, r.answered_by_id, r.kind, r.answer, ''",
        "customers_servicerequest AS r WHERE r.customer_id = %(customer)s AND r.answered_on IS NOT NULL",
        "r.manager_id",
    ),
    _Part(
        "request",
        "request",
        "r.received_on",
        "r.id, r.manager_id, r.kind, r.words, ''",
        "customers_servicerequest AS r WHERE r.customer_id = %(customer)s AND r.state <> 'cancelled'",
        "r.manager_id",
    ),
    _Part(
        "sale",
        "sale",
        "l.sold_on",
        "l.id, l.manager_id, p.kind, p.name, l.remarks",
        "customers_sale AS l JOIN customers_serviceproduct AS p ON p.id = l.product_id"
        " WHERE l.customer_id = %(customer)s AND l.state = 'confirmed'",
        "l.manager_id",
    ),
    _Part(
        "prospect",
        "prospect",
        _MADE,
        "s.id, s.made_by_id, s.stage_after, s.words, ''",
        "customers_prospect AS p JOIN customers_prospectstep AS s ON s.prospect_id = p.id"
        " WHERE p.customer_id = %(customer)s",
        "p.manager_id",
    ),
    _Part(
        "event",
        "event",
        "e.happened_on",
        "e.id, NULL::bigint, '', e.words, e.meaning",
        "customers_majorevent AS e WHERE e.customer_id = %(customer)s AND e.removed_at IS NULL",
    ),
    _Part(
        "review",
        "review",
        "w.reviewed_on",
        "w.id, w.reviewed_by_id, '', w.words, ''",
        "customers_dossierreview AS w WHERE w.customer_id = %(customer)s",
    ),
    _Part(
        "document",
        "document",
        _ADDED,
        "d.id, d.added_by_id, d.kind, coalesce(nullif(d.title, ''), f.name), ''",
        "organization_document AS d JOIN organization_storedfile AS f ON f.id = d.file_id"
        " WHERE d.subject = 'customers.customer' AND d.subject_key = %(document_key)s AND d.removed_at IS NULL",
    ),
)
KINDS: Final = tuple(dict.fromkeys(part.filter for part in _PARTS))

_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,2})\.(\d{1,18})")


def timeline(actor: Actor, customer: Customer, *, kind: str = "", before: str = "", size: int = PAGE) -> Stream:
    """What has happened with the customer, as far as the person may read it; three statements, however much it is.

    Shape: kind is one of KINDS, or empty for all; before is the cursor of a line, whose elders are given. Visits, requests,
    sales and the way as a prospect are read by the branch's people and by whoever the customer is assigned to today;
    by others only what is their own.
    """
    whole = actor.is_system or actor.holds(customer.branch_id, *BUSINESS_ROLES) or is_own(actor, customer)
    given: dict[str, Any] = {
        "customer": customer.pk,
        "document_key": customer.customer_no,
        "today": timezone.localdate(),
        "zone": settings.TIME_ZONE,
        "actor": actor.employee_id,
        "size": size + 1,
    }
    found = _CURSOR.fullmatch(before)
    if found is not None:
        try:
            given |= {"day": dt.date.fromisoformat(found[1]), "place": int(found[2]), "key": int(found[3])}
        except ValueError:
            found = None
    statements = [
        _statement(part, place, whole=whole, after=found is not None)
        for place, part in enumerate(_PARTS)
        if kind in ("", part.filter)
    ]
    if not statements:
        return Stream([], None)
    sql = "\nUNION ALL\n".join(statements)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) AS part ORDER BY day DESC, place, id DESC LIMIT %(size)s", given)  # noqa: S608
        rows = cursor.fetchall()
    lines = _lines(rows[:size])
    return Stream(lines, lines[-1].cursor if len(rows) > size else None)


def _statement(part: _Part, place: int, *, whole: bool, after: bool) -> str:
    """A part's rows behind the cursor, no more of them than a page: so many are sorted, however long the timeline is."""
    sql = f"SELECT {place} AS place, '{part.name}' AS name, {part.day} AS day, {part.columns} FROM {part.tables}"  # noqa: S608
    if part.hand and not whole:
        sql += f" AND {part.hand} = %(actor)s"
    if after:
        table = part.columns.partition(".")[0]
        sql += (
            f" AND ({part.day} < %(day)s OR {part.day} = %(day)s AND"
            f" ({place} > %(place)s OR {place} = %(place)s AND {table}.id < %(key)s))"
        )
    return f"({sql} ORDER BY 3 DESC, 4 DESC LIMIT %(size)s)"


def _lines(rows: list[tuple[Any, ...]]) -> list[Happening]:
    people = dict(Employee.objects.filter(pk__in={row[4] for row in rows}).values_list("pk", "name"))
    visits = [str(row[3]) for row in rows if row[1] in ("visit", "advice")]
    pictures: dict[str, int] = {}
    for document in documents_of("customers.visit", visits) if visits else ():
        pictures[document.subject_key] = pictures.get(document.subject_key, 0) + 1
    return [
        Happening(
            name=name,
            day=day,
            pk=pk,
            code=code,
            words=words,
            more=more,
            person=people.get(person, ""),
            pictures=pictures.get(str(pk), 0) if name in ("visit", "advice") else 0,
            cursor=f"{day}.{place}.{pk}",
        )
        for place, name, day, pk, person, code, words, more in rows
    ]
