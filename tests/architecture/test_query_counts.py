"""How many queries every list page costs: a checked-in baseline, so that a query more is seen and meant.

When a change is meant: `python -m pytest tests/architecture/test_query_counts.py` names the new number; write it into
query_counts.txt. No list page costs more than 15 (quality.md, Speed and scale), however many rows it shows.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.architecture.test_urls_and_roles import LINE_OF, Place, stage, url_of
from tests.cast import Cast
from tests.make import (
    make_account,
    make_application,
    make_attribution,
    make_customer,
    make_employee,
    make_loan,
    make_notice,
    make_posting,
    make_user,
)

MOST = 15
ROWS = 30
BASELINE = Path(__file__).with_name("query_counts.txt")

LISTS = [
    name
    for name, line in LINE_OF.items()
    if line.method == "GET"
    and (name.endswith(("_list", "_totals", ":ranking", ":branch_months")) or name == "desk:home")
]


def _counts() -> dict[str, int]:
    rows = (row.split("|") for row in BASELINE.read_text(encoding="utf-8").splitlines() if "|" in row)
    return {name.strip(): int(number) for name, number in rows}


def _many(cast: Cast) -> Place:
    """The south with more rows of everything than a page shows."""
    for number in range(ROWS):
        customer = make_customer(cast.south, f"Z{number:03d}")
        account = make_account(cast.south, f"Z{number:03d}", customer=customer)
        make_attribution(account, cast.wang if number % 2 else cast.li)
        make_posting(account, "3rd", "50.00")
        make_loan(cast.li, "500.00", f"Z{number:03d}", customer=customer)
        person = make_employee(cast.south)
        if number % 3 == 0:
            make_notice(make_application(person, "on_notice"))
    return stage(cast.south, cast.wang, "south")


def test_every_list_page_is_in_the_baseline() -> None:
    assert sorted(_counts()) == sorted(LISTS)


@pytest.mark.parametrize("address", LISTS)
def test_a_list_page_costs_the_queries_of_the_baseline(address: str, cast: Cast) -> None:
    place = _many(cast)
    client = Client()
    client.force_login(make_user(cast.wu))
    url = url_of(LINE_OF[address], place)
    client.get(url)  # what is read once a process is read
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    said = "\n".join(query["sql"][:150] for query in queries.captured_queries)
    assert len(queries) == _counts()[address], said
    assert len(queries) <= MOST
