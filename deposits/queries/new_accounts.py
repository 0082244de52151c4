"""Accounts attributed by themselves: what is new of assigned customers, and whose it became (articles 9(1) and 9(2))."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from common.months import Month
from deposits.models import Attribution
from organization.models import ImportBatch, Role
from organization.rules import Actor

# Who takes back what came about by itself.
UNDOERS = (Role.CLERK, Role.DIRECTOR)

# What rules.followed_days says, for all accounts that a batch has brought in. An account of another branch than the
# customer's stays with the branch: attributions lie within the days in office there (article 14).
FOLLOWED = """
SELECT account.id AS account_id, account.branch_id, held.manager_id, days.first_day, held.last_day, 10000 AS share_bp,
       held.basis, held.id AS assignment_id
FROM deposits_depositaccount AS account
JOIN (SELECT id, organization_closed_until(id) + 1 AS open_from FROM organization_branch) AS branch
    ON branch.id = account.branch_id
JOIN customers_assignment AS held ON held.customer_id = account.customer_id AND held.branch_id = account.branch_id
CROSS JOIN LATERAL (
    SELECT greatest(account.opened_on, held.first_day, branch.open_from) AS first_day) AS days
WHERE account.batch_id = %s AND days.first_day <= least(held.last_day, account.closed_on, 'infinity')
ORDER BY account.id, days.first_day
"""


def new_accounts(actor: Actor) -> QuerySet[Attribution, Any]:
    """What came about by itself, as far as the person may see it.

    Shape: annotated `touched`: somebody has decided about the account since, so that it is no longer taken back as it came.
    """
    other = Attribution.objects.filter(account=OuterRef("account"), assignment__isnull=True)
    found = Attribution.objects.visible_to(actor).filter(assignment__isnull=False).annotate(touched=Exists(other))
    return found.select_related("account__customer", "account__branch", "branch", "manager", "assignment")


def new_account_totals(found: QuerySet[Attribution, Any]) -> dict[str, int]:
    """How many accounts, of how many customers, for how many managers."""
    totals: dict[str, int] = found.order_by().aggregate(
        accounts=Count("account", distinct=True),
        customers=Count("account__customer", distinct=True),
        managers=Count("manager", distinct=True),
    )
    return totals


def number_attributed(actor: Actor, batch: ImportBatch) -> int:
    """How many of a file's accounts went to their customers' managers by themselves, and stand."""
    return new_accounts(actor).filter(account__batch=batch).order_by().values("account").distinct().count()


def has_new_accounts(actor: Actor) -> bool:
    """Whether there is anything that came about by itself for the person to look at."""
    return new_accounts(actor).order_by().exists()


def first_days_followed(batch: ImportBatch) -> list[tuple[int, Month]]:
    """The earliest month, by branch, in which a new account of a batch becomes its customer's manager's."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT branch_id, min(first_day) FROM ({FOLLOWED}) AS f GROUP BY branch_id ORDER BY branch_id",  # noqa: S608
            [batch.pk],
        )
        return [(branch_id, Month.of(first_day)) for branch_id, first_day in cursor]


class Received(NamedTuple):
    """What a manager has of a batch's new accounts. Shape: the first account numbers, so many as are named."""

    branch_id: int
    manager_id: int
    manager_no: str
    number: int
    account_nos: list[str]


def received(batch: ImportBatch, named: int) -> list[Received]:
    """What each manager has of a batch's new accounts by itself, by branch and number of the manager."""
    rows = Attribution.objects.filter(account__batch=batch, assignment__isnull=False).order_by()
    grouped = rows.values_list("branch_id", "manager_id", "manager__employee_no").annotate(
        number=Count("account", distinct=True),
        account_nos=ArrayAgg("account__account_no", distinct=True, order_by="account__account_no"),
    )
    found = grouped.order_by("branch_id", "manager__employee_no")
    return [
        Received(branch_id, manager_id, number, count, accounts[:named])
        for branch_id, manager_id, number, count, accounts in found
    ]
