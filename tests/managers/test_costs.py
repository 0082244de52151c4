"""Files of wages and four expenses (formats.md, monthly_costs), and the months that keep them."""

from __future__ import annotations

import datetime as dt

import pytest

from common.errors import RuleError
from common.months import Month
from managers.models import MonthlyCost
from managers.queries.costs import costs_of_month, latest_costs
from organization.actions.batches import undo_batch, upload_file
from organization.models import MonthClose
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.files import bring, preview, reasons
from tests.managers.test_contracts import refused

HEADER = "月份,机构号,人平四项费用,工号,工资"


def stored() -> dict[str, int]:
    rows = MonthlyCost.objects.select_related("branch", "employee").order_by("pk")
    return {one.employee.employee_no if one.employee else one.branch.branch_code: one.amount_fen for one in rows}


def close_october(cast: Cast) -> None:
    MonthClose.objects.create(
        branch=cast.south,
        month="2026-10-01",
        state="closed",
        computed_by=cast.chen,
        approved_by=cast.zhou,
        closed_by=cast.zhou,
        closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        digest="0" * 64,
    )


def test_a_file_brings_a_branchs_four_expenses_and_its_peoples_wages(cast: Cast) -> None:
    row = MonthClose.objects.create(
        branch=cast.south, month="2026-10-01", state="computed", computed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    )
    rows = "2026-10,S01,1200.00,,\n2026-10,S01,,S101,4030.00\n2026年10月,S01,,S102,3500"
    batch = bring("monthly_costs", f"{HEADER}\n{rows}", actor=cast.actor("chen"))
    assert (batch.created_count, stored()) == (3, {"S01": 1_200_00, "S101": 4_030_00, "S102": 3_500_00})
    again = bring("monthly_costs", f"{HEADER}\n{rows}", actor=cast.actor("chen"))
    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, 3)
    row.refresh_from_db()
    assert not row.stale  # no figure of a month is made of these


def test_another_figure_is_a_change_that_can_be_undone(cast: Cast) -> None:
    bring("monthly_costs", f"{HEADER}\n2026-10,S01,1200.00,,\n2026-10,S01,,S101,4030.00")
    batch = bring("monthly_costs", "月份,机构号,人平四项费用\n2026-10,S01,1300.00")
    assert batch.changed_count == 1 and stored() == {"S01": 1_300_00, "S101": 4_030_00}
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    assert stored() == {"S01": 1_200_00, "S101": 4_030_00}


def test_rows_that_are_neither_a_branchs_nor_an_employees_are_refused(cast: Cast) -> None:
    rows = [
        "2026-10,S01,1200.00,S101,4030.00",
        "2026-10,S01,,S101,",
        "2026-10,S01,,,4030.00",
        "2026-10,S01,,,",
        "2026-10,S01,,N101,4030.00",
        "2026-10,S01,,none,4030.00",
        "2026-10,none,1200.00,,",
        "2026-10,S01,-1,,",
        "2026-13,S01,1,,",
    ]
    found = reasons(preview("monthly_costs", "\n".join([HEADER, *rows])))
    assert [row for row, _column, _reason in found] == list(range(2, 11))
    said = [reason for _row, _column, reason in found]
    assert said[0] == said[1] == "The row of an employee has a wage, and no four expenses."
    assert said[2] == said[3] == "The row of a branch has its four expenses, and no wage. Name the employee of a wage."
    assert said[4] == "There is no employee N101." and said[5] == "There is no employee none."
    assert said[6] == "There is no branch none."


def test_a_clerk_brings_in_the_own_branch_alone(cast: Cast) -> None:
    batch = preview("monthly_costs", f"{HEADER}\n2026-10,N01,1200.00,,", actor=cast.actor("chen"))
    assert reasons(batch) == [(2, "机构号", "There is no branch N01.")]


def test_costs_of_a_closed_month_stay(cast: Cast) -> None:
    bring("monthly_costs", f"{HEADER}\n2026-10,S01,1200.00,,")
    bring("monthly_costs", f"{HEADER}\n2026-10,N01,1100.00,,")
    close_october(cast)
    batch = preview("monthly_costs", f"{HEADER}\n2026-10,S01,1300.00,,\n2026-10,S01,,S101,1")
    assert [reason for _row, _column, reason in reasons(batch)] == [
        "The month 2026-10 is closed; its wages and expenses no longer change."
    ] * 2
    own = MonthlyCost.objects.get(branch=cast.south)
    closed = refused("UPDATE managers_monthlycost SET amount_fen = 1 WHERE id = %s", own.pk)
    assert "closed" in closed
    assert refused("DELETE FROM managers_monthlycost WHERE id = %s", own.pk) == closed
    assert (
        refused(
            "INSERT INTO managers_monthlycost (month, branch_id, amount_fen) VALUES ('2026-09-01', %s, 1)",
            cast.south.pk,
        )
        == closed
    )
    with pytest.raises(RuleError, match="closed"):
        undo_batch(actor=SYSTEM, batch=own.batch, reason="wrong")


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n2026-10,S01,1200.00,,",
        "month,branch_code,four_expenses\n2026-10,S01,1",
        "月份,机构号,工号,工资\n2026-10,S01,S101,1",
    ],
)
def test_a_file_is_recognised_by_its_header(cast: Cast, text: str) -> None:
    assert upload_file(actor=SYSTEM, name="costs.csv", content=[text.encode()]).kind == "monthly_costs"


def test_the_months_own_costs_are_kept_apart_from_the_latest_known_ones(cast: Cast) -> None:
    bring("monthly_costs", f"{HEADER}\n2026-09,S01,1200.00,,\n2026-08,S01,,S101,4030.00")
    october = costs_of_month(cast.south, Month(2026, 10))
    assert october.four_expenses is None and october.wages == {}
    known = latest_costs(cast.wang, cast.south, Month(2026, 10))
    assert (known.line_fen, known.wage_month, known.expenses_month) == (5_230_00, Month(2026, 8), Month(2026, 9))
    cast.li.monthly_wage_fen = 3_000_00
    cast.li.save(update_fields=["monthly_wage_fen"])
    of_record = latest_costs(cast.li, cast.south, Month(2026, 10))
    assert (of_record.line_fen, of_record.wage_month) == (4_200_00, None)
    assert latest_costs(cast.li, cast.south, Month(2026, 1)).line_fen is None
