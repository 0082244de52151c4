"""What becomes of the facts of two customers who turn out to be one."""

from __future__ import annotations

from collections.abc import Mapping

from customers.rules.dossier import Kept, Record


def filled(kept: Record, archived: Record, blank: Record) -> Record:
    """What the one that goes on takes over from the other: the fields of which nothing is known yet."""
    return {
        name: value
        for name, value in archived.items()
        if value != blank[name] and kept.get(name) == blank[name] != value
    }


def conflicting(kept: Record, archived: Record, blank: Record) -> dict[str, tuple[Kept, Kept]]:
    """{field: (what stays, what the other had)} of the facts in which the two differ."""
    return {
        name: (kept[name], value)
        for name, value in archived.items()
        if value != blank[name] and kept.get(name, blank[name]) not in (blank[name], value)
    }


def history(
    filled: Mapping[str, Kept], conflicts: Mapping[str, tuple[Kept, Kept]], blank: Record
) -> dict[str, list[Kept]]:
    """The change that the history keeps of a merge: what was taken over, and beside what stays what the other had.

    Law: replayed, it gives what stands: the second of each pair.
    """
    changes: dict[str, list[Kept]] = {name: [blank[name], value] for name, value in filled.items()}
    return changes | {name: [other, stays] for name, (stays, other) in conflicts.items()}
