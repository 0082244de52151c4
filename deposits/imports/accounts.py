"""Deposit accounts, as files bring them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.months import Month
from common.tabular import Column, day, identifier, text
from customers.imports import CUSTOMER_SQL
from deposits.models import AccountMonth, Attribution, DepositAccount
from organization.actions.months import mark_stale
from organization.importing import BRANCH_SQL, Check, Field, ImportKind, Lookup, Record, Row
from organization.models import ImportBatch
from organization.staging import ROWS

# Accounts by number: id, branch, opening and closing day, and the day on which a reported balance opened the ledger.
ACCOUNT_SQL = """
SELECT a.account_no, a.id, a.branch_id, a.opened_on, a.closed_on, c.day
FROM deposits_depositaccount AS a LEFT JOIN deposits_balancecontrol AS c ON c.account_id = a.id AND c.opens_ledger
WHERE a.account_no = ANY(%s)
"""


def account_column() -> Column:
    return Column("account_no", "账号", identifier(40), required=True, example="62000000001")


class DepositAccounts(ImportKind):
    """Accounts; a main account may stand in the same file."""

    name = "deposit_accounts"
    title = gettext_lazy("Deposit accounts")
    chinese = "存款账户"
    model = DepositAccount
    changes = True
    whole_file = True
    columns = (
        account_column(),
        Column("customer_no", "客户号", identifier(40), required=True, example="K000001"),
        Column("product", "产品", text(60), required=True, example="活期储蓄"),
        Column("branch_code", "机构号", identifier(20), required=True, example="0101"),
        Column("opened_on", "开户日期", day(), required=True, example="2026-01-05"),
        Column("closed_on", "销户日期", day()),
        Column("matures_on", "到期日", day()),
        Column("parent_account_no", "主账号", identifier(40), default=""),
    )
    fields = (
        Field("account_no", "account_no"),
        Field("customer_id", "customer_no"),
        Field("product", "product"),
        Field("branch_id", "branch_code"),
        Field("opened_on", "opened_on"),
        Field("closed_on", "closed_on"),
        Field("matures_on", "matures_on"),
        Field("parent_account_no", "parent_account_no", sql="coalesce(p.account_no, '')", db_type="text"),
    )
    joins = "LEFT JOIN deposits_depositaccount AS p ON p.id = t.parent_account_id"
    depends_not = frozenset({"deposits_accountmonth"})

    def __init__(self) -> None:
        super().__init__()
        self.branches, self.customers = Lookup(BRANCH_SQL), Lookup(CUSTOMER_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        customers = self.customers.fetch(values[1] for _row_no, values in rows)
        branches = self.branches.fetch(values[3] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, customer_no, product, code, opened_on, closed_on, *rest) in rows:
            branch: Any = branches.get(code)
            customer: Any = customers.get(customer_no)
            if branch is None or not check.reaches(branch[0]):
                check.refuse(row_no, "branch_code", _("There is no branch %(code)s.") % {"code": code})
            elif customer is None or not check.reaches(customer[1]):
                check.refuse(row_no, "customer_no", _("There is no customer %(number)s.") % {"number": customer_no})
            elif closed_on is not None and closed_on < opened_on:
                check.refuse(row_no, "closed_on", _("The closing day lies before the opening day."))
            else:
                records.append((row_no, (number, customer[0], product, branch[0], opened_on, closed_on, *rest)))
        return records

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        """An account with postings or attributions keeps its branch."""
        moved = [change[1][0] for change in changes if change[1][3] != change[2][3]]
        if not moved:
            return changes
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_no FROM deposits_depositaccount AS a WHERE account_no = ANY(%s) AND (EXISTS"
                " (SELECT 1 FROM deposits_posting WHERE account_id = a.id) OR EXISTS"
                " (SELECT 1 FROM deposits_attribution WHERE account_id = a.id))",
                [moved],
            )
            kept = {number for (number,) in cursor.fetchall()}
        for row_no, record, stored in changes:
            if record[3] != stored[3] and record[0] in kept:
                check.refuse(row_no, "branch_code", _("An account with postings or attributions keeps its branch."))
        return [change for change in changes if change[1][3] == change[2][3] or change[1][0] not in kept]

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        cursor.execute(
            f"SELECT row_no, parent_account_no FROM {ROWS} AS s WHERE parent_account_no <> ''"  # noqa: S608
            f" AND NOT EXISTS (SELECT 1 FROM {ROWS} WHERE account_no = s.parent_account_no AND branch_id = s.branch_id)"
            " AND NOT EXISTS (SELECT 1 FROM deposits_depositaccount WHERE account_no = s.parent_account_no"
            " AND branch_id = s.branch_id)"
        )
        for row_no, number in cursor.fetchall():
            sentence = _("There is no account %(number)s at this branch.")
            check.refuse(row_no, "parent_account_no", sentence % {"number": number})
        cursor.execute(f"SELECT row_no FROM {ROWS} WHERE parent_account_no = account_no")  # noqa: S608
        for (row_no,) in cursor.fetchall():
            check.refuse(row_no, "parent_account_no", _("An account is not its own main account."))

    def prepare(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Locks the branches before their accounts, as whoever attributes accounts does."""
        cursor.execute(
            "SELECT 1 FROM organization_branch WHERE id IN"  # noqa: S608
            f" (SELECT branch_id FROM {ROWS}) ORDER BY id FOR NO KEY UPDATE"
        )

    def insert(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            f"UPDATE deposits_depositaccount AS t SET parent_account_id = p.id FROM {ROWS} AS s"  # noqa: S608
            " LEFT JOIN deposits_depositaccount AS p ON p.account_no = s.parent_account_no"
            " WHERE t.account_no = s.account_no AND t.parent_account_id IS DISTINCT FROM p.id"
        )

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Former main accounts of changed accounts; the empty lines that computed months hold for new ones; to whom the new
        ones were attributed by themselves."""
        months = AccountMonth.objects.filter(account__batch=batch)
        firsts = months.values_list("branch_id").annotate(first=Min("month")).order_by("branch_id")
        mark_stale(first_days=[(branch_id, Month.of(first)) for branch_id, first in firsts])
        months.delete()
        Attribution.objects.filter(account__batch=batch, assignment__isnull=False).delete()
        cursor.execute(
            "UPDATE deposits_depositaccount AS t SET parent_account_id = p.id FROM organization_rowchange AS c"
            " LEFT JOIN deposits_depositaccount AS p ON p.account_no = c.before ->> 'parent_account_no'"
            " WHERE c.batch_id = %s AND c.before ? 'parent_account_no' AND t.id = (c.before ->> 'id')::bigint",
            [batch.pk],
        )
