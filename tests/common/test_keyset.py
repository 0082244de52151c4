"""Lists are paged by key: every row once, in order, forward and backward, also where values are equal or missing."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from common.keyset import KeysetPage, keyset_page
from organization.models import Branch, Employee
from tests.make import make_branch, make_employee

pytestmark = pytest.mark.django_db

ORDERS = [
    ("name",),
    ("-name",),
    ("phone",),
    ("-phone",),
    ("post", "-name"),
    ("branch__name", "phone"),
    ("-branch", "name"),
    (),
]


@pytest.fixture
def people() -> QuerySet[Employee]:
    """Thirteen, with equal and empty values in every sorted column."""
    branches = [make_branch(name="城南"), make_branch(name="城北")]
    for number in range(13):
        make_employee(branches[number % 2], name=f"员工{number // 3}", phone=str(number % 4), post=str(number // 7))
    return Employee.objects.filter(branch__in=branches).select_related("branch")


def walk(queryset: QuerySet[Any], order: tuple[str, ...], size: int) -> tuple[list[Any], list[KeysetPage]]:
    pages = [keyset_page(queryset, order, None, size)]
    while pages[-1].next:
        pages.append(keyset_page(queryset, order, pages[-1].next, size))
        assert len(pages) < 50
    return [row.pk for page in pages for row in page.rows], pages


@pytest.mark.parametrize("size", [1, 4, 13, 20])
@pytest.mark.parametrize("order", ORDERS)
def test_going_forward_meets_every_row_once_in_order(
    order: tuple[str, ...], size: int, people: QuerySet[Employee]
) -> None:
    keys, _pages = walk(people, order, size)
    sign = "-" if order and order[-1].startswith("-") else ""
    by_id = [f"{path}_id" if path == "-branch" else path for path in order]
    assert keys == list(people.order_by(*by_id, f"{sign}pk").values_list("pk", flat=True))


@pytest.mark.parametrize("order", ORDERS)
def test_going_back_meets_the_same_pages(order: tuple[str, ...], people: QuerySet[Employee]) -> None:
    _keys, pages = walk(people, order, 4)
    page = pages[-1]
    for expected in reversed(pages[:-1]):
        assert page.previous
        page = keyset_page(people, order, page.previous, 4)
        assert [row.pk for row in page.rows] == [row.pk for row in expected.rows]
        assert page.next
    assert page.previous is None


def test_empty_values_stand_where_postgresql_sorts_them_and_are_never_lost() -> None:
    parent = make_branch("P")
    codes = {make_branch(f"N{number}", parent=parent if number % 2 else None).pk for number in range(9)} | {parent.pk}
    for order in (("parent",), ("-parent",)):
        keys, _pages = walk(Branch.objects.filter(pk__in=codes), order, 2)
        assert sorted(keys) == sorted(codes)
        sign = order[0][: order[0].startswith("-")]
        assert keys == list(
            Branch.objects.filter(pk__in=codes).order_by(f"{sign}parent_id", f"{sign}pk").values_list("pk", flat=True)
        )


def test_a_page_is_one_statement_without_offset_or_count(people: QuerySet[Employee]) -> None:
    first = keyset_page(people, ("name",), None, 4)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyset_page(people, ("name",), first.next, 4)
    [query] = queries.captured_queries
    assert "OFFSET" not in query["sql"]
    assert "COUNT" not in query["sql"]


def test_rows_that_arrive_before_the_page_move_nothing(people: QuerySet[Employee]) -> None:
    first = keyset_page(people, ("name",), None, 4)
    before = [row.pk for row in keyset_page(people, ("name",), first.next, 4).rows]
    make_employee(people[0].branch, name="一")
    assert [row.pk for row in keyset_page(people, ("name",), first.next, 4).rows] == before


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        "A" * 5000,
        forged(1),
        forged([]),
        forged([False, ["name", "id"], ["a"]]),
        forged([False, ["name", "id"], ["a", "x"]]),
        forged([False, ["name", "id"], ["a", None]]),
        forged([False, ["name", "id"], ["a", {}]]),
        forged([False, ["name", "id"], ["a", 10**30]]),
        forged([False, ["name", "id"], ["a\0", 1]]),
        forged([False, ["phone", "id"], ["a", 1]]),
        forged(["no", ["name", "id"], ["a", 1]]),
        forged([[[[[[]]]]]]),
    ],
)
def test_a_cursor_changed_by_hand_shows_the_first_page(cursor: str, people: QuerySet[Employee]) -> None:
    page = keyset_page(people, ("name",), cursor, 4)
    assert [row.pk for row in page.rows] == [row.pk for row in keyset_page(people, ("name",), None, 4).rows]
