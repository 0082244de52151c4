"""Loans, their schedules and repayments, as files bring them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.tabular import Column, amount, choice, day, identifier, scaled
from customers.imports import CUSTOMER_SQL
from loans.models import Instalment, Loan, Repayment
from organization.importing import BRANCH_SQL, EMPLOYEE_SQL, Check, Field, ImportKind, Lookup, Record, Row
from organization.models import ImportBatch
from organization.staging import ROWS

Changes = list[tuple[int, Record, Record]]

# Loans by number: id, branch, first day of grant.
LOAN_SQL = "SELECT loan_no, id, branch_id, granted_on FROM loans_loan WHERE loan_no = ANY(%s)"


class Loans(ImportKind):
    """Loans as the bank has granted them. What breaks the regulation comes in and is named with its article."""

    name = "loans"
    title = gettext_lazy("Loans")
    chinese = "贷款"
    model = Loan
    changes = True
    whole_file = True
    held_over = ("granted_on", "entered_on")
    counts_from = "entered_on"
    columns = (
        Column("loan_no", "借据号", identifier(40), required=True, example="JJ202600001"),
        Column("customer_no", "客户号", identifier(40), required=True, example="K000001"),
        Column("branch_code", "机构号", identifier(20), required=True, example="0101"),
        Column("manager_no", "客户经理工号", identifier(20), required=True, example="S101"),
        Column("granted_on", "发放日期", day(), required=True, example="2026-03-05"),
        Column("due_on", "到期日期", day(), required=True, example="2026-12-20"),
        Column("principal", "金额", amount(minimum=1), required=True, example="30,000.00", aliases=("贷款金额",)),
        Column(
            "security",
            "担保方式",
            choice({"manager_guarantee": "客户经理保证", "mortgage": "抵押", "pledge": "质押", "other": "其他"}),
            required=True,
            example="抵押",
        ),
        Column(
            "annual_rate",
            "年利率",
            scaled(4, minimum=0, maximum=1_000_000),
            example="8.40",
            help=gettext_lazy("Percent a year."),
        ),
        Column(
            "classification",
            "五级分类",
            choice(
                {"normal": "正常", "special_mention": "关注", "substandard": "次级", "doubtful": "可疑", "loss": "损失"}
            ),
            default="normal",
            example="正常",
        ),
    )
    fields = (
        Field("loan_no", "loan_no"),
        Field("customer_id", "customer_no"),
        Field("branch_id", "branch_code"),
        Field("manager_id", "manager_no"),
        Field("granted_on", "granted_on"),
        Field("entered_on"),
        Field("due_on", "due_on"),
        Field("principal_fen", "principal"),
        Field("security", "security"),
        Field("annual_rate_ppm", "annual_rate"),
        Field("classification", "classification"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.branches, self.customers, self.people = Lookup(BRANCH_SQL), Lookup(CUSTOMER_SQL), Lookup(EMPLOYEE_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        customers = self.customers.fetch(values[1] for _row_no, values in rows)
        branches = self.branches.fetch(values[2] for _row_no, values in rows)
        people = self.people.fetch(values[3] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, customer_no, code, manager_no, granted_on, due_on, *rest) in rows:
            branch: Any = branches.get(code)
            customer: Any = customers.get(customer_no)
            manager: Any = people.get(manager_no)
            if branch is None or not check.reaches(branch[0]):
                check.refuse(row_no, "branch_code", _("There is no branch %(code)s.") % {"code": code})
            elif customer is None or not check.reaches(customer[1]):
                check.refuse(row_no, "customer_no", _("There is no customer %(number)s.") % {"number": customer_no})
            elif manager is None or not check.reaches(manager[1]):
                check.refuse(row_no, "manager_no", _("There is no employee %(number)s.") % {"number": manager_no})
            elif due_on < granted_on:
                check.refuse(row_no, "due_on", _("The due day lies before the day of grant."))
            else:
                entered_on = check.entry_day(branch[0], granted_on)
                record = (number, customer[0], branch[0], manager[0], granted_on, entered_on, due_on, *rest)
                records.append((row_no, record))
        return records

    def admit_changes(self, check: Check, changes: Changes) -> Changes:
        """Number, branch, manager, grant and principal stay once the month of the grant is closed."""
        counted = [self.at(name) for name in ("branch_id", "manager_id", "granted_on", "principal_fen")]
        branch, entered_on = self.at("branch_id"), self.at("entered_on")
        admitted = []
        for change in changes:
            row_no, record, stored = change
            touched = any(record[position] != stored[position] for position in counted)
            if touched and check.is_closed(stored[branch], stored[entered_on]):
                sentence = _("The month of %(day)s is closed and has counted this loan; what it counted stays.")
                check.refuse(row_no, None, sentence % {"day": stored[entered_on]})
            else:
                admitted.append(change)
        return admitted

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """Imported facts are never refused for breaking a rule of the regulation: the preview names them."""
        cursor.execute(
            f"SELECT count(*) FROM {ROWS}"  # noqa: S608
            " WHERE due_on > make_date(extract(year FROM granted_on)::int, 12, 31)"
        )
        if count := cursor.fetchone()[0]:
            check.note(
                gettext_lazy("%(count)d loans fall due after the year of their grant. They come in as facts."),
                "10",
                count,
            )
        cursor.execute(
            "WITH guaranteed AS (SELECT loan_no, customer_id, principal_fen, row_no"  # noqa: S608
            f" FROM {ROWS} WHERE security = 'manager_guarantee' UNION ALL"
            " SELECT loan_no, customer_id, principal_fen, NULL FROM loans_loan AS t WHERE security ="
            " 'manager_guarantee'"
            f" AND loan_no NOT IN (SELECT loan_no FROM {ROWS})), households AS (SELECT"
            " coalesce(m.household_id, -customer_id) AS home,"
            " sum(principal_fen) AS principal, count(row_no) AS rows FROM guaranteed LEFT JOIN"
            " customers_householdmember AS m"
            " USING (customer_id) WHERE m.last_day IS NULL GROUP BY 1)"
            " SELECT coalesce(sum(rows), 0) FROM households WHERE principal > %s AND rows > 0",
            [settings.GUARANTEE_LIMIT_FEN],
        )
        if count := int(cursor.fetchone()[0]):
            sentence = gettext_lazy(
                "%(count)d loans are guaranteed by managers beyond the limit of a household. They come in as facts."
            )
            check.note(sentence, "10", count)

    def update(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """A corrected day of grant is entered anew; where its month was closed the change has been refused."""
        cursor.execute(
            "UPDATE loans_loan AS t SET entered_on = greatest(t.granted_on,"  # noqa: S608
            " organization_closed_until(t.branch_id) + 1)"
            f" FROM {ROWS} AS s WHERE s.loan_no = t.loan_no AND NOT s.is_new"
            " AND t.entered_on > coalesce(organization_closed_until(t.branch_id), '-infinity')"
        )

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """The former day of grant and its entry day, which go together."""
        cursor.execute(
            "UPDATE loans_loan AS t SET granted_on = (c.before ->> 'granted_on')::date, entered_on ="
            " greatest((c.before ->> 'granted_on')::date, organization_closed_until(t.branch_id) + 1)"
            " FROM organization_rowchange AS c WHERE c.batch_id = %s AND c.before ? 'granted_on'"
            " AND t.id = (c.before ->> 'id')::bigint",
            [batch.pk],
        )


class _OfLoans(ImportKind):
    """What rows of a loan share: the loan that they name and its branch."""

    def __init__(self) -> None:
        super().__init__()
        self.loans = Lookup(LOAN_SQL)

    def loan(self, check: Check, row_no: int, number: str, found: Any) -> bool:
        if found is None or not check.reaches(found[1]):
            check.refuse(row_no, "loan_no", _("There is no loan %(number)s.") % {"number": number})
            return False
        return True


class LoanSchedule(_OfLoans):
    """Principal and interest due, by day."""

    name = "loan_schedule"
    title = gettext_lazy("Loan schedules")
    chinese = "还款计划"
    model = Instalment
    changes = True
    key_length = 2
    held_over = ("due_on", "entered_on")
    counts_from = "entered_on"
    columns = (
        Column("loan_no", "借据号", identifier(40), required=True, example="JJ202600001"),
        Column("due_on", "应还日期", day(), required=True, example="2026-06-20"),
        Column("principal", "应还本金", amount(minimum=0), required=True, example="10,000.00"),
        Column("interest", "应还利息", amount(minimum=0), default=0, example="210.00"),
    )
    fields = (
        Field("loan_id", "loan_no"),
        Field("due_on", "due_on"),
        Field("branch_id"),
        Field("entered_on"),
        Field("principal_fen", "principal"),
        Field("interest_fen", "interest"),
    )

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        loans = self.loans.fetch(values[0] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, due_on, principal, interest) in rows:
            loan: Any = loans.get(number)
            if not self.loan(check, row_no, number, loan):
                continue
            if due_on < loan[2]:
                check.refuse(row_no, "due_on", _("The due day lies before the day of grant."))
                continue
            entered_on = check.entry_day(loan[1], due_on)
            records.append((row_no, (loan[0], due_on, loan[1], entered_on, principal, interest)))
        return records

    def admit_changes(self, check: Check, changes: Changes) -> Changes:
        admitted = []
        for change in changes:
            row_no, _record, stored = change
            if check.is_closed(stored[2], stored[3]):
                sentence = _("The month of %(day)s is closed; its schedule no longer changes.")
                check.refuse(row_no, "due_on", sentence % {"day": stored[3]})
            else:
                admitted.append(change)
        return admitted

    def touched_by_change(self, record: Record, stored: Record) -> dt.date:
        day: dt.date = stored[3]
        return day


class Repayments(_OfLoans):
    """Principal and interest that came back."""

    name = "repayments"
    title = gettext_lazy("Repayments")
    chinese = "还款"
    model = Repayment
    key_length = 3
    held_over = ("paid_on", "entered_on")
    counts_from = "entered_on"
    columns = (
        Column("serial_no", "流水号", identifier(40), required=True, example="R000001"),
        Column("loan_no", "借据号", identifier(40), required=True, example="JJ202600001"),
        Column("date", "日期", day(), required=True, example="2026-06-20", aliases=("还款日期",)),
        Column("principal", "本金", amount(), required=True, example="10,000.00", aliases=("收回本金",)),
        Column("interest", "利息", amount(), required=True, example="210.00", aliases=("收回利息",)),
    )
    fields = (
        Field("loan_id", "loan_no"),
        Field("paid_on", "date"),
        Field("serial_no", "serial_no"),
        Field("branch_id"),
        Field("entered_on"),
        Field("principal_fen", "principal"),
        Field("interest_fen", "interest"),
    )

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        loans = self.loans.fetch(values[1] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (serial_no, number, paid_on, principal, interest) in rows:
            loan: Any = loans.get(number)
            if not self.loan(check, row_no, number, loan):
                continue
            if paid_on < loan[2]:
                check.refuse(row_no, "date", _("The repayment lies before the day of grant."))
                continue
            entered_on = check.entry_day(loan[1], paid_on)
            records.append((row_no, (loan[0], paid_on, serial_no, loan[1], entered_on, principal, interest)))
        return records
