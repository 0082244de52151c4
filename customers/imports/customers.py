"""Customers and the households they belong to, as files bring them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.pinyin import initials
from common.tabular import Column, choice, identifier, text
from customers.models import LAWS, Assignment, Customer
from customers.rules.identity import kind_of_number, wrong_with
from organization.importing import BRANCH_SQL, Check, Field, ImportKind, Lookup, Record, Row, stored_records
from organization.models import ImportBatch
from organization.staging import ROWS

# Customers by number: id and branch. What a file says of a merged one is the other's into whom it was merged; who reaches
# the branch that the number belongs to may say it.
CUSTOMER_SQL = (
    "SELECT customer_no, coalesce(merged_into_id, id), branch_id FROM customers_customer WHERE customer_no = ANY(%s)"
)


def own_household(customer_no: str) -> str:
    """The number of a household that a customer makes alone; no household of a file begins so."""
    return f"@{customer_no}"


_FAULTY = gettext_lazy(
    "%(count)d ID numbers fail their check. They come in as they are; the list of customers shows those to be mended."
)


class Customers(ImportKind):
    name = "customers"
    title = gettext_lazy("Customers")
    chinese = "客户"
    model = Customer
    changes = True
    columns = (
        Column("customer_no", "客户号", identifier(39), required=True, example="K000001"),
        Column("name", "客户名称", text(120), required=True, example="张三"),
        Column(
            "kind",
            "客户类型",
            choice({"unit": "单位", "individual": "个人", "farm_household": "农户"}),
            required=True,
            example="农户",
        ),
        Column("id_type", "证件类型", text(40), default="", example="身份证"),
        Column("id_number", "证件号码", identifier(40), default=""),
        Column("household_no", "户号", identifier(40), default="", help=gettext_lazy("Empty: a household of its own.")),
        Column("branch_code", "机构号", identifier(20), required=True, example="0101"),
        Column("industry", "行业", text(60), default=""),
        Column("phone", "电话", text(40), default=""),
        Column("address", "地址", text(200), default=""),
    )
    fields = (
        Field("customer_no", "customer_no"),
        Field("name", "name"),
        Field("initials", "name"),
        Field("kind", "kind"),
        Field("id_type", "id_type"),
        Field("id_number", "id_number"),
        Field("identity_fault", "id_number"),
        # Of a merged customer nothing: it belongs to no household, whatever the file says.
        Field(
            "household_no",
            "household_no",
            sql="CASE WHEN t.merged_into_id IS NULL THEN coalesce(h.household_no, '@' || t.customer_no) END",
            db_type="text",
        ),
        Field("branch_id", "branch_code"),
        Field("industry", "industry"),
        Field("phone", "phone"),
        Field("address", "address"),
    )
    joins = (
        "LEFT JOIN customers_householdmember AS m ON m.customer_id = t.id AND m.last_day IS NULL"
        " LEFT JOIN customers_household AS h ON h.id = m.household_id"
    )
    depends_not = frozenset({"customers_householdmember"})

    def __init__(self) -> None:
        super().__init__()
        self.branches = Lookup(BRANCH_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        branches = self.branches.fetch(values[6] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, name, kind, id_type, id_number, household, code, *rest) in rows:
            branch: Any = branches.get(code)
            if branch is None or not check.reaches(branch[0]):
                check.refuse(row_no, "branch_code", _("There is no branch %(code)s.") % {"code": code})
                continue
            fault = wrong_with(id_number, kind_of_number(id_type, kind))
            head = (number, name, initials(name)[:120], kind, id_type, id_number, fault)
            records.append((row_no, (*head, household or own_household(number), branch[0], *rest)))
        return records

    def known(self, check: Check, rows: Sequence[Row]) -> Mapping[Record, Record]:
        """Of a merged customer, the household that the file names is no change."""
        found = stored_records(self, rows)
        at = self.at("household_no")
        for _row_no, record in rows:
            stored = found.get(record[:1])
            if stored is not None and stored[at] is None:
                found[record[:1]] = (*stored[:at], record[at], *stored[at + 1 :])
        return found

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        self._note_faults(check, (record for _row_no, record in rows))
        return rows

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        admitted = self._admit_moves(check, changes)
        self._note_faults(check, (record for _row_no, record, _stored in admitted))
        return admitted

    def _admit_moves(self, check: Check, changes: list[tuple[int, Record, Record]]) -> list[tuple[int, Record, Record]]:
        """Who is assigned to a manager stays at the manager's branch; the law says it once more."""
        at = self.at("branch_id")
        moved = {record[0] for _row_no, record, stored in changes if record[at] != stored[at]}
        held = Assignment.objects.exclude(last_day__lt=timezone.localdate()).filter(customer__customer_no__in=moved)
        numbers = set(held.values_list("customer__customer_no", flat=True)) if moved else set()
        for row_no, record, _stored in changes:
            if record[0] in numbers:
                check.refuse(row_no, "branch_code", str(LAWS["assigned_customer_stays"]))
        return [change for change in changes if change[1][0] not in numbers]

    def _note_faults(self, check: Check, records: Iterable[Record]) -> None:
        """The core bank's file is what it is: a number that fails its check comes in, and is listed to be mended."""
        at = self.at("identity_fault")
        if count := sum(1 for record in records if record[at]):
            check.note(_FAULTY, count=count)

    def prepare(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            f"INSERT INTO customers_household (household_no) SELECT DISTINCT household_no FROM {ROWS}"  # noqa: S608
            " ORDER BY 1 ON CONFLICT (household_no) DO NOTHING"
        )

    def insert(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            "INSERT INTO customers_householdmember (household_id, customer_id)"  # noqa: S608
            f" SELECT h.id, t.id FROM {ROWS} AS s JOIN customers_customer AS t USING (customer_no)"
            " JOIN customers_household AS h ON h.household_no = s.household_no WHERE s.is_new"
        )

    def update(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """A file says which household a customer belongs to, not since when: the membership is corrected.

        Who has left one belongs to the file's from the day after. A head stays behind as a head of nothing: the one of the
        household that the file names is named anew.
        """
        cursor.execute(
            "UPDATE customers_householdmember AS m SET household_id = h.id, is_head = false"  # noqa: S608
            f" FROM {ROWS} AS s JOIN customers_customer AS t USING (customer_no)"
            " JOIN customers_household AS h ON h.household_no = s.household_no"
            " WHERE NOT s.is_new AND t.merged_into_id IS NULL"
            " AND m.customer_id = t.id AND m.last_day IS NULL AND m.household_id <> h.id"
        )
        cursor.execute(
            "INSERT INTO customers_householdmember (household_id, customer_id, first_day)"  # noqa: S608
            " SELECT h.id, t.id, (SELECT max(last_day) + 1 FROM customers_householdmember WHERE customer_id = t.id)"
            f" FROM {ROWS} AS s JOIN customers_customer AS t USING (customer_no)"
            " JOIN customers_household AS h ON h.household_no = s.household_no"
            " WHERE NOT s.is_new AND t.merged_into_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM customers_householdmember WHERE customer_id = t.id AND last_day IS NULL)"
        )

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            "DELETE FROM customers_householdmember AS m USING customers_customer AS t"
            " WHERE t.batch_id = %s AND m.customer_id = t.id",
            [batch.pk],
        )
        cursor.execute(
            "UPDATE customers_householdmember AS m SET household_id = h.id, is_head = false FROM organization_rowchange AS c"
            " JOIN customers_household AS h ON h.household_no = c.before ->> 'household_no'"
            " WHERE c.batch_id = %s AND m.customer_id = (c.before ->> 'id')::bigint AND m.last_day IS NULL"
            " AND m.household_id <> h.id",
            [batch.pk],
        )
