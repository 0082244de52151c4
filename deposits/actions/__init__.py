"""Every change of the deposit ledger: figures of a month, attributions to managers, accepted differences, hand-overs."""

from deposits.actions.attributions import assign_account, change_shares, end_attribution
from deposits.actions.controls import accept_control_difference
from deposits.actions.month_end import MonthFigures, compute_month
from organization.actions.rights import refuse_without

__all__ = [
    "MonthFigures",
    "accept_control_difference",
    "assign_account",
    "change_shares",
    "compute_month",
    "end_attribution",
    "refuse_without",
]
