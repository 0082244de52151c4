"""manage.py export_attributed YYYY-MM FILE.csv [--branch CODE]: one row an account and manager."""

from __future__ import annotations

from deposits.exports import write_attributed
from desk.management.exporting import MonthExport


class Command(MonthExport):
    help = "Write each manager's part of a month's balances, and what is nobody's."
    subject = "deposits.AttributedMonth"
    write = staticmethod(write_attributed)
