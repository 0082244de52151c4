"""The deposit ledger, as files bring it in: postings, or closing balances from which postings are made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import RuleError
from common.money import MAX_BIGINT, MIN_BIGINT
from common.tabular import Column, amount, choice, day, identifier, integer
from deposits.imports.accounts import account_column
from deposits.models import Posting
from organization.importing import Check, Field, ImportKind, Lookup, Record, Row, copy_line, stored_records
from organization.models import ImportBatch
from organization.staging import ROWS

OUTSIDE = gettext_lazy(
    "%(count)d rows lie outside their account’s opening and closing days. They count, as exceptions."
)
# The serial number of a posting that a day's closing balance makes.
END_OF_DAY = "EOD"
TRANSACTION = Posting.Source.TRANSACTION.value


# As ACCOUNT_SQL, and the day of the account's last posting: later rows cannot be stored yet and need no look.
LEDGER_SQL = """
SELECT a.account_no, a.id, a.branch_id, a.opened_on, a.closed_on, c.day, last.posted_on
FROM unnest(%s::text[]) AS given (number)
JOIN deposits_depositaccount AS a ON a.account_no = given.number
LEFT JOIN deposits_balancecontrol AS c ON c.account_id = a.id AND c.opens_ledger
LEFT JOIN LATERAL (
    SELECT posted_on FROM deposits_posting WHERE account_id = a.id ORDER BY posted_on DESC LIMIT 1) AS last ON true
"""


class _OfLedger(ImportKind):
    """What both forms of the ledger share."""

    model = Posting
    key_length = 4
    held_over = ("posted_on", "entered_on")
    held_over_sentence = gettext_lazy(
        "%(count)d rows are dated in a closed month. They are entered on %(day)s, with an adjustment of the accumulated"
        " balance for the days between."
    )
    counts_from = "entered_on"
    opens_months = True

    def __init__(self) -> None:
        super().__init__()
        self.accounts = Lookup(LEDGER_SQL)
        # Opening day of the ledger by account; rows of this chunk that may be stored already.
        self.opened: dict[int, dt.date] = {}
        self.perhaps_stored: list[Row] = []

    def known(self, check: Check, rows: Sequence[Row]) -> Mapping[Record, Record]:
        looked_up, self.perhaps_stored = self.perhaps_stored, []
        return stored_records(self, looked_up)

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        """No posting comes into the days that the opening balance of its account contains."""
        if not self.opened:
            return rows
        get, never = self.opened.get, dt.date.min
        contained = [row for row in rows if row[1][1] <= get(row[1][0], never)]
        for row_no, record in contained:
            self.in_opening(check, row_no, self.opened[record[0]])
        return [row for row in rows if row[1][1] > get(row[1][0], never)] if contained else rows

    def refuse_undo(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        refuse_where_balances_stand_on(cursor, batch)

    def no_account(self, check: Check, row_no: int, number: str) -> None:
        check.refuse(row_no, "account_no", _("There is no account %(number)s.") % {"number": number})

    def in_opening(self, check: Check, row_no: int, opened: dt.date) -> None:
        sentence = _("The ledger of this account opens with its balance of %(day)s, which contains this day.")
        check.refuse(row_no, "date", sentence % {"day": opened})


def refuse_where_balances_stand_on(cursor: CursorWrapper, batch: ImportBatch) -> None:
    """A closing balance of another file was set over these postings: without them it would be another.

    Raises: RuleError that names row, account and day.
    """
    cursor.execute(
        "SELECT p.row_no, a.account_no, s.posted_on FROM deposits_posting AS p"
        " JOIN deposits_posting AS s ON s.account_id = p.account_id AND s.posted_on >= p.posted_on"
        " AND s.source <> 'transaction' AND s.batch_id <> p.batch_id"
        " JOIN deposits_depositaccount AS a ON a.id = p.account_id WHERE p.batch_id = %s ORDER BY p.row_no LIMIT 1",
        [batch.pk],
    )
    if found := cursor.fetchone():
        raise RuleError(
            _("The balance of account %(account)s on %(day)s was set over row %(row)d. Undo that import first.")
            % {"row": found[0], "account": found[1], "day": found[2]}
        )


def refuse_too_far(check: Check, cursor: CursorWrapper) -> None:
    """Refuses the rows that the cursor names: no amount can make up their balance."""
    for (row_no,) in cursor.fetchall():
        sentence = _("This balance is further from the ledger than any amount can be. Check the figure.")
        check.refuse(row_no, "balance", sentence)


class DepositTransactions(_OfLedger):
    """Postings 流水, one a row; the amount in one of three forms."""

    name = "deposit_transactions"
    title = gettext_lazy("Deposit postings")
    chinese = "存款流水"
    alternatives = (("amount",), ("credit", "debit"))
    columns = (
        Column("serial_no", "流水号", identifier(40), required=True, example="000001"),
        account_column(),
        Column("date", "交易日期", day(), required=True, example="2026-10-05", aliases=("记账日期",)),
        Column(
            "amount",
            "发生额",
            amount(),
            example="2,500.50",
            help=gettext_lazy("Credit above zero, debit below."),
            aliases=("交易金额",),
        ),
        Column("credit", "贷方发生额", amount(), help=gettext_lazy("In place of the amount.")),
        Column("debit", "借方发生额", amount(), help=gettext_lazy("In place of the amount.")),
        Column("balance", "余额", amount(), help=gettext_lazy("After the posting: a control, not a figure.")),
        Column("value_on", "起息日", day(), help=gettext_lazy("Empty: the posting day.")),
        Column("line", "序号", integer(minimum=1, maximum=2**31 - 1), default=1),
        Column(
            "dc", "借贷标志", choice({"C": "贷", "D": "借"}), default="", help=gettext_lazy("With an unsigned amount.")
        ),
    )
    fields = (
        Field("account_id", "account_no"),
        Field("posted_on", "date"),
        Field("serial_no", "serial_no"),
        Field("line", "line"),
        Field("branch_id"),
        Field("entered_on"),
        Field("value_on", "value_on"),
        # In whichever form the file says it, it is there: compared whenever the day is.
        Field("amount_fen", "date"),
        Field("balance_fen", "balance"),
        Field("source"),
    )

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        accounts = self.accounts.fetch({values[1] for _row_no, values in rows})
        open_from, reached = check.open_from, check.branches
        records: list[Row] = []
        outside = 0
        for row_no, (serial, number, day_, fen, credit, debit, balance, value_on, line, dc) in rows:
            account: Any = accounts.get(number)
            if account is None or (reached is not None and account[1] not in reached):
                self.no_account(check, row_no, number)
                continue
            account_id, branch_id, opened_on, closed_on, ledger_opens, last_posted = account
            if ledger_opens is not None:
                self.opened[account_id] = ledger_opens
            if dc or credit is not None or debit is not None or fen is None:
                signed = self._signed(check, row_no, fen, credit, debit, dc)
                if signed is None:
                    continue
                fen = signed
            if day_ < opened_on or (closed_on is not None and day_ > closed_on):
                outside += 1
            first_open = open_from.get(branch_id)
            entered_on = first_open if first_open is not None and day_ < first_open else day_
            record = (
                account_id,
                day_,
                serial,
                line,
                branch_id,
                entered_on,
                value_on or day_,
                fen,
                balance,
                TRANSACTION,
            )
            row = (row_no, record)
            if last_posted is not None and day_ <= last_posted:
                self.perhaps_stored.append(row)
            records.append(row)
        if outside:
            check.note(OUTSIDE, count=outside)
        return records

    def _signed(
        self, check: Check, row_no: int, fen: int | None, credit: int | None, debit: int | None, dc: str
    ) -> int | None:
        """The amount, credit above zero, from whichever columns hold it; none after a refusal."""
        if dc:
            if fen is None:
                fen = credit if dc == "C" else debit
            if fen is None or fen < 0:
                check.refuse(row_no, "amount", _("Beside a debit or credit mark the amount has no sign."))
                return None
            return fen if dc == "C" else -fen
        if fen is not None and not credit and not debit:
            return fen
        if fen is not None or (credit is None and debit is None) or (credit and debit):
            check.refuse(row_no, "amount", _("Give one amount: the amount itself, or the credit, or the debit."))
            return None
        return (credit or 0) - (debit or 0)

    def lines(self, rows: Sequence[Row], batch_id: int) -> str:
        """As copy_line writes them; every field but the serial number is a number or a day."""
        made = []
        for row_no, (account, posted, serial, line, branch, entered, value, fen, balance, source) in rows:
            if "\\" in serial:
                made.append(
                    copy_line(
                        (account, posted, serial, line, branch, entered, value, fen, balance, source, batch_id, row_no)
                    )
                )
                continue
            last = r"\N" if balance is None else balance
            # Nearly always the three are one day: written once.
            day_ = str(posted)
            entry = day_ if entered is posted else entered
            from_ = day_ if value is posted else value
            made.append(
                f"{account}\t{day_}\t{serial}\t{line}\t{branch}\t{entry}\t{from_}\t{fen}\t{last}\t"
                f"{source}\t{batch_id}\t{row_no}\n"
            )
        return "".join(made)


class DepositDailyBalances(_OfLedger):
    """Closing balances: each row sets a day's, and the posting is the difference."""

    name = "deposit_daily_balances"
    title = gettext_lazy("Daily closing balances")
    chinese = "存款日余额"
    whole_file = True
    columns = (
        account_column(),
        Column("date", "日期", day(), required=True, example="2026-10-05"),
        Column("balance", "余额", amount(), required=True, example="12,500.50"),
    )
    fields = (
        Field("account_id", "account_no"),
        Field("posted_on", "date"),
        Field("serial_no"),
        Field("line"),
        Field("branch_id"),
        Field("entered_on"),
        Field("value_on"),
        Field("amount_fen"),
        Field("balance_fen", "balance"),
        Field("source"),
    )

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        accounts = self.accounts.fetch({values[0] for _row_no, values in rows})
        records: list[Row] = []
        outside = 0
        for row_no, (number, day_, balance) in rows:
            account: Any = accounts.get(number)
            if account is None or not check.reaches(account[1]):
                self.no_account(check, row_no, number)
                continue
            account_id, branch_id, opened_on, closed_on, ledger_opens, last_posted = account
            if ledger_opens is not None:
                self.opened[account_id] = ledger_opens
            outside += day_ < opened_on or (closed_on is not None and day_ > closed_on)
            entered_on = check.entry_day(branch_id, day_)
            # The amount is known once all rows of the file are: check_whole.
            key = (account_id, day_, END_OF_DAY, 1)
            row = (row_no, (*key, branch_id, entered_on, day_, 0, balance, Posting.Source.DAILY.value))
            if last_posted is not None and day_ <= last_posted:
                self.perhaps_stored.append(row)
            records.append(row)
        if outside:
            check.note(OUTSIDE, count=outside)
        return records

    def conflict(self, record: Record, stored: Record) -> str:
        return _("The closing balance of this day has already come in with another amount. Correct it by a posting.")

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """Days of an account come in order; each posting is the day's balance less what stood before it."""
        cursor.execute(
            f"SELECT s.row_no, max(p.posted_on) FROM {ROWS} AS s JOIN deposits_posting AS p ON"  # noqa: S608
            " p.account_id = s.account_id"
            " AND p.posted_on > s.posted_on AND p.source = 'daily' GROUP BY s.row_no ORDER BY 1"
        )
        late = cursor.fetchall()
        # They must not stand before the rows of later days below.
        cursor.execute(f"DELETE FROM {ROWS} WHERE row_no = ANY(%s)", [[row_no for row_no, _latest in late]])  # noqa: S608
        for row_no, latest in late:
            sentence = _("Balances up to %(day)s are already in; days come in order. Correct it by a posting.")
            check.refuse(row_no, "date", sentence % {"day": latest})
        # In numbers without bounds first: two balances may lie further apart than a posting can say.
        cursor.execute(
            "WITH days AS (SELECT row_no, account_id, posted_on, balance_fen, lag(posted_on) OVER w AS before_on,"  # noqa: S608
            f" lag(balance_fen) OVER w AS before_fen FROM {ROWS} WINDOW w AS (PARTITION BY account_id"
            " ORDER BY posted_on)),"
            " difference AS (SELECT d.row_no, d.account_id, d.balance_fen::numeric - coalesce(d.before_fen, 0)"
            " - coalesce(sum(p.amount_fen), 0) AS fen FROM days AS d"
            " LEFT JOIN deposits_posting AS p ON p.account_id = d.account_id AND p.posted_on <= d.posted_on"
            " AND (d.before_on IS NULL OR p.posted_on > d.before_on)"
            " GROUP BY d.row_no, d.account_id, d.balance_fen, d.before_fen),"
            f" made AS (UPDATE {ROWS} AS s SET amount_fen = d.fen FROM difference AS d"
            " WHERE s.row_no = d.row_no AND d.fen BETWEEN %s AND %s)"
            # With one balance the others of its account are refused: they were to stand on it.
            " SELECT row_no FROM difference WHERE account_id IN"
            " (SELECT account_id FROM difference WHERE fen NOT BETWEEN %s AND %s) ORDER BY 1",
            [MIN_BIGINT, MAX_BIGINT] * 2,
        )
        refuse_too_far(check, cursor)
