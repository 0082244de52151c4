"""arithmetic.md, Balances: the examples."""

import re
from datetime import date

from common.months import Month
from deposits.rules import (
    PostingFact,
    accumulated,
    adjustment_fen_days,
    closing_balance,
    deviation,
    entry_day,
    monthly_average_fen,
)
from tests.oracle.ledger import Account, Facts, Posting, month_figures
from tests.spec.tables import Row, each_row, hundredths

MONTH_OF_DAYS = {"28": Month(2026, 2), "30": Month(2026, 9), "31": Month(2026, 10)}


def postings_of(month: Month, text: str) -> list[PostingFact]:
    """The postings of a cell such as "5th +2,500.50; 18th −4,000.00"."""
    made = []
    for day, amount in re.findall(r"(\d+)(?:st|nd|rd|th) ([+−][\d,.]+\d)", text):
        on = date(month.year, month.number, int(day))
        made.append(PostingFact(hundredths(amount), on, on, on))
    assert len(made) == text.count(";") + 1
    return made


@each_row
def test_closing_balance_accumulated_balance_and_average_of_a_month(row: Row) -> None:
    """
    | D  | opening   | postings                                             | month-end | 积数       | average   |
    |----|-----------|------------------------------------------------------|-----------|------------|-----------|
    | 30 | 10,000.00 | 5th +2,500.50; 5th −0.50; 18th −4,000.00; 30th +0.99 | 8,500.99  | 313,000.99 | 10,433.37 |
    | 28 | 0         | 10th +5,000.00; 20th −5,000.00                       | 0.00      | 50,000.00  | 1,785.71  |
    | 31 | 1,234.57  | 3rd +10.00; 16th −200.01                             | 1,044.56  | 35,361.51  | 1,140.69  |
    """
    month = MONTH_OF_DAYS[row["D"]]
    opening = hundredths(row["opening"])
    postings = postings_of(month, row["postings"])

    assert closing_balance(opening, postings, month.last_day) == hundredths(row["month-end"])
    assert accumulated(month, opening, postings) == hundredths(row["积数"])
    assert monthly_average_fen(accumulated(month, opening, postings), month.days) == hundredths(row["average"])


@each_row
def test_the_oracle_walks_to_the_same_figures(row: Row) -> None:
    """
    | D  | opening   | postings                                             | month-end | 积数       |
    |----|-----------|------------------------------------------------------|-----------|------------|
    | 30 | 10,000.00 | 5th +2,500.50; 5th −0.50; 18th −4,000.00; 30th +0.99 | 8,500.99  | 313,000.99 |
    | 28 | 0         | 10th +5,000.00; 20th −5,000.00                       | 0.00      | 50,000.00  |
    | 31 | 1,234.57  | 3rd +10.00; 16th −200.01                             | 1,044.56  | 35,361.51  |
    """
    month = MONTH_OF_DAYS[row["D"]]
    before = month.previous.last_day
    opening = hundredths(row["opening"])
    postings = [Posting("A1", opening, before, before)] + [
        Posting("A1", one.amount_fen, one.posted_on, one.value_on) for one in postings_of(month, row["postings"])
    ]
    facts = Facts(accounts={"A1": Account("B1", before)}, postings=postings)

    assert month_figures(facts, month) == {"A1": (opening, hundredths(row["month-end"]), hundredths(row["积数"]))}


@each_row
def test_entry_day_and_adjustment_of_a_posting(row: Row) -> None:
    """
    | case                              | booked     | value      | open from  | enters     | amount | adjustment |
    |-----------------------------------|------------|------------|------------|------------|--------|------------|
    | in time                           | 2026-10-05 | 2026-10-05 | 2026-10-01 | 2026-10-05 | 100.00 | 0          |
    | nothing is closed yet             | 2026-10-05 | 2026-10-05 | -          | 2026-10-05 | 100.00 | 0          |
    | after its month was closed        | 2026-09-28 | 2026-09-28 | 2026-10-01 | 2026-10-01 | 100.00 | 300.00     |
    | months after                      | 2026-08-31 | 2026-08-31 | 2026-11-01 | 2026-11-01 | 1.00   | 62.00      |
    | correction with earlier value day | 2026-10-05 | 2026-09-30 | 2026-10-01 | 2026-10-05 | 100.00 | 500.00     |
    | withdrawal with earlier value day | 2026-10-05 | 2026-10-01 | 2026-10-01 | 2026-10-05 | −10.00 | −40.00     |
    | value day after its entry         | 2026-10-05 | 2026-10-08 | 2026-10-01 | 2026-10-05 | 100.00 | −300.00    |
    """
    open_from = None if row["open from"] == "-" else date.fromisoformat(row["open from"])
    enters = entry_day(date.fromisoformat(row["booked"]), open_from)

    assert enters == date.fromisoformat(row["enters"])
    assert adjustment_fen_days(hundredths(row["amount"]), enters, date.fromisoformat(row["value"])) == hundredths(
        row["adjustment"]
    )


@each_row
def test_deviation_of_the_month_end_from_the_average(row: Row) -> None:
    """
    | case                        | D  | closing  | 积数      | deviation |
    |-----------------------------|----|----------|-----------|-----------|
    | money moved in for a day    | 30 | 1,040.00 | 30,000.00 | 4/100     |
    | less than the average       | 30 | 900.00   | 30,000.00 | -10/100   |
    | the average is nothing      | 30 | 100.00   | 0         | none      |
    | the average is an overdraft | 30 | 100.00   | −30.00    | none      |
    """
    found = deviation(hundredths(row["closing"]), hundredths(row["积数"]), int(row["D"]))
    if row["deviation"] == "none":
        assert found is None
    else:
        numerator, denominator = map(int, row["deviation"].split("/"))
        assert found is not None
        assert found * denominator == numerator
