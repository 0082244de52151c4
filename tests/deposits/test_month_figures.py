"""The month's deposit figures in the database, held against the oracle that walks every day."""

from __future__ import annotations

import pytest

from common.months import Month, months_between
from tests.ledgers import compute, store, stored_figures, stored_managers, stored_parts, sums_of
from tests.oracle import ledger as oracle
from tests.oracle.real_data import berka_folder

BERKA_MONTHS = tuple(months_between(Month(1993, 1), Month(1993, 9)))


@pytest.fixture
def berka(db: None) -> oracle.Facts:
    return oracle.load_folder(berka_folder())


def assert_equal_to_oracle(facts: oracle.Facts, month: Month) -> None:
    parts = oracle.attributed_figures(facts, month)
    assert stored_figures(month) == oracle.month_figures(facts, month)
    assert stored_parts(month) == parts
    assert stored_managers(month) == sums_of(parts)


def test_every_month_of_the_real_data_equals_the_oracle(berka: oracle.Facts) -> None:
    stored = store(berka)
    for month in BERKA_MONTHS:
        for branch in stored.branches.values():
            compute(branch, month)
        assert_equal_to_oracle(berka, month)
