"""Filling an empty system with the demonstration."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.actions.months import approve_month, close_month, run_month_end
from appraisal.actions.workbooks import make_workbook
from common.errors import RuleError
from common.months import Month
from customers.models import Assignment
from desk import demo
from desk.actions import customer_stories, stories
from managers.actions.entries import confirm_entry
from managers.actions.turns import turn_of_day
from managers.models import ConductEntry
from organization.actions.batches import apply_batch, preview_batch, upload_file
from organization.actions.people import grant_role, set_password
from organization.importing import import_kinds
from organization.models import Branch, Employee, Role
from organization.queries import actor_of
from organization.rules import SYSTEM, Actor

# Who signs in as what, in the order in which the sign-ins are printed.
DEMO_ROLES = (
    (demo.DIRECTOR, Role.DIRECTOR, demo.SOUTH),
    (demo.CLERK, Role.CLERK, demo.SOUTH),
    (demo.MANAGERS[demo.SOUTH][0], Role.ACCOUNT_MANAGER, demo.SOUTH),
    (demo.NORTH_DIRECTOR, Role.DIRECTOR, demo.NORTH),
    (demo.NORTH_CLERK, Role.CLERK, demo.NORTH),
    (demo.LAKE_DIRECTOR, Role.DIRECTOR, demo.LAKE),
    (demo.LAKE_CLERK, Role.CLERK, demo.LAKE),
    (demo.UNION_CLERK, Role.CLERK, demo.UNION),
    (demo.SUPERVISOR, Role.SUPERVISOR, demo.UNION),
    (demo.AUDITOR, Role.AUDITOR, demo.UNION),
    (demo.ADMINISTRATOR, Role.ADMINISTRATOR, demo.UNION),
)
DIRECTORS = {demo.SOUTH: demo.DIRECTOR, demo.NORTH: demo.NORTH_DIRECTOR, demo.LAKE: demo.LAKE_DIRECTOR}
CLERKS = {demo.SOUTH: demo.CLERK, demo.NORTH: demo.NORTH_CLERK, demo.LAKE: demo.LAKE_CLERK}


@transaction.atomic
def fill_with_demo(*, last_month: Month, seed: int, password: str, say: Callable[[str], None]) -> None:
    """Fills an empty system with a made-up county union: files come in, months are run, all but the last are closed.

    Everything goes through the actions that people use, by the people who would; the last month waits, computed, for
    its director, with a workbook of each urban branch. All in one transaction: killed half-way, the system is empty.
    Raises: RuleError when the system is not empty.
    """
    if Branch.objects.exists():
        raise RuleError(_("The demonstration fills an empty system only; this one has branches already."))
    union = demo.make_union(last_month=last_month, seed=seed)
    today = timezone.localdate()
    for kind in demo.UNION_KINDS:
        _bring_in(union, kind, demo.UNION, SYSTEM)
    _give_roles(password, first_day=union.months[0].first_day)
    for branch_code, clerk in CLERKS.items():
        say(_("Files of %(branch)s") % {"branch": branch_code})
        for import_kind in import_kinds():
            _bring_in(union, import_kind.name, branch_code, _person(clerk))
    cast = stories.Cast(demo.SOUTH, demo.DIRECTOR, demo.CLERK, password)
    say(_("A new manager"))
    stories.newcomer_takes_office(cast, last_month.first_day.replace(day=12))
    customer_stories.catalogue_and_sales(cast, last_month)
    for month in union.months:
        say(_("Month end %(month)s") % {"month": month})
        for branch in Branch.objects.filter(branch_code__in=CLERKS):
            director = _person(DIRECTORS[branch.branch_code])
            last = month == union.months[-1]
            if not last:
                for entry in ConductEntry.objects.filter(
                    branch=branch, entered_on__range=(month.first_day, month.last_day)
                ):
                    confirm_entry(actor=director, entry=entry)
            run_month_end(actor=_person(CLERKS[branch.branch_code]), branch=branch, month=month)
            if not last:
                approve_month(actor=director, branch=branch, month=month)
                close_month(actor=director, branch=branch, month=month)
    say(_("Candidates, contracts and dossiers"))
    stories.candidates_in_every_state(cast, today)
    stories.dossiers(cast, last_month, today)
    stories.next_years_plan(cast, _person(demo.UNION_CLERK), today.year + 1)
    say(_("Customers, visits and requests"))
    customer_stories.customers(cast, union.doubles, today, seed)
    _bring_new_accounts(today)
    stories.a_manager_moves(cast, today)
    turn_of_day(day=today)
    for branch in Branch.objects.filter(branch_code__in=demo.MANAGERS):
        make_workbook(actor=_person(CLERKS[branch.branch_code]), branches=[branch], month=union.months[-1])


def write_sign_ins(password: str) -> str:
    """Keeps the demonstration's sign-ins beside its data, for `make run` to print. Returns them as text."""
    names = dict(Employee.objects.values_list("employee_no", "name"))
    branches = dict(Branch.objects.values_list("branch_code", "name"))
    lines = [f"{no}  {names[no]}  {Role(role).label}  {branches[code]}" for no, role, code in DEMO_ROLES]
    text = "\n".join([*lines, _("Password of all: %(password)s") % {"password": password}]) + "\n"
    path = settings.DATA_DIR / "demo-sign-ins.txt"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return text


def _person(employee_no: str) -> Actor:
    return actor_of(Employee.objects.get(employee_no=employee_no))


def _give_roles(password: str, *, first_day: dt.date) -> None:
    for no, role, branch_code in DEMO_ROLES:
        employee = Employee.objects.get(employee_no=no)
        set_password(actor=SYSTEM, employee=employee, password=password)
        if role != Role.ACCOUNT_MANAGER:  # that one comes with the appointment
            branch = Branch.objects.get(branch_code=branch_code)
            grant_role(actor=SYSTEM, employee=employee, role=role, branch=branch, first_day=first_day)


def _bring_in(union: demo.Union, kind: str, branch_code: str, actor: Actor) -> None:
    if rows := union.tables.get((kind, branch_code)):
        _bring_rows(f"{branch_code}-{union.months[-1]}-{kind}.csv", kind, rows, actor)


def _bring_new_accounts(today: dt.date) -> None:
    """This morning's file of the core system: accounts of assigned customers, which find their managers by themselves."""
    held = Assignment.objects.in_force(today).filter(branch__branch_code=demo.SOUTH).order_by("-first_day", "customer")
    products = ("活期储蓄", "定期一年", "活期储蓄", "通知存款", "定期一年", "活期储蓄", "活期储蓄", "定期一年")
    rows = [
        [f"88001{990_001 + number:010d}", customer_no, product, demo.SOUTH, today.isoformat(), "", "", ""]
        for number, (product, customer_no) in enumerate(
            zip(products, held.values_list("customer__customer_no", flat=True), strict=False)
        )
    ]
    _bring_rows(f"{demo.SOUTH}-{today}-deposit_accounts.csv", "deposit_accounts", rows, _person(demo.CLERK))


def _bring_rows(name: str, kind: str, rows: Sequence[Sequence[str]], actor: Actor) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([demo.HEADERS[kind].split(), *rows])
    batch = upload_file(actor=actor, name=name, content=[text.getvalue().encode("gb18030")], kind=kind)
    preview_batch(actor=actor, batch=batch)
    apply_batch(actor=actor, batch=batch)
