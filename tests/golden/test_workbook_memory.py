"""Writing the workbook takes the same memory for few rows and for many."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace

from appraisal.exports import write_workbook
from appraisal.queries.workbook import BookFacts, book_facts
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example
from tests.cast import Cast


class Nowhere(io.RawIOBase):
    """A file that keeps nothing and knows where it is."""

    def __init__(self) -> None:
        self.at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        size = memoryview(data).nbytes  # type: ignore[arg-type]
        self.at += size
        return size

    def tell(self) -> int:
        return self.at


def with_rows(facts: BookFacts, number: int) -> BookFacts:
    card = facts.cards[0]

    def rows() -> Iterator[tuple[object, ...]]:
        for account in range(number):
            name = f"客户 {account}"
            yield card.branch_id, card.manager_id, f"62{account:016d}", f"C{account}", name, "储蓄", account, account, 0

    return replace(facts, deposits=rows(), rows=number)


def peak(cast: Cast, rows: int) -> int:
    facts = with_rows(book_facts([cast.south], SEPTEMBER), rows)
    tracemalloc.start()
    try:
        write_workbook(Nowhere(), facts, title="城南信用社")  # type: ignore[arg-type]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_rows(cast: Cast) -> None:
    play_the_example(cast)
    compute(cast)
    peak(cast, 10)  # what is loaded once
    few, many = peak(cast, 500), peak(cast, 10_000)
    # Kept in memory, 9,500 more rows of eleven cells would take some twenty megabytes.
    assert many < few + 1_000_000
