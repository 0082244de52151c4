"""Lists show figures with their unit, sort only by what they promise, and leave as files."""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any

import openpyxl
import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import path

from common.errors import RuleError
from common.tables import CountColumn, DayColumn, MoneyColumn, Table, export_table
from organization.models import Branch, Employee
from tests.make import make_branch, make_employee

pytestmark = pytest.mark.django_db
urlpatterns: list[Any] = [path("list/", lambda request: None)]


class People(Table):
    employee_no = CountColumn(verbose_name="工号", orderable=False)
    name = DayColumn(verbose_name="姓名", orderable=True, order_by=("name", "employee_no"))
    wage = MoneyColumn(accessor="monthly_wage_fen", verbose_name="月工资")
    hired_on = DayColumn(verbose_name="入职日期")


People.base_columns["employee_no"].render = lambda value: value  # type: ignore[attr-defined]
People.base_columns["name"].render = lambda value: value  # type: ignore[attr-defined]


def get(query: str = "") -> HttpRequest:
    return RequestFactory().get(f"/list/?{query}")


@pytest.fixture
def branch() -> Branch:
    branch = make_branch()
    for number in range(30):
        make_employee(branch, f"E{number:02d}", name=f"员工{29 - number:02d}", monthly_wage_fen=number * 100_000)
    return branch


def test_the_address_chooses_sorting_size_and_page(branch: Branch) -> None:
    queryset = Employee.objects.filter(branch=branch)
    table = People.of(get("sort=-name&size=50&q=a"), queryset, order=("employee_no",))
    assert [row.name for row in table.data][:2] == ["员工29", "员工28"]
    assert len(table.data) == 30
    head = {head.column.name: head for head in table.heads}["name"]
    assert head.direction == "descending"
    assert head.sort_url == "/list/?sort=name&size=50&q=a"


@pytest.mark.parametrize(
    "query", ["sort=wage", "sort=password", "sort=branch__name", "sort=-", "size=1000000", "size=x"]
)
def test_an_address_that_asks_for_what_is_not_offered_is_ignored(query: str, branch: Branch) -> None:
    table = People.of(get(query), Employee.objects.filter(branch=branch), order=("employee_no",))
    assert [row.employee_no for row in table.data] == [f"E{number:02d}" for number in range(25)]


def test_the_next_page_keeps_the_filter_and_sorting_in_its_address(branch: Branch) -> None:
    table = People.of(get("q=a&sort=name"), Employee.objects.filter(branch=branch), order=("employee_no",))
    assert table.next_url
    assert "q=a" in table.next_url
    assert "sort=name" in table.next_url
    assert table.previous_url is None


def test_money_is_shown_in_yuan_or_in_ten_thousand_and_what_is_missing_as_a_dash(branch: Branch) -> None:
    rows = Employee.objects.filter(branch=branch).order_by("employee_no")[1:2]
    assert People(rows, request=get()).rows[0].get_cell("wage") == "1,000.00"
    assert People(rows, request=get("unit=wan")).rows[0].get_cell("wage") == "0.10"
    assert People([{"employee_no": "1"}], request=get()).rows[0].get_cell("wage") == "—"
    assert [str(head.unit) for head in People(rows, request=get("unit=wan")).heads] == ["", "", "10,000 yuan", ""]


def test_an_export_holds_every_row_with_figures_as_numbers(branch: Branch) -> None:
    queryset = Employee.objects.filter(branch=branch)
    answer = export_table(People, queryset, title="员工", kind="xlsx", order=("employee_no",))
    with closing(answer):
        sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    assert sheet.max_row == 32
    assert [cell.value for cell in sheet[2]] == ["工号", "姓名", "月工资（yuan）", "入职日期"]
    assert sheet["C4"].value == 1000
    assert sheet["D4"].value.isoformat() == "2015-03-04T00:00:00"


def test_an_export_of_another_kind_is_refused(branch: Branch) -> None:
    with pytest.raises(RuleError):
        export_table(People, Employee.objects.all(), title="员工", kind="pdf")  # type: ignore[arg-type]
