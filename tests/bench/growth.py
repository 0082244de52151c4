"""Ten times the accounts and postings: from a tenth of the reference month to it, or with --large from it to tenfold."""

from __future__ import annotations

import resource
from fractions import Fraction

from tests.bench.ledger import ROUNDS, empty, month_end
from tests.bench.reference import LAST_MONTH, MONTHS, Size, make_reference_month
from tests.bench.report import Report, timed
from tests.ledgers import compute


def run(report: Report, *, large: bool) -> None:
    """Adds the growth of time and of the program's memory to the report."""
    sizes = (Size(), Size().times(10)) if large else (Size().times(Fraction(1, 10)), Size())
    seconds, megabytes = [], []
    for size in sizes:
        assert report.databases is not None
        with report.databases.cloned():
            seconds.append(_month_end_of(size))
        megabytes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    what = f"month end, {sizes[1].accounts:,} accounts"
    report.add(what, seconds[1], f"{sizes[0].accounts:,} accounts", seconds[0], 11)
    report.note(f"growth: the program's memory was {megabytes[0]:.0f} MB, then {megabytes[1]:.0f} MB")


def _month_end_of(size: Size) -> float:
    branches = make_reference_month(size)
    for month in MONTHS[:-1]:
        month_end(branches, month, compute, workers=2)
    times = []
    for _round in range(ROUNDS):
        empty(LAST_MONTH)
        times.append(timed(lambda: month_end(branches, LAST_MONTH, compute, workers=1)))
    return min(times)
