"""Assignments of customers to account managers, as files bring them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.tabular import Column, choice, day, identifier
from customers.imports.customers import CUSTOMER_SQL
from customers.models import Assignment
from organization.importing import EMPLOYEE_SQL, Check, Field, ImportKind, Lookup, Row
from organization.staging import ROWS

# The file's rows beside what is stored and not replaced by them.
_WHOLE = f"""
whole AS (
    SELECT row_no, customer_id, first_day, last_day FROM {ROWS}
    UNION ALL
    SELECT NULL, t.customer_id, t.first_day, t.last_day FROM customers_assignment AS t
    WHERE t.customer_id IN (SELECT customer_id FROM {ROWS}) AND NOT EXISTS (
        SELECT 1 FROM {ROWS} AS s
        WHERE s.customer_id = t.customer_id AND s.manager_id = t.manager_id AND s.first_day = t.first_day))
"""  # noqa: S608


class CustomerAssignments(ImportKind):
    """Customer → manager by days, as existing or newly developed (article 9(1)).

    The days of a customer's assignments do not overlap, and each lies within its manager's days in office at the customer's
    branch; a file that moves a customer ends the old row and brings the new one.
    """

    name = "customer_assignments"
    title = gettext_lazy("Customer assignments")
    chinese = "客户归属"
    model = Assignment
    changes = True
    whole_file = True
    key_length = 3
    columns = (
        Column("customer_no", "客户号", identifier(39), required=True, example="K000001"),
        Column("manager_no", "客户经理工号", identifier(20), required=True, example="S101", aliases=("工号",)),
        Column("from", "起始日", day(), required=True, example="2026-01-01"),
        Column("to", "终止日", day(), help=gettext_lazy("Empty: open.")),
        Column("basis", "来源", choice({"assigned": "存量", "developed": "新增"}), default="assigned", example="存量"),
    )
    fields = (
        Field("customer_id", "customer_no"),
        Field("manager_id", "manager_no"),
        Field("first_day", "from"),
        Field("branch_id"),
        Field("last_day", "to"),
        Field("basis", "basis"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.customers, self.people = Lookup(CUSTOMER_SQL), Lookup(EMPLOYEE_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        customers = self.customers.fetch({values[0] for _row_no, values in rows})
        people = self.people.fetch({values[1] for _row_no, values in rows})
        records: list[Row] = []
        for row_no, (number, manager_no, first, last, basis) in rows:
            customer: Any = customers.get(number)
            manager: Any = people.get(manager_no)
            if customer is None or not check.reaches(customer[1]):
                check.refuse(row_no, "customer_no", _("There is no customer %(number)s.") % {"number": number})
            elif manager is None or not (check.reaches(manager[1]) or manager[1] == customer[1]):
                check.refuse(row_no, "manager_no", _("There is no manager %(number)s.") % {"number": manager_no})
            elif last is not None and last < first:
                check.refuse(row_no, "to", _("The last day lies before the first."))
            else:
                records.append((row_no, (customer[0], manager[0], first, customer[1], last, basis)))
        return records

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """A customer has one manager on any day, in office at the customer's branch, and is not put aside."""
        cursor.execute(
            f"WITH {_WHOLE} SELECT s.row_no, min(greatest(s.first_day, w.first_day)) FROM {ROWS} AS s"  # noqa: S608
            " JOIN whole AS w ON w.customer_id = s.customer_id AND w.row_no IS DISTINCT FROM s.row_no"
            " AND daterange(w.first_day, w.last_day, '[]') && daterange(s.first_day, s.last_day, '[]')"
            " GROUP BY s.row_no ORDER BY 1"
        )
        for row_no, day_ in cursor.fetchall():
            sentence = _("On %(day)s this customer would have two managers. End the one before the other begins.")
            check.refuse(row_no, "from", sentence % {"day": day_})
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
            sentence = _("The manager is not in office at the customer’s branch on all of these days (article 14).")
            check.refuse(row_no, "manager_no", sentence)
        cursor.execute(
            f"SELECT s.row_no FROM {ROWS} AS s JOIN customers_customer AS c ON c.id = s.customer_id"  # noqa: S608
            " WHERE c.archived_at IS NOT NULL AND s.is_new ORDER BY 1"
        )
        for (row_no,) in cursor.fetchall():
            check.refuse(row_no, "customer_no", _("This customer is put aside. Nobody is assigned to it any more."))
