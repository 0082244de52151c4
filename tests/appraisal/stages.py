"""The example of arithmetic.md as rows of the ledgers, and a month on its way to being closed."""

from __future__ import annotations

from appraisal.actions.months import approve_month, close_month, run_month_end
from common.months import Month
from managers.models import ContractTarget
from organization.models import Branch, Employee
from organization.rules import Actor
from tests.cast import Cast
from tests.make import (
    make_account,
    make_attribution,
    make_entry,
    make_loan,
    make_posting,
    make_repayment,
    make_target,
)

SEPTEMBER = Month(2026, 9)

TARGETS = {
    "deposit_average": "700000.00",
    "deposit_accumulated": "15000000.00",
    "loans_granted": "200000.00",
    "interest_received": "5230.00",
}


def play_the_example(cast: Cast, *, loans_granted_not_applicable: bool = False) -> Employee:
    """Wang's September 2026 is the example month; 90,000 fall due, so that its recovery target is computed."""
    wang = cast.wang
    for indicator, target in TARGETS.items():
        if indicator == "loans_granted" and loans_granted_not_applicable:
            contract = wang.appointments.get().contracts.get()
            ContractTarget.objects.create(contract=contract, indicator=indicator, not_applicable=True)
        else:
            make_target(wang, indicator, target, month=SEPTEMBER)
    account = make_account(cast.south, "6210001")
    make_attribution(account, wang)
    make_posting(account, "2026-09-01", "600000.00")
    make_posting(account, "2026-09-30", "200000.00")
    make_loan(wang, "50000.00", "L1", granted="2026-09-10", due="2026-12-20")
    old = make_loan(wang, "90000.00", "L2", granted="2026-03-02", due="2026-09-20")
    make_repayment(old, "2026-09-18", "60000.00", "4817.35")
    make_entry(wang, "2026-09-03", -2_00, indicator="compliance", confirmed_by=cast.zhou)
    make_entry(wang, "2026-09-08", -50, confirmed_by=cast.zhou)
    make_entry(wang, "2026-09-21", -1_00, confirmed_by=cast.zhou)
    make_entry(wang, "2026-08-30", -3_00, confirmed_by=cast.zhou)  # another month's
    return wang


def retire(*managers: Employee) -> None:
    """Takes managers out of the story before it begins: no appointment, no card."""
    for manager in managers:
        for appointment in manager.appointments.all():
            appointment.contracts.all().delete()
            appointment.delete()


def compute(cast: Cast, month: Month = SEPTEMBER, branch: Branch | None = None) -> None:
    run_month_end(actor=cast.actor("chen"), branch=branch or cast.south, month=month)


def close(actor: Actor, branch: Branch, month: Month = SEPTEMBER) -> None:
    """Approves and closes a computed month."""
    approve_month(actor=actor, branch=branch, month=month)
    close_month(actor=actor, branch=branch, month=month)
