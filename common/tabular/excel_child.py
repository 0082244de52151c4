"""The process that opens one Excel file and writes its rows to standard output.

A workbook is the most hostile thing that people send: it may make its reader take all memory, all time, or end. So it
is read here, under limits of its own, and what goes wrong ends this process and no other. It knows nothing of Django.

Output: a line of JSON with [sheet, sheet names], then lines of JSON that are lists of rows. Where it refuses, exit
code 1 and a word for the reason on standard error.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import math
import sys
from typing import Any

BATCH = 500


def cell(value: Any) -> Any:
    """Strings and numbers as they are; days as YYYY-MM-DD."""
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return str(value)
    if kind is str or kind is float or kind is bool or kind is int:
        return value
    if kind is datetime.datetime and not (value.hour or value.minute or value.second or value.microsecond):
        return value.date().isoformat()
    if kind is datetime.datetime:
        return value.isoformat(" ", "seconds")
    return str(value)


def main(path: str, sheet_name: str, max_rows: int, max_columns: int, max_chars: int, memory: int, seconds: int) -> str:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine

    def write(value: Any) -> None:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n")

    try:
        book = python_calamine.load_workbook(path)
        # Charts and macro sheets are no tables.
        names = [found.name for found in book.sheets_metadata if found.typ == python_calamine.SheetTypeEnum.WorkSheet]
        if not names:
            return "no-sheet"
        if sheet_name and sheet_name not in names:
            write(["", names])
            return "other-sheet"
        name = sheet_name or names[0]
        sheet = book.get_sheet_by_name(name)
        write([name, names])
        if sheet.start is None or sheet.end is None:
            return "empty"
        # Measured from the first row and column, which empty areas are part of.
        if sheet.end[0] + 1 > max_rows:
            return "rows"
        if sheet.end[1] - sheet.start[1] + 1 > max_columns:
            return "columns"
        batch: list[list[Any]] = []
        for row_no, row in enumerate(sheet.iter_rows(), 1):
            cells = [value if type(value) is str else cell(value) for value in row]
            for value in cells:
                if type(value) is str and len(value) > max_chars:
                    sys.stderr.write(f"{row_no} ")
                    return "long"
            batch.append(cells)
            if len(batch) == BATCH:
                write(batch)
                batch = []
        if batch:
            write(batch)
        sys.stdout.flush()
    except python_calamine.PasswordError:
        return "password"
    except MemoryError:
        return "memory"
    except OSError as error:
        return "disk" if error.errno == 28 else "damaged"
    except BaseException:  # a panic of the library is no Exception
        return "damaged"
    return ""


if __name__ == "__main__":
    reason = main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
    if reason:
        sys.stderr.write(reason)
        sys.exit(1)
