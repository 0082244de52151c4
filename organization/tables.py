"""Lists of branches and of people."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import masking
from common.lists import Listing
from common.tables import CountColumn, DayColumn, Table
from organization import queries
from organization.filters import BranchFilters, EmployeeFilters
from organization.models import Branch, Employee


class BranchTable(Table):
    name = django_tables2.Column(
        verbose_name=_("Branch"),
        linkify=lambda record: reverse("organization:branch_detail", args=[record.branch_code]),
    )
    branch_code = django_tables2.Column(verbose_name=_("Code"), orderable=True)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    parent = django_tables2.Column(accessor="parent__name", verbose_name=_("Below"))
    headcount = CountColumn(verbose_name=_("Employees"), unit=_("people"), orderable=True)

    class Meta(Table.Meta):
        model = Branch
        fields = ("name", "branch_code", "kind", "parent", "headcount")
        row_attrs = {"data-href": lambda record: reverse("organization:branch_detail", args=[record.branch_code])}


class EmployeeTable(Table):
    name = django_tables2.Column(
        verbose_name=_("Name"),
        linkify=lambda record: reverse("organization:employee_detail", args=[record.employee_no]),
        orderable=True,
        order_by="initials",
    )
    employee_no = django_tables2.Column(verbose_name=_("Employee no."), orderable=True)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))
    post = django_tables2.Column(verbose_name=_("Post"))
    title = django_tables2.Column(verbose_name=_("Title"))
    employment = django_tables2.Column(accessor="get_employment_display", verbose_name=_("Employment"))
    hired_on = DayColumn(verbose_name=_("Hired on"), orderable=True)
    phone = django_tables2.Column(verbose_name=_("Phone"))

    class Meta(Table.Meta):
        model = Employee
        fields = ("name", "employee_no", "branch", "post", "title", "employment", "hired_on", "phone")
        row_attrs = {"data-href": lambda record: reverse("organization:employee_detail", args=[record.employee_no])}

    def render_phone(self, value: Any) -> str:
        return masking.mask_phone(value)


BRANCHES = Listing(
    subject="organization.Branch",
    table=BranchTable,
    filters=BranchFilters,
    rows=lambda asked: queries.branches(asked.actor),
    title=lambda asked: _("Branches"),
    order=("branch_code",),
)
EMPLOYEES = Listing(
    subject="organization.Employee",
    table=EmployeeTable,
    filters=EmployeeFilters,
    rows=lambda asked: queries.employees(asked.actor),
    title=lambda asked: _("Employees"),
    order=("employee_no",),
)
