"""The oracle itself: the totals that an independent computation over the real data has found."""

import ast
from pathlib import Path

import pytest

from tests.oracle.ledger import Facts, attributed_figures, load_folder, month_figures
from tests.oracle.real_data import berka_folder
from tests.spec.tables import Row, each_row, hundredths


@pytest.fixture(scope="module")
def berka() -> Facts:
    return load_folder(berka_folder())


@each_row
def test_the_oracle_finds_the_totals_of_the_real_data(row: Row, berka: Facts) -> None:
    """
    | month   | accounts | closing       | accumulated    |
    |---------|----------|---------------|----------------|
    | 1993-01 | 96       | 632,757.60    | 9,602,530.60   |
    | 1993-03 | 298      | 5,777,769.90  | 145,177,613.90 |
    | 1993-06 | 554      | 15,946,199.00 | 471,752,226.90 |
    | 1993-09 | 858      | 25,676,123.50 | 760,227,548.80 |
    """
    accounts = month_figures(berka, row["month"]).values()
    assert len(accounts) == int(row["accounts"])
    assert sum(closing for _, closing, _ in accounts) == hundredths(row["closing"])
    assert sum(accumulated for _, _, accumulated in accounts) == hundredths(row["accumulated"])
    parts = attributed_figures(berka, row["month"]).values()
    assert sum(closing for closing, _ in parts) == hundredths(row["closing"])
    assert sum(accumulated for _, accumulated in parts) == hundredths(row["accumulated"])


def test_the_oracle_takes_nothing_from_the_program() -> None:
    apps = {"common", "organization", "managers", "customers", "deposits", "loans", "appraisal", "desk", "config"}
    for file in (Path(__file__).parents[1] / "oracle").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & apps, file.name
