"""Appointments, targets, monthly costs and conduct entries, as files bring them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import RuleError
from common.months import Month
from common.tabular import Column, amount, choice, day, hundredths, identifier, month, text
from managers.models import Appointment, ConductEntry, Indicator, MonthlyCost, Target
from managers.rules.words import INDICATOR_WORDS, TARGET_KIND_WORDS
from organization.importing import (
    BRANCH_SQL,
    EMPLOYEE_SQL,
    HEAD_OFFICE_ROLES,
    Check,
    Field,
    ImportKind,
    Lookup,
    Record,
    Row,
)
from organization.models import ImportBatch, Role
from organization.staging import ROWS

ENTRY_INDICATORS = (Indicator.COMPLIANCE, Indicator.CONDUCT)
_SMALL = 2**31 - 1


# Offices of employees: number, then id, own branch, and one array each of branches, first and last days.
OFFICE_SQL = """
SELECT e.employee_no, e.id, e.branch_id, array_agg(o.branch_id ORDER BY o.first_day) FILTER (WHERE o.id IS NOT NULL),
       array_agg(o.first_day ORDER BY o.first_day) FILTER (WHERE o.id IS NOT NULL),
       array_agg(coalesce(o.last_day, DATE '9999-12-31') ORDER BY o.first_day) FILTER (WHERE o.id IS NOT NULL)
FROM organization_employee AS e LEFT JOIN managers_appointment AS o ON o.employee_id = e.id
WHERE e.employee_no = ANY(%s) GROUP BY e.id
"""


def offices(found: tuple[Any, ...]) -> list[tuple[int, dt.date, dt.date]]:
    """Branch, first and last day of each appointment, in order; what OFFICE_SQL has found for a number."""
    return list(zip(found[2] or (), found[3] or (), found[4] or (), strict=True))


class Appointments(ImportKind):
    """Managers already in office when the system is taken into use: the appointment, its contract and the role."""

    name = "appointments"
    title = gettext_lazy("Appointments")
    chinese = "任职"
    model = Appointment
    roles = HEAD_OFFICE_ROLES
    for_union = True
    changes = True
    whole_file = True
    key_length = 2
    counts_from = "first_day"
    columns = (
        Column("employee_no", "工号", identifier(20), required=True, example="S101"),
        Column("from", "任职日期", day(), required=True, example="2026-01-01", aliases=("起始日",)),
        Column("to", "离任日期", day(), aliases=("终止日",)),
        Column("scheme", "考核方式", choice(dict(TARGET_KIND_WORDS)), default="composite", example="综合"),
        Column("contract_no", "合同号", text(40), default="", example="HT-2026-001"),
    )
    fields = (
        Field("employee_id", "employee_no"),
        Field("first_day", "from"),
        Field("branch_id"),
        Field("last_day", "to"),
        Field("target_kind", "scheme", sql="c.target_kind", db_type="text"),
        Field("contract_no", "contract_no", sql="c.contract_no", db_type="text"),
    )
    joins = (
        "LEFT JOIN LATERAL (SELECT target_kind, contract_no FROM managers_contract WHERE appointment_id = t.id"
        " ORDER BY first_day DESC LIMIT 1) AS c ON true"
    )
    depends_not = frozenset({"managers_contract"})

    def __init__(self) -> None:
        super().__init__()
        self.employees = Lookup(EMPLOYEE_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        employees = self.employees.fetch(values[0] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, first, last, target_kind, contract_no) in rows:
            employee: Any = employees.get(number)
            if employee is None or not check.reaches(employee[1]):
                check.refuse(row_no, "employee_no", _("There is no employee %(number)s.") % {"number": number})
            elif employee[0] == check.actor.employee_id:
                check.refuse(row_no, "employee_no", _("Nobody appoints himself or herself. Ask another person."))
            elif last is not None and last < first:
                check.refuse(row_no, "to", _("The last day lies before the first."))
            else:
                records.append((row_no, (employee[0], first, employee[1], last, target_kind, contract_no)))
        return records

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self._is_open(check, row[0], row[1], row[1][1])]

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        return [
            change
            for change in changes
            if self._is_open(check, change[0], change[2], self.touched_by_change(change[1], change[2]))
        ]

    def touched_by_change(self, record: Record, stored: Record) -> dt.date:
        """Another last day touches the days between; another kind of target the whole term."""
        if record[4:] != stored[4:]:
            return stored[1]
        ends = [end for end in (record[3], stored[3]) if end is not None]
        return min(ends) + dt.timedelta(days=1) if ends else stored[1]

    def _is_open(self, check: Check, row_no: int, record: Record, day: dt.date) -> bool:
        """Whether no day of a closed month is touched; those before the system was in use never closed."""
        if check.is_closed(record[2], day):
            sentence = _("The month of %(day)s is closed; its managers no longer change.")
            check.refuse(row_no, "from", sentence % {"day": day})
            return False
        return True

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """Nobody holds two appointments on one day."""
        cursor.execute(
            "WITH whole AS (SELECT row_no, employee_id, daterange(first_day, last_day, '[]') AS"  # noqa: S608
            " days, first_day"
            f" FROM {ROWS} UNION ALL SELECT NULL, t.employee_id, daterange(t.first_day, t.last_day, '[]'), t.first_day"
            " FROM managers_appointment AS t WHERE NOT EXISTS (SELECT 1 FROM import_rows AS s"
            " WHERE s.employee_id = t.employee_id AND s.first_day = t.first_day))"
            f" SELECT DISTINCT s.row_no, o.first_day FROM {ROWS} AS s JOIN whole AS o ON o.employee_id = s.employee_id"
            " AND o.first_day <> s.first_day AND o.days && daterange(s.first_day, s.last_day, '[]') ORDER BY 1"
        )
        for row_no, first in cursor.fetchall():
            sentence = _("This employee already holds an appointment from %(day)s that covers some of these days.")
            check.refuse(row_no, "from", sentence % {"day": first})

    def insert(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            "INSERT INTO managers_contract (appointment_id, contract_no, target_kind, first_day,"  # noqa: S608
            " last_day, batch_id, row_no)"
            " SELECT t.id, s.contract_no, s.target_kind, s.first_day, s.last_day, s.batch_id, s.row_no"
            f" FROM {ROWS} AS s JOIN managers_appointment AS t USING (employee_id, first_day) WHERE s.is_new"
        )
        cursor.execute(
            "INSERT INTO organization_rolegrant (employee_id, role, branch_id, first_day, last_day,"  # noqa: S608
            " granted_by_id)"
            f" SELECT employee_id, %s, branch_id, first_day, last_day, %s FROM {ROWS} WHERE is_new"
            " ON CONFLICT (employee_id, role, branch_id, first_day) DO UPDATE SET last_day = EXCLUDED.last_day",
            [Role.ACCOUNT_MANAGER, batch.uploaded_by_id],
        )

    def update(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """The contract in force last ends with the appointment, and so does the role."""
        cursor.execute(
            "UPDATE managers_contract AS c SET target_kind = s.target_kind, contract_no = s.contract_no,"  # noqa: S608
            f" last_day = s.last_day FROM {ROWS} AS s JOIN managers_appointment AS t USING (employee_id, first_day)"
            " WHERE NOT s.is_new AND c.appointment_id = t.id AND c.first_day ="
            " (SELECT max(first_day) FROM managers_contract WHERE appointment_id = t.id)"
        )
        cursor.execute(
            f"UPDATE organization_rolegrant AS g SET last_day = s.last_day FROM {ROWS} AS s"  # noqa: S608
            " WHERE NOT s.is_new AND g.employee_id = s.employee_id AND g.first_day = s.first_day"
            " AND g.branch_id = s.branch_id AND g.role = %s",
            [Role.ACCOUNT_MANAGER],
        )

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            "DELETE FROM organization_rolegrant AS g USING managers_appointment AS t WHERE t.batch_id = %s"
            " AND g.employee_id = t.employee_id AND g.first_day = t.first_day AND g.branch_id ="
            " t.branch_id AND g.role = %s",
            [batch.pk, Role.ACCOUNT_MANAGER],
        )
        cursor.execute(
            "DELETE FROM managers_contract AS c USING managers_appointment AS t"
            " WHERE t.batch_id = %s AND c.appointment_id = t.id AND c.batch_id = t.batch_id",
            [batch.pk],
        )
        cursor.execute(
            "UPDATE managers_contract AS c SET target_kind = coalesce(r.before ->> 'target_kind', c.target_kind),"
            " contract_no = coalesce(r.before ->> 'contract_no', c.contract_no),"
            " last_day = CASE WHEN r.before ? 'last_day' THEN (r.before ->> 'last_day')::date ELSE c.last_day END"
            " FROM organization_rowchange AS r WHERE r.batch_id = %s AND c.appointment_id = (r.before ->> 'id')::bigint"
            " AND c.first_day = (SELECT max(first_day) FROM managers_contract WHERE appointment_id = c.appointment_id)",
            [batch.pk],
        )
        cursor.execute(
            "UPDATE organization_rolegrant AS g SET last_day = (r.before ->> 'last_day')::date"
            " FROM organization_rowchange AS r JOIN managers_appointment AS t ON t.id = (r.before ->> 'id')::bigint"
            " WHERE r.batch_id = %s AND r.before ? 'last_day' AND g.employee_id = t.employee_id"
            " AND g.first_day = t.first_day AND g.branch_id = t.branch_id AND g.role = %s",
            [batch.pk, Role.ACCOUNT_MANAGER],
        )


class Targets(ImportKind):
    """A manager's target of one month, before the contract's own."""

    name = "targets"
    title = gettext_lazy("Targets")
    chinese = "目标"
    model = Target
    changes = True
    key_length = 3
    counts_from = "month"
    columns = (
        Column("manager_no", "客户经理工号", identifier(20), required=True, example="S101", aliases=("工号",)),
        Column("month", "月份", month(), required=True, example="2026-10"),
        Column("indicator", "指标", choice(dict(INDICATOR_WORDS)), required=True, example="月均余额"),
        Column(
            "target",
            "目标",
            hundredths(minimum=0),
            required=True,
            example="700,000.00",
            help=gettext_lazy("Money in yuan, rates in percent."),
        ),
    )
    fields = (
        Field("manager_id", "manager_no"),
        Field("month", "month"),
        Field("indicator", "indicator"),
        Field("branch_id"),
        Field("target_hundredths", "target"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.managers = Lookup(OFFICE_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        managers = self.managers.fetch(values[0] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, target_month, indicator, target) in rows:
            found: Any = managers.get(number)
            held = [
                branch_id
                for branch_id, first, last in (offices(found) if found else ())
                if first <= target_month.last_day and last >= target_month.first_day
            ]
            if not found or not any(check.reaches(branch_id) for branch_id in (found[1], *held)):
                check.refuse(row_no, "manager_no", _("There is no manager %(number)s.") % {"number": number})
            elif not held or not check.reaches(held[-1]):
                check.refuse(
                    row_no,
                    "manager_no",
                    _("%(number)s is not in office in %(month)s.") % {"number": number, "month": target_month},
                )
            else:
                records.append((row_no, (found[0], target_month.first_day, indicator, held[-1], target)))
        return records

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self._is_open(check, row[0], row[1])]

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        return [change for change in changes if self._is_open(check, change[0], change[2])]

    def _is_open(self, check: Check, row_no: int, record: Record) -> bool:
        if not check.is_closed(record[3], record[1]):
            return True
        sentence = _("The month %(month)s is closed; its targets no longer change.")
        check.refuse(row_no, "month", sentence % {"month": Month.of(record[1])})
        return False


class MonthlyCosts(ImportKind):
    """What interest has to earn in a month (article 12): a branch's four expenses per head, or an employee's wage."""

    name = "monthly_costs"
    title = gettext_lazy("Monthly costs")
    chinese = "月度费用"
    model = MonthlyCost
    changes = True
    key_length = 3
    nullable_key = frozenset({"employee_id"})
    # No figure of a month is made of these, so no month has to be computed again for them.
    counts_from = None
    columns = (
        Column("month", "月份", month(), required=True, example="2026-10"),
        Column("branch_code", "机构号", identifier(20), required=True, example="S01"),
        Column(
            "four_expenses",
            "人平四项费用",
            amount(minimum=0),
            example="1,200.00",
            help=gettext_lazy("On the branch’s own row, without an employee."),
        ),
        Column("employee_no", "工号", identifier(20), example="S101"),
        Column("wage", "工资", amount(minimum=0), example="4,030.00", help=gettext_lazy("On the row of an employee.")),
    )
    fields = (
        Field("month", "month"),
        Field("branch_id", "branch_code"),
        Field("employee_id", "employee_no"),
        # Read from one of two columns; compared whichever of them the file has, as the month is always there.
        Field("amount_fen", "month"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.branches = Lookup(BRANCH_SQL)
        self.employees = Lookup(OFFICE_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        branches = self.branches.fetch(values[1] for _row_no, values in rows)
        employees = self.employees.fetch(values[3] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (of_month, code, expenses, number, wage) in rows:
            branch: Any = branches.get(code)
            found: Any = employees.get(number) if number else None
            if branch is None or not check.reaches(branch[0]):
                check.refuse(row_no, "branch_code", _("There is no branch %(code)s.") % {"code": code})
            elif number and (found is None or branch[0] not in {found[1], *(one for one, *_ in offices(found))}):
                check.refuse(row_no, "employee_no", _("There is no employee %(number)s.") % {"number": number})
            elif number and (wage is None or expenses is not None):
                check.refuse(row_no, "wage", _("The row of an employee has a wage, and no four expenses."))
            elif not number and (expenses is None or wage is not None):
                sentence = _("The row of a branch has its four expenses, and no wage. Name the employee of a wage.")
                check.refuse(row_no, "four_expenses", sentence)
            else:
                figure = wage if number else expenses
                records.append((row_no, (of_month.first_day, branch[0], found[0] if found else None, figure)))
        return records

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self._is_open(check, row[0], row[1])]

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        return [change for change in changes if self._is_open(check, change[0], change[2])]

    def _is_open(self, check: Check, row_no: int, record: Record) -> bool:
        if not check.is_closed(record[1], record[0]):
            return True
        sentence = _("The month %(month)s is closed; its wages and expenses no longer change.")
        check.refuse(row_no, "month", sentence % {"month": Month.of(record[0])})
        return False


class ConductEntries(ImportKind):
    """Facts of conduct and compliance, drafts until a second person confirms them."""

    name = "conduct_entries"
    title = gettext_lazy("Conduct and compliance entries")
    chinese = "日常行为记录"
    model = ConductEntry
    key_length = 4
    held_over = ("happened_on", "entered_on")
    counts_from = "entered_on"
    columns = (
        Column("manager_no", "客户经理工号", identifier(20), required=True, example="S101", aliases=("工号",)),
        Column("date", "日期", day(), required=True, example="2026-10-15"),
        Column(
            "indicator",
            "指标",
            choice({str(each): INDICATOR_WORDS[each] for each in ENTRY_INDICATORS}),
            required=True,
            example="日常行为",
        ),
        Column("points", "分值", hundredths(minimum=-_SMALL, maximum=_SMALL), required=True, example="-1.5"),
        Column("reason", "事由", text(300), required=True, example="工作报告迟交"),
        Column("entry_no", "编号", identifier(40), default="1"),
    )
    fields = (
        Field("manager_id", "manager_no"),
        Field("happened_on", "date"),
        Field("indicator", "indicator"),
        Field("entry_no", "entry_no"),
        Field("branch_id"),
        Field("entered_on"),
        Field("points_hundredths", "points"),
        Field("reason", "reason"),
        Field("state"),
        Field("made_by_id"),
        Field("made_at"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.managers = Lookup(OFFICE_SQL)
        self.now = timezone.now()

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        managers = self.managers.fetch(values[0] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, happened_on, indicator, points, reason, entry_no) in rows:
            found: Any = managers.get(number)
            held = [
                branch_id
                for branch_id, first, last in (offices(found) if found else ())
                if first <= happened_on <= last
            ]
            if not found or not any(check.reaches(branch_id) for branch_id in (found[1], *held)):
                check.refuse(row_no, "manager_no", _("There is no manager %(number)s.") % {"number": number})
            elif not held or not check.reaches(held[-1]):
                sentence = _("%(number)s is not in office on %(day)s.")
                check.refuse(row_no, "manager_no", sentence % {"number": number, "day": happened_on})
            elif points >= 0:
                check.refuse(row_no, "points", _("An entry of a deduction takes points away. Write it below zero."))
            else:
                branch_id = held[-1]
                entered_on = check.entry_day(branch_id, happened_on)
                head = (found[0], happened_on, indicator, entry_no, branch_id, entered_on, points, reason)
                records.append((row_no, (*head, "draft", check.actor.employee_id, self.now)))
        return records

    def refuse_undo(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        decided = ConductEntry.objects.filter(batch=batch).exclude(state=ConductEntry.State.DRAFT).order_by("row_no")
        if found := decided.values_list("row_no", flat=True).first():
            raise RuleError(
                _("Row %(row)d of the file has been decided on already. Reject the entry instead.") % {"row": found}
            )
