"""Balances that the core system reports: they open an account's ledger, or the ledger must agree with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import MAX_BIGINT, MIN_BIGINT
from common.tabular import Column, amount, day, identifier, integer
from deposits.imports.accounts import ACCOUNT_SQL, account_column
from deposits.imports.ledger import DepositTransactions, refuse_too_far, refuse_where_balances_stand_on
from deposits.models import BalanceControl, ControlTotal
from organization.importing import BRANCH_SQL, Check, Field, ImportKind, Lookup, Record, Row
from organization.models import ImportBatch
from organization.staging import ROWS

OPENING = "OPENING"


class DepositBalances(ImportKind):
    """Closing balances of days. On or before an account's first posting one opens the ledger; later it is a control."""

    name = "deposit_balances"
    title = gettext_lazy("Deposit balances (opening and control)")
    chinese = "存款余额"
    model = BalanceControl
    changes = True
    whole_file = True
    key_length = 2
    counts_from = "day"
    held_over_sentence = DepositTransactions.held_over_sentence
    columns = (
        account_column(),
        Column("date", "日期", day(), required=True, example="2026-09-30"),
        Column("balance", "余额", amount(), required=True, example="12,500.50"),
    )
    fields = (
        Field("account_id", "account_no"),
        Field("day", "date"),
        Field("branch_id"),
        Field("balance_fen", "balance"),
        Field("opens_ledger"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.accounts = Lookup(ACCOUNT_SQL)
        self.opened: dict[int, dt.date] = {}

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        accounts = self.accounts.fetch({values[0] for _row_no, values in rows})
        records: list[Row] = []
        for row_no, (number, day_, balance) in rows:
            account: Any = accounts.get(number)
            if account is None or not check.reaches(account[1]):
                check.refuse(row_no, "account_no", _("There is no account %(number)s.") % {"number": number})
            else:
                if account[4] is not None:
                    self.opened[account[0]] = account[4]
                records.append((row_no, (account[0], day_, account[1], balance, False)))
        return records

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        """A ledger that is open knows no balance before its opening."""
        before = {row_no for row_no, record in rows if record[1] < self.opened.get(record[0], record[1])}
        for row_no, record in rows:
            if row_no in before:
                sentence = _("The ledger of this account opens with its balance of %(day)s; there is none before.")
                check.refuse(row_no, "date", sentence % {"day": self.opened[record[0]]})
        return [row for row in rows if row[0] not in before]

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        """A control may be corrected; the balance that opened a ledger stays."""
        for row_no, _record, stored in changes:
            if stored[4]:
                sentence = _(
                    "This balance has opened the ledger of the account. Undo that import, or correct it by a posting."
                )
                check.refuse(row_no, "balance", sentence)
        return [change for change in changes if not change[2][4]]

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """An account's earliest balance opens its ledger, if that is not open and no posting lies before the day."""
        cursor.execute(
            f"UPDATE {ROWS} AS s SET opens_ledger = true"  # noqa: S608
            f" WHERE s.is_new AND s.day = (SELECT min(day) FROM {ROWS} WHERE account_id = s.account_id)"
            " AND NOT EXISTS (SELECT 1 FROM deposits_balancecontrol WHERE account_id = s.account_id AND opens_ledger)"
            " AND NOT EXISTS (SELECT 1 FROM deposits_posting WHERE account_id = s.account_id AND posted_on < s.day)"
        )
        cursor.execute(
            f"SELECT s.row_no FROM {ROWS} AS s JOIN deposits_posting AS p ON p.account_id = s.account_id"  # noqa: S608
            " AND p.posted_on <= s.day WHERE s.opens_ledger GROUP BY s.row_no, s.balance_fen"
            " HAVING s.balance_fen - sum(p.amount_fen) NOT BETWEEN %s AND %s ORDER BY 1",
            [MIN_BIGINT, MAX_BIGINT],
        )
        refuse_too_far(check, cursor)
        cursor.execute(
            "SELECT count(*) FILTER (WHERE opens_ledger), count(*) FILTER (WHERE NOT opens_ledger)"  # noqa: S608
            f" FROM {ROWS}"
        )
        opening, control = cursor.fetchone()
        cursor.execute(
            f"SELECT organization_closed_until(branch_id) + 1, count(*) FROM {ROWS}"  # noqa: S608
            " WHERE opens_ledger AND day <= organization_closed_until(branch_id) GROUP BY 1"
        )
        check.late.update(dict(cursor.fetchall()))
        if opening:
            check.note(gettext_lazy("%(count)d rows open the ledger of their account."), count=opening)
        if control:
            check.note(gettext_lazy("%(count)d rows are controls: the ledger must agree with them."), count=control)

    def insert(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """The opening posting: the day's closing balance less what was posted on that day already."""
        cursor.execute(
            "INSERT INTO deposits_posting (account_id, branch_id, posted_on, entered_on, value_on,"  # noqa: S608
            " serial_no, line,"
            " amount_fen, source, batch_id, row_no) SELECT s.account_id, s.branch_id, s.day,"
            " greatest(s.day, organization_closed_until(s.branch_id) + 1), s.day, %s, 1,"
            " s.balance_fen - coalesce((SELECT"
            " sum(amount_fen) FROM deposits_posting AS p WHERE p.account_id = s.account_id AND"
            " p.posted_on <= s.day), 0),"
            f" 'opening', s.batch_id, s.row_no FROM {ROWS} AS s WHERE s.is_new AND s.opens_ledger",
            [OPENING],
        )

    def refuse_undo(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        refuse_where_balances_stand_on(cursor, batch)

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute("DELETE FROM deposits_posting WHERE batch_id = %s AND source = 'opening'", [batch.pk])


class ControlTotals(ImportKind):
    """The general ledger's own totals of a branch and day."""

    name = "control_totals"
    title = gettext_lazy("General ledger totals")
    chinese = "总账核对"
    model = ControlTotal
    changes = True
    key_length = 2
    columns = (
        Column("branch_code", "机构号", identifier(20), required=True, example="0101"),
        Column("date", "日期", day(), required=True, example="2026-10-31"),
        Column("accounts", "户数", integer(minimum=0, maximum=2**31 - 1), required=True, example="1,250"),
        Column("balance", "余额合计", amount(), required=True, example="40,741,577.58"),
    )
    fields = (
        Field("branch_id", "branch_code"),
        Field("day", "date"),
        Field("accounts", "accounts"),
        Field("balance_fen", "balance"),
        Field("brought_by_id"),
        Field("explanation"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.branches = Lookup(BRANCH_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        branches = self.branches.fetch(values[0] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (code, day_, accounts, balance) in rows:
            branch: Any = branches.get(code)
            if branch is None or not check.reaches(branch[0]):
                check.refuse(row_no, "branch_code", _("There is no branch %(code)s.") % {"code": code})
            else:
                records.append((row_no, (branch[0], day_, accounts, balance, check.actor.employee_id, "")))
        return records

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        for row_no, _record, stored in changes:
            if check.is_closed(stored[0], stored[1]):
                sentence = _("The month of %(day)s is closed; what it was checked against stays.")
                check.refuse(row_no, "date", sentence % {"day": stored[1]})
        return [change for change in changes if not check.is_closed(change[2][0], change[2][1])]

    def update(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Another total asks for another look: an accepted difference was that of the former one."""
        cursor.execute(
            "UPDATE deposits_controltotal AS t SET brought_by_id = %s, explanation = '',"  # noqa: S608
            " accepted_by_id = NULL,"
            f" accepted_at = NULL FROM {ROWS} AS s WHERE NOT s.is_new AND t.branch_id = s.branch_id AND t.day = s.day",
            [batch.uploaded_by_id],
        )
