"""Customers who look alike: one number, or one name and birthday at one address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from customers.models import Customer, IdentityKey, Merge, NotSame
from customers.rules.identity import identity_key
from organization.models import BUSINESS_ROLES
from organization.rules import Actor

NUMBER: Final = "number"
NAME: Final = "name"
# So many groups a page; of a group that many members, since more are hardly one customer.
PAGE = 25
SHOWN = 12

# The key of a resident's number holds the day of birth from its seventh place on.
_BORN = (
    "coalesce(to_char({f}.born_on, 'YYYYMMDD'),"
    " substring(customers_identity_key({c}.id_number), '^\\d{{6}}(\\d{{8}})\\d{{3}}$'))"
)
_TWO = "NOT EXISTS (SELECT FROM customers_notsame AS n WHERE n.first_id = a.id AND n.second_id = b.id)"

# Groups come in the order of an index, and reading ends with the page. A group stays as long as one of its pairs has not
# been looked at.
_BY_NUMBER = f"""
SELECT key, '' FROM (
    SELECT customers_identity_key(id_number) AS key FROM customers_customer
    WHERE archived_at IS NULL AND NOT id_number = '' AND branch_id = ANY(%(branches)s)
        AND customers_identity_key(id_number) > %(after)s
    GROUP BY 1 HAVING count(*) > 1
) AS g WHERE EXISTS (
    SELECT FROM customers_customer AS a JOIN customers_customer AS b ON b.id > a.id
    WHERE customers_identity_key(a.id_number) = g.key AND customers_identity_key(b.id_number) = g.key
        AND a.archived_at IS NULL AND b.archived_at IS NULL AND NOT a.id_number = '' AND NOT b.id_number = ''
        AND a.branch_id = ANY(%(branches)s) AND b.branch_id = ANY(%(branches)s) AND {_TWO}
) ORDER BY key LIMIT %(size)s
"""  # noqa: S608 nothing in it comes from outside
_BY_NAME = f"""
SELECT name, address FROM (
    SELECT name, address FROM customers_customer
    WHERE archived_at IS NULL AND NOT address = '' AND branch_id = ANY(%(branches)s)
        AND (name, address) > (%(after)s, %(after_address)s)
    GROUP BY name, address HAVING count(*) > 1
) AS g WHERE EXISTS (
    SELECT FROM customers_customer AS a JOIN customers_customer AS b ON b.id > a.id
        LEFT JOIN customers_basicfacts AS fa ON fa.customer_id = a.id
        LEFT JOIN customers_basicfacts AS fb ON fb.customer_id = b.id
    WHERE (a.name, a.address) = (g.name, g.address) AND (b.name, b.address) = (g.name, g.address)
        AND a.archived_at IS NULL AND b.archived_at IS NULL AND NOT a.address = '' AND NOT b.address = ''
        AND a.branch_id = ANY(%(branches)s) AND b.branch_id = ANY(%(branches)s)
        AND (a.kind = 'unit' AND b.kind = 'unit' OR a.kind <> 'unit' AND b.kind <> 'unit'
            AND {_BORN.format(c="a", f="fa")} = {_BORN.format(c="b", f="fb")})
        AND {_TWO}
) ORDER BY name, address LIMIT %(size)s
"""  # noqa: S608 nothing in it comes from outside


@dataclass(frozen=True, slots=True)
class Group:
    """Customers who may be one. Shape: at least two; `merge` is the proposal that waits about some of them."""

    reason: str
    members: list[Customer]
    merge: Merge | None = None

    @property
    def branches(self) -> int:
        return len({one.branch_id for one in self.members})


@dataclass(frozen=True, slots=True)
class Page:
    """Some groups in their order, and where the next page begins (none at the end)."""

    groups: list[Group]
    after: tuple[str, str] | None


def read_branches(actor: Actor) -> list[int]:
    """Ids of the branches whose customers the person compares: those that he or she reads as a whole."""
    return sorted(actor.branches_of(*BUSINESS_ROLES))


def duplicates(actor: Actor, reason: str = NUMBER, after: tuple[str, str] = ("", "")) -> Page:
    """Customers who look alike, inside what the person reads; over several branches for whoever reads them.

    Shape: in the order of their number, or of name and address; pairs that somebody has found to be two are left out.
    Source: articles 9(6) and 10, which count a customer once.
    """
    branches = read_branches(actor)
    values: dict[str, Any] = {"branches": branches, "after": after[0], "after_address": after[1], "size": PAGE + 1}
    with connection.cursor() as cursor:
        cursor.execute(_BY_NUMBER if reason == NUMBER else _BY_NAME, values)
        keys = cursor.fetchall()
    shown = keys[:PAGE]
    found = _members(branches, reason, shown)
    merges = _waiting([one.pk for members in found.values() for one in members])
    groups = [
        Group(reason, members[:SHOWN], next((merges[one.pk] for one in members if one.pk in merges), None))
        for members in (_not_looked_at(found[key]) for key in shown)
        if len(members) > 1
    ]
    return Page(groups, shown[-1] if len(keys) > PAGE else None)


def lookalikes(actor: Actor, customer: Customer) -> list[Customer]:
    """Customers whom the person reads and who may be this one: the same number, or the same name at the same address."""
    alike = Q(pk__in=[])
    if key := identity_key(customer.id_number):
        alike |= Q(pk__in=_in_use([customer.branch_id, *read_branches(actor)], NUMBER).filter(key=key).values("pk"))
    if customer.address:
        same = Customer.objects.filter(name=customer.name, address=customer.address, archived_at__isnull=True)
        alike |= Q(pk__in=same.values("pk"))
    looked_at = NotSame.objects.filter(Q(first=customer) | Q(second=customer)).values_list("first", "second")
    others = {pk for pair in looked_at for pk in pair} | {customer.pk}
    found = Customer.objects.filter(alike, branch__in=read_branches(actor)).exclude(pk__in=others)
    return list(found.select_related("branch").order_by("customer_no")[:SHOWN])


def _in_use(branches: Sequence[int], reason: str) -> QuerySet[Any]:
    """The customers in use of the branches who have a number, or an address: as the index holds them."""
    found = Customer.objects.filter(archived_at__isnull=True, branch__in=branches)
    if reason == NUMBER:
        return found.exclude(id_number="").annotate(key=IdentityKey("id_number"))
    return found.exclude(address="")


def _members(branches: Sequence[int], reason: str, keys: Iterable[tuple[str, str]]) -> dict[Any, list[Customer]]:
    found: dict[Any, list[Customer]] = defaultdict(list)
    rows = _in_use(branches, reason)
    if reason == NUMBER:
        rows = rows.filter(key__in=[key for key, _nothing in keys])
    else:
        rows = rows.filter(Q(*(Q(name=name, address=address) for name, address in keys), _connector=Q.OR))
    if not keys:
        return found
    for one in rows.select_related("branch", "basics").order_by("customer_no"):
        found[(one.key, "") if reason == NUMBER else (one.name, one.address)].append(one)
    return found


def _not_looked_at(members: list[Customer]) -> list[Customer]:
    """Without those of whom somebody has said of every other member that they are two."""
    pks = [one.pk for one in members]
    looked_at = set(NotSame.objects.filter(first__in=pks, second__in=pks).values_list("first", "second"))
    if not looked_at:
        return members
    suspected = {pk for pair in combinations(sorted(pks), 2) if pair not in looked_at for pk in pair}
    return [one for one in members if one.pk in suspected]


def _waiting(pks: list[int]) -> dict[int, Merge]:
    """The proposals that wait about these customers, by either of the two."""
    rows = Merge.objects.filter(state=Merge.State.PROPOSED, archived__in=pks).select_related("kept", "archived")
    return {pk: row for row in rows for pk in (row.archived_id, row.kept_id)}
