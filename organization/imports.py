"""Branches and employees, as the head office brings them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.pinyin import initials
from common.tabular import Column, amount, choice, day, identifier, integer, text
from organization.importing import BRANCH_SQL, HEAD_OFFICE_ROLES, Check, Field, ImportKind, Lookup, Row
from organization.models import Branch, Employee, ImportBatch
from organization.staging import ROWS

_MAX_INTEGER = 2**31 - 1


class Branches(ImportKind):
    """The tree of branches; a parent may stand in the same file."""

    name = "branches"
    title = gettext_lazy("Branches")
    chinese = "机构"
    model = Branch
    roles = HEAD_OFFICE_ROLES
    for_union = True
    changes = True
    whole_file = True
    columns = (
        Column("branch_code", "机构号", identifier(20), required=True, example="0101"),
        Column("name", "机构名称", text(100), required=True, example="城关信用社"),
        Column(
            "kind",
            "类型",
            choice({"urban": "城区", "rural": "乡镇", "head_office": "联社"}),
            required=True,
            example="城区",
            aliases=("机构类型",),
        ),
        Column("parent_code", "上级机构号", identifier(20), default="", example="01"),
        Column("headcount", "员工人数", integer(minimum=0, maximum=_MAX_INTEGER), required=True, example="36"),
    )
    fields = (
        Field("branch_code", "branch_code"),
        Field("name", "name"),
        Field("kind", "kind"),
        Field("parent_code", "parent_code", sql="coalesce(p.branch_code, '')", db_type="text"),
        Field("headcount", "headcount"),
    )
    joins = "LEFT JOIN organization_branch AS p ON p.id = t.parent_id"

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        return list(rows)

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """A parent exists, here or in the system, and nobody stands below itself."""
        cursor.execute(
            f"SELECT row_no, parent_code FROM {ROWS} WHERE parent_code <> '' AND parent_code NOT IN"  # noqa: S608
            f" (SELECT branch_code FROM {ROWS} UNION ALL SELECT branch_code FROM organization_branch)"
        )
        for row_no, code in cursor.fetchall():
            check.refuse(row_no, "parent_code", _("There is no branch %(code)s.") % {"code": code})
        cursor.execute(
            "WITH RECURSIVE parents AS ("  # noqa: S608
            f"SELECT branch_code, parent_code FROM {ROWS} UNION ALL SELECT t.branch_code, coalesce(p.branch_code, '')"
            f" FROM organization_branch AS t {self.joins} WHERE t.branch_code NOT IN (SELECT branch_code FROM {ROWS})),"
            " above (code, parent) AS (SELECT branch_code, parent_code FROM parents UNION"
            " SELECT above.code, parents.parent_code FROM above JOIN parents ON parents.branch_code = above.parent)"
            f" SELECT row_no, branch_code FROM {ROWS} JOIN above ON code = branch_code WHERE parent = branch_code"
        )
        for row_no, code in cursor.fetchall():
            check.refuse(row_no, "parent_code", _("The branch %(code)s would stand below itself.") % {"code": code})

    def insert(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        cursor.execute(
            f"UPDATE organization_branch AS t SET parent_id = p.id FROM {ROWS} AS s"  # noqa: S608
            " LEFT JOIN organization_branch AS p ON p.branch_code = s.parent_code"
            " WHERE t.branch_code = s.branch_code AND t.parent_id IS DISTINCT FROM p.id"
        )

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Former parents of changed branches."""
        cursor.execute(
            "UPDATE organization_branch AS t SET parent_id = p.id FROM organization_rowchange AS c"
            " LEFT JOIN organization_branch AS p ON p.branch_code = c.before ->> 'parent_code'"
            " WHERE c.batch_id = %s AND c.before ? 'parent_code' AND t.id = (c.before ->> 'id')::bigint",
            [batch.pk],
        )


class Employees(ImportKind):
    name = "employees"
    title = gettext_lazy("Employees")
    chinese = "员工"
    model = Employee
    roles = HEAD_OFFICE_ROLES
    for_union = True
    changes = True
    columns = (
        Column("employee_no", "工号", identifier(20), required=True, example="S101"),
        Column("name", "姓名", text(60), required=True, example="王小明"),
        Column("branch_code", "机构号", identifier(20), required=True, example="0101"),
        Column(
            "employment",
            "用工性质",
            choice({"formal": "正式", "contract": "合同", "agency": "派遣"}),
            required=True,
            example="正式",
        ),
        Column("hired_on", "入职日期", day(), required=True, example="2015-03-04"),
        Column("joined_system_on", "参加信用社工作日期", day(), example="2012-07-01"),
        Column("id_number", "身份证号", identifier(30), default=""),
        Column("phone", "手机", identifier(30), default="", aliases=("手机号",)),
        Column("post", "职务", text(60), default=""),
        Column("title", "职称", text(60), default=""),
        Column("monthly_wage", "月工资", amount(minimum=0), example="5,230.00"),
    )
    fields = (
        Field("employee_no", "employee_no"),
        Field("name", "name"),
        Field("initials", "name"),
        Field("branch_id", "branch_code"),
        Field("employment", "employment"),
        Field("hired_on", "hired_on"),
        Field("joined_system_on", "joined_system_on"),
        Field("id_number", "id_number"),
        Field("phone", "phone"),
        Field("post", "post"),
        Field("title", "title"),
        Field("monthly_wage_fen", "monthly_wage"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.branches = Lookup(BRANCH_SQL)

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        branches = self.branches.fetch(values[2] for _row_no, values in rows)
        records: list[Row] = []
        for row_no, (number, name, code, *rest) in rows:
            branch: Any = branches.get(code)
            if branch is None or not check.reaches(branch[0]):
                check.refuse(row_no, "branch_code", _("There is no branch %(code)s.") % {"code": code})
                continue
            records.append((row_no, (number, name, initials(name)[:60], branch[0], *rest)))
        return records
