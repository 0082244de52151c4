"""How complete dossiers are: the union's table of required facts, one customer's facts, the percentage of many (article 9(6))."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import add
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, RequiredFact, Section
from customers.queries.dossier import MODELS, labels_of
from customers.rules.completeness import DEFAULTS, DOCUMENTS, Completeness, completeness, facts_of
from customers.rules.dossier import BASICS, FIELDS
from organization.models import BUSINESS_ROLES, Branch, Document, Role
from organization.rules import Actor

# The documents of a customer.
SUBJECT = "customers.customer"


@dataclass(frozen=True, slots=True)
class Table:
    """The required facts of a kind of customer, and where they hold. Shape: branches none where no union says otherwise."""

    kind: str
    weights: Mapping[str, int]
    branches: frozenset[int] | None = None


# Each branch's union: the nearest head office above it, itself among them.
_UNIONS = """
WITH RECURSIVE above (root, id, parent_id, kind, height) AS (
    SELECT id, id, parent_id, kind, 0 FROM organization_branch
    UNION ALL
    SELECT above.root, b.id, b.parent_id, b.kind, above.height + 1
    FROM organization_branch AS b JOIN above ON b.id = above.parent_id WHERE above.height < 20
),
of_branch AS (SELECT DISTINCT ON (root) root, id FROM above WHERE kind = 'head_office' ORDER BY root, height)
"""

# Where nothing is written no row asks for the branches, so that these are not read.
_WRITTEN = (
    _UNIONS  # noqa: S608  fixed text
    + """
SELECT r.customer_kind, r.facts, (SELECT array_agg(root) FROM of_branch WHERE of_branch.id = r.branch_id)
FROM (SELECT branch_id, customer_kind, json_object_agg(fact, weight)::text AS facts
      FROM customers_requiredfact GROUP BY branch_id, customer_kind) AS r
"""
)


def unions_of_branches() -> dict[int, int]:
    """For each branch that stands below a union, the union. Shape: branch id to union id."""
    with connection.cursor() as cursor:
        cursor.execute(_UNIONS + "SELECT root, id FROM of_branch")  # noqa: S608  fixed text
        return dict(cursor.fetchall())


def tables_in_force() -> list[Table]:
    """Every table of required facts with the branches where it holds, the defaults last: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        rows = cursor.fetchall()
    found = [Table(kind, _in_order(kind, json.loads(facts)), frozenset(below or ())) for kind, facts, below in rows]
    # A fact that the program knows no more weighs nothing; what is left must be a table.
    own = [table for table in found if table.weights and table.branches]
    return own + [Table(kind, weights) for kind, weights in DEFAULTS.items()]


def required_of(union: Branch) -> dict[str, dict[str, int]]:
    """The required facts of each kind of customer at a union: as written, else the default. Shape: {kind: {fact: weight}}."""
    found: dict[str, dict[str, int]] = {}
    for kind, fact, weight in RequiredFact.objects.filter(branch=union).values_list("customer_kind", "fact", "weight"):
        found.setdefault(kind, {})[fact] = weight
    return {kind: _in_order(kind, found.get(kind) or dict(weights)) for kind, weights in DEFAULTS.items()}


def written_kinds(union: Branch) -> frozenset[str]:
    """The kinds of customers for which the union has a table of its own."""
    return frozenset(RequiredFact.objects.filter(branch=union).values_list("customer_kind", flat=True))


def unions(actor: Actor) -> QuerySet[Branch]:
    """The unions whose table of required facts the person may read."""
    union_of = unions_of_branches()
    own = {union_of.get(branch, 0) for branch in actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER)}
    return Branch.objects.filter(pk__in=own)


def edits_required(actor: Actor, union: Branch) -> bool:
    return actor.holds(union.pk, Role.SUPERVISOR)


def table_for(customer: Customer) -> Mapping[str, int]:
    """The required facts that hold for a customer."""
    return _weights_for(customer, tables_in_force())


def completeness_of(customer: Customer) -> Completeness:
    """How complete a customer's dossier is, and what is missing."""
    required = table_for(customer)
    return completeness(required, _known_of([customer], required)[customer.pk])


def percent_known() -> Case:
    """An annotation of customers: how complete the dossier is, in whole percent rounded down, for any number of them.

    Law: equals completeness_of(customer).percent.
    """
    return Case(*(_when(table) for table in tables_in_force()), output_field=IntegerField())


def fill_in_percent(rows: Collection[Customer]) -> None:
    """Gives each of a page's customers its `percent`, in one statement for all of them.

    A list of a million is read in the order of an index; with the percentage in the same statement the planner would hash
    the sections of all customers before the first row. Of a page each fact is asked once, whichever tables require it.
    """
    tables = tables_in_force()
    required = {row.pk: _weights_for(row, tables) for row in rows}
    known = _known_of(rows, dict.fromkeys(chain.from_iterable(required.values())))
    for row in rows:
        row.percent = completeness(required[row.pk], known[row.pk]).percent  # type: ignore[attr-defined]


def fact_label(fact: str) -> Any:
    """What people call a fact."""
    section, _dot, field = fact.partition(".")
    if section == DOCUMENTS:
        return _("documents")
    if not field:
        return Section(section).label
    if section == "customer":
        own: Any = Customer._meta.get_field(field)
        return own.verbose_name
    return labels_of(section)[field]


def _in_order(kind: str, weights: Mapping[str, int]) -> dict[str, int]:
    """The facts in the order of the dossier, without any that is none of the kind's any more."""
    return {fact: weights[fact] for fact in facts_of(kind) if fact in weights}


def _weights_for(customer: Customer, tables: Iterable[Table]) -> Mapping[str, int]:
    """The table of the customer's union, else the default, which is the last."""
    holds = (one for one in tables if one.kind == customer.kind)
    return next(one.weights for one in holds if one.branches is None or customer.branch_id in one.branches)


def _known_of(customers: Iterable[Customer], facts: Iterable[str]) -> dict[int, set[str]]:
    """Which of the facts are known of each customer, in one statement. Shape: {customer id: facts}."""
    asked = {f"fact_{place}": fact for place, fact in enumerate(facts)}
    found = Customer.objects.filter(pk__in=[one.pk for one in customers]).order_by()
    rows = found.annotate(**{name: _is_known(fact) for name, fact in asked.items()}).values("pk", *asked)
    return {row["pk"]: {fact for name, fact in asked.items() if row[name]} for row in rows}


def _when(table: Table) -> When:
    holds = Q(kind=table.kind)
    if table.branches is not None:
        holds &= Q(branch__in=table.branches)
    parts: list[Any] = [
        Case(When(_known(fact), then=Value(weight)), default=Value(0), output_field=IntegerField())
        for fact, weight in table.weights.items()
    ]
    return When(holds, then=reduce(add, parts) * 100 / sum(table.weights.values()))


def _is_known(fact: str) -> Any:
    known = _known(fact)
    return known if isinstance(known, Exists) else ExpressionWrapper(known, output_field=BooleanField())


def _known(fact: str) -> Any:
    """The condition on a customer under which a fact is known."""
    section, _dot, field = fact.partition(".")
    if section == DOCUMENTS:
        own = Document.objects.filter(subject=SUBJECT, subject_key=OuterRef("customer_no"), removed_at__isnull=True)
        return Exists(own.order_by())
    if section == "customer":
        return ~Q(**{field: ""})
    if section == BASICS:
        known = Q(**{f"basics__{field}__isnull": False})
        return known & ~Q(**{f"basics__{field}": ""}) if _is_text(field) else known
    return Exists(MODELS[section].objects.filter(customer=OuterRef("pk"), removed_at__isnull=True).order_by())


def _is_text(field: str) -> bool:
    return FIELDS[BASICS][field] in ("text", "long", "choice", "phone")
