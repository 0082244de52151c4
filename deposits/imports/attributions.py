"""Attributions of accounts to managers, as files bring them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.tabular import Column, choice, day, identifier, percent
from deposits.imports.accounts import ACCOUNT_SQL, account_column
from deposits.models import Attribution
from organization.importing import EMPLOYEE_SQL, Check, Field, ImportKind, Lookup, Record, Row
from organization.staging import ROWS

Changes = list[tuple[int, Record, Record]]

# The file's rows beside what is stored and not replaced by them.
WHOLE = f"""
whole AS (
    SELECT row_no, account_id, manager_id, branch_id, first_day, last_day, share_bp, false AS by_itself FROM {ROWS}
    UNION ALL
    SELECT NULL, t.account_id, t.manager_id, t.branch_id, t.first_day, t.last_day, t.share_bp, t.assignment_id IS NOT NULL
    FROM deposits_attribution AS t
    WHERE t.account_id IN (SELECT account_id FROM {ROWS}) AND NOT EXISTS (
        SELECT 1 FROM {ROWS} AS s
        WHERE s.account_id = t.account_id AND s.manager_id = t.manager_id AND s.first_day = t.first_day))
"""  # noqa: S608


class Attributions(ImportKind):
    """Account → manager by share and days (article 9(2))."""

    name = "attributions"
    title = gettext_lazy("Attributions")
    chinese = "揽储归属"
    model = Attribution
    changes = True
    whole_file = True
    key_length = 3
    counts_from = "first_day"
    columns = (
        account_column(),
        Column("manager_no", "客户经理工号", identifier(20), required=True, example="S101", aliases=("工号",)),
        Column("from", "起始日", day(), required=True, example="2026-01-01"),
        Column("to", "终止日", day(), help=gettext_lazy("Empty: open.")),
        Column(
            "share",
            "份额",
            percent(minimum=1, maximum=10_000),
            default=10_000,
            example="60",
            help=gettext_lazy("Percent."),
        ),
        Column("basis", "来源", choice({"assigned": "存量", "developed": "新增"}), default="assigned", example="存量"),
    )
    fields = (
        Field("account_id", "account_no"),
        Field("manager_id", "manager_no"),
        Field("first_day", "from"),
        Field("branch_id"),
        Field("last_day", "to"),
        Field("share_bp", "share"),
        Field("basis", "basis"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.accounts, self.people = Lookup(ACCOUNT_SQL), Lookup(EMPLOYEE_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        accounts = self.accounts.fetch({values[0] for _row_no, values in rows})
        people = self.people.fetch({values[1] for _row_no, values in rows})
        records: list[Row] = []
        for row_no, (number, manager_no, first, last, share, basis) in rows:
            account: Any = accounts.get(number)
            manager: Any = people.get(manager_no)
            if account is None or not check.reaches(account[1]):
                check.refuse(row_no, "account_no", _("There is no account %(number)s.") % {"number": number})
            elif manager is None or not (check.reaches(manager[1]) or manager[1] == account[1]):
                check.refuse(row_no, "manager_no", _("There is no manager %(number)s.") % {"number": manager_no})
            elif last is not None and last < first:
                check.refuse(row_no, "to", _("The last day lies before the first."))
            else:
                records.append((row_no, (account[0], manager[0], first, account[1], last, share, basis)))
        return records

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self._is_open(check, row[0], row[1], row[1][2])]

    def admit_changes(self, check: Check, changes: Changes) -> Changes:
        return [
            change
            for change in changes
            if self._is_open(check, change[0], change[2], self.touched_by_change(change[1], change[2]))
        ]

    def touched_by_change(self, record: Record, stored: Record) -> dt.date | None:
        """Another last day touches the days between; another share all days; another basis no figure."""
        if record[5] != stored[5]:
            first: dt.date = stored[2]
            return first
        ends = [end for end in (record[4], stored[4]) if end is not None]
        if record[4] == stored[4] or not ends:
            return None
        return min(ends) + dt.timedelta(days=1)

    def _is_open(self, check: Check, row_no: int, record: Record, touched: dt.date | None) -> bool:
        if touched is None or not check.is_closed(record[3], touched):
            return True
        sentence = _("The month of %(day)s is closed; attributions change from %(open)s on.")
        check.refuse(row_no, "from", sentence % {"day": touched, "open": check.open_from[record[3]]})
        return False

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """On any day the shares of an account sum to at most 100 %; each lies within its manager's days in office."""
        cursor.execute(
            f"WITH {WHOLE}, edges AS (SELECT DISTINCT account_id, first_day AS day FROM whole),"  # noqa: S608
            " over AS (SELECT e.account_id, e.day, sum(w.share_bp) AS share, bool_or(w.by_itself) AS by_itself"
            " FROM edges AS e JOIN whole AS w ON w.account_id = e.account_id AND e.day >= w.first_day"
            " AND (w.last_day IS NULL OR e.day <= w.last_day) GROUP BY 1, 2 HAVING sum(w.share_bp) > 10000)"
            " SELECT s.row_no, min(o.day), max(o.share), bool_or(o.by_itself)"
            f" FROM {ROWS} AS s JOIN over AS o ON o.account_id = s.account_id AND o.day >= s.first_day"
            " AND (s.last_day IS NULL OR o.day <= s.last_day) GROUP BY s.row_no ORDER BY 1"
        )
        for row_no, day_, share, by_itself in cursor.fetchall():
            sentence = _("On %(day)s the shares of this account would sum to %(share)s %%, more than 100 %%.")
            if by_itself:
                sentence = _(
                    "On %(day)s the shares of this account would sum to %(share)s %%: as a new account it went to its"
                    " customer’s manager by itself. Take that back first."
                )
            check.refuse(row_no, "share", sentence % {"day": day_, "share": f"{share // 100}.{share % 100:02d}"})
        cursor.execute(
            "WITH appointed AS (SELECT employee_id, branch_id, range_agg(daterange(first_day, last_day, '[]')) AS days"  # noqa: S608
            " FROM managers_appointment GROUP BY 1, 2),"
            " away AS (SELECT o.employee_id, o.branch_id, range_agg(daterange(s.first_day, s.last_day, '[]')) AS days"
            " FROM managers_suspension AS s JOIN managers_appointment AS o ON o.id = s.appointment_id GROUP BY 1, 2),"
            " offices AS (SELECT employee_id, branch_id, a.days - coalesce(w.days, '{}'::datemultirange) AS days"
            " FROM appointed AS a LEFT JOIN away AS w USING (employee_id, branch_id))"
            f" SELECT s.row_no FROM {ROWS} AS s LEFT JOIN offices AS o ON o.employee_id = s.manager_id"
            " AND o.branch_id = s.branch_id"
            " WHERE NOT coalesce(o.days @> daterange(s.first_day, s.last_day, '[]'), false) ORDER BY 1"
        )
        for (row_no,) in cursor.fetchall():
            sentence = _("The manager is not in office at the account’s branch on all of these days (article 14).")
            check.refuse(row_no, "manager_no", sentence)
