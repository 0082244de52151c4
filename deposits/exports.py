"""The month's figures as files for other programs (formats.md, Commands): streamed, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from django.db import connection

from common.months import Month
from deposits.queries import figures
from organization.models import Branch

BALANCES_HEADER = "account_no,branch_code,days,opening,closing,accumulated,average\n"
ATTRIBUTED_HEADER = "account_no,manager_no,closing,accumulated\n"


def write_balances(file: IO[bytes], *, branches: Iterable[Branch], month: Month) -> int:
    """One row an account of the branches, by account number (code points). Returns the number of rows.

    Unit: yuan with two decimals; the average is rounded half up from the exact figure.
    """
    return _copy(file, BALANCES_HEADER, figures.BALANCE_ROWS, branches, month)


def write_attributed(file: IO[bytes], *, branches: Iterable[Branch], month: Month) -> int:
    """One row an account and manager whose attribution holds on a day of the month; what is nobody's where it is not 0.

    Shape: by account number, then manager number (code points), nobody's rows with an empty number first.
    Returns the number of rows. Unit: yuan with two decimals.
    """
    return _copy(file, ATTRIBUTED_HEADER, figures.ATTRIBUTED_ROWS, branches, month)


def _copy(file: IO[bytes], header: str, rows: str, branches: Iterable[Branch], month: Month) -> int:
    values = {"branches": [one.pk for one in branches], "month": month.first_day, "days": month.days}
    written = 0
    file.write(header.encode())
    with (
        connection.cursor() as cursor,
        # The database writes the CSV itself: no row becomes a Python object.
        cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT csv)", values) as copy,
    ):
        for piece in copy:
            file.write(piece)
            written += bytes(piece).count(b"\n")
    return written
