"""manage.py export_balances YYYY-MM FILE.csv [--branch CODE]: one row an account."""

from __future__ import annotations

from deposits.exports import write_balances
from desk.management.exporting import MonthExport


class Command(MonthExport):
    help = "Write the balances, accumulated balances and averages of a month's accounts."
    subject = "deposits.AccountMonth"
    write = staticmethod(write_balances)
