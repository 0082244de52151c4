"""A small union on its way through October 2026, kept as it is before each piece of work, with what that makes of it.

The private PostgreSQL of the folder then holds a database for each stage, and beside it lies what the stage's work makes
of it when nothing disturbs it, done in this process by the same actions. Files hold what is expected.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from appraisal.actions.months import approve_month, close_month, run_month_end
from appraisal.actions.workbooks import make_workbook
from common.months import Month
from config.postgres import Server, private_server
from organization.actions.batches import apply_batch, preview_batch, upload_file
from organization.actions.people import set_password
from organization.models import Branch, Employee, Role
from organization.queries import actor_of
from organization.rules import SYSTEM
from tests.cast import Cast, assemble
from tests.faults.business import content_of
from tests.faults.stages import PASSWORD, POSTINGS_FILE, UNION_CLERK, database_before, file_after
from tests.files import bring
from tests.make import (
    OCTOBER,
    grant,
    make_account,
    make_attribution,
    make_employee,
    make_entry,
    make_loan,
    make_repayment,
    make_target,
)

SEPTEMBER = Month(2026, 9)
ACCOUNTS = {"S01": 240, "N01": 80}
POSTINGS = 15_000
TARGETS = {
    "deposit_average": "700000.00",
    "deposit_accumulated": "15000000.00",
    "loans_granted": "200000.00",
    "interest_received": "5230.00",
}


def build(folder: Path) -> None:
    """Stage by stage: the database as it is before, the work, what it has made."""
    server = private_server(folder)
    call_command("migrate", database="owner", verbosity=0)
    cast = _until_october(folder)
    clerk, director = cast.actor("chen"), cast.actor("zhou")
    _keep(server, "import")
    batch = upload_file(actor=clerk, name=POSTINGS_FILE, content=[(folder / POSTINGS_FILE).read_bytes()])
    apply_batch(actor=clerk, batch=preview_batch(actor=clerk, batch=batch))
    _note(server, folder, "import")
    _keep(server, "month_end")
    _compute(OCTOBER, cast.lake, cast.north, cast.south)
    _note(server, folder, "month_end")
    _keep(server, "closing")
    _keep(server, "workbook")
    make_workbook(actor=clerk, branches=[cast.south], month=OCTOBER)
    _note(server, folder, "workbook")
    start_from(server, "closing")
    approve_month(actor=director, branch=cast.south, month=OCTOBER)
    close_month(actor=director, branch=cast.south, month=OCTOBER)
    _note(server, folder, "closing")
    connections.close_all()


def start_from(server: Server, stage: str) -> None:
    """Makes the program's database that of before the stage."""
    connections.close_all()
    with server.connect("owner") as connection:
        connection.execute("DROP DATABASE jingli")
        connection.execute(f"CREATE DATABASE jingli TEMPLATE {database_before(stage)}")


def _keep(server: Server, stage: str) -> None:
    connections.close_all()
    with server.connect("owner") as connection:
        connection.execute(f"CREATE DATABASE {database_before(stage)} TEMPLATE jingli")


def _note(server: Server, folder: Path, stage: str) -> None:
    with server.connect("app", "jingli") as connection:
        file_after(folder, stage).write_text(json.dumps(content_of(connection), ensure_ascii=False), encoding="utf-8")


def _until_october(folder: Path) -> Cast:
    """People, accounts, loans, targets; September is closed, October's postings lie ready in a file."""
    cast, chance = assemble(), random.Random(7)
    union_clerk = make_employee(cast.union, UNION_CLERK, name="林会")
    grant(union_clerk, Role.CLERK)
    for person in (union_clerk, cast.chen, cast.zhou):
        set_password(actor=SYSTEM, employee=person, password=PASSWORD)
    _accounts(cast, chance)
    for manager in (cast.wang, cast.li, cast.zhao):
        for number in range(5):
            loan = make_loan(
                manager, f"{20_000 + 1_000 * number}", granted="2026-08-05", due=f"2026-10-{number + 8:02d}"
            )
            make_repayment(loan, f"2026-10-{number + 9:02d}", f"{10_000 + 500 * number}", f"{300 + number}.25")
        make_loan(manager, "90000", granted="2026-03-02", due="2026-09-20")
        make_loan(manager, "30000")
        make_entry(manager, "2026-10-08", -50, confirmed_by=cast.he)
        for indicator, target in TARGETS.items():
            for month in (SEPTEMBER, OCTOBER):
                make_target(manager, indicator, target, month=month)
    _compute(SEPTEMBER, cast.south, cast.north)
    for branch, director in ((cast.south, cast.zhou), (cast.north, cast.sun)):
        approve_month(actor=actor_of(director), branch=branch, month=SEPTEMBER)
        close_month(actor=actor_of(director), branch=branch, month=SEPTEMBER)
    lines = (
        f"T{number:06d},AS01{chance.randrange(ACCOUNTS['S01']):04d},"
        f"{'2026-09-28' if number % 500 == 0 else f'2026-10-{1 + number % 31:02d}'},{chance.randrange(-200_00, 400_00) / 100:.2f}"
        for number in range(POSTINGS)
    )
    text = _table("流水号,账号,交易日期,发生额", lines)
    (folder / POSTINGS_FILE).write_text(text, encoding="gb18030")
    return cast


def _accounts(cast: Cast, chance: random.Random) -> None:
    opening = []
    for branch in (cast.south, cast.north):
        for number in range(ACCOUNTS[branch.branch_code]):
            account = make_account(branch, f"A{branch.branch_code}{number:04d}")
            opening.append(
                f"O1,{account.account_no},2026-09-{1 + number % 30:02d},{chance.randrange(9_000_000) / 100:.2f}"
            )
            if branch == cast.north:
                make_attribution(account, cast.zhao, "2026-09-05")
            elif number % 3 == 0:
                make_attribution(account, cast.wang, "2026-09-01", share_bp=6000)
                make_attribution(account, cast.li, "2026-09-10", "2026-10-17", share_bp=4000)
            elif number % 3 == 1:
                make_attribution(account, cast.li, "2026-09-03")
    bring("deposit_transactions", _table("流水号,账号,交易日期,发生额", opening))


def _compute(month: Month, *branches: Branch) -> None:
    clerk = actor_of(Employee.objects.get(employee_no=UNION_CLERK))
    for branch in branches:
        run_month_end(actor=clerk, branch=branch, month=month)


def _table(header: str, lines: Iterable[str]) -> str:
    return "\n".join([header, *lines])
