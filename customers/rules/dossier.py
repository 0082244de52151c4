"""The sections of the customer economic dossier 客户经济档案 and their fields; what changed; how it stood (article 9(6))."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

# A value as it is kept in the history: text, a whole number, yes or no, a day as ISO text, or nothing.
Kept = str | int | bool | None
Record = dict[str, Kept]
# A section: its entries by key; the basic facts are one entry without a key.
SectionRecord = dict[int | None, Record]

BASICS: Final = "basics"

# How a field is written: its unit, or the kind of thing that it holds.
TEXT, LONG, CHOICE, DAY, PAST_DAY, YUAN, HUNDREDTHS, PERCENT, COUNT, FLAG, PHONE = (
    "text",
    "long",
    "choice",
    "day",
    "past_day",  # a day that is not to come
    "yuan",
    "hundredths",
    "percent",
    "count",
    "flag",
    "phone",
)

# Every field that people type, section by section, in the order in which a page shows them.
FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    BASICS: {
        "short_name": TEXT,
        "legal_form": TEXT,
        "founded_on": PAST_DAY,
        "registered_capital_fen": YUAN,
        "employee_count": COUNT,
        "main_business": TEXT,
        "premises": TEXT,
        "yearly_sales_fen": YUAN,
        "born_on": PAST_DAY,
        "gender": CHOICE,
        "marriage": CHOICE,
        "education": TEXT,
        "occupation": TEXT,
        "employer": TEXT,
        "labourers": COUNT,
        "main_produce": TEXT,
        "yearly_income_fen": YUAN,
        "second_phone": PHONE,
        "preferences": TEXT,
        "remarks": LONG,
    },
    "leaders": {
        "name": TEXT,
        "position": TEXT,
        "phone": PHONE,
        "born_on": PAST_DAY,
        "education": TEXT,
        "since": PAST_DAY,
        "remarks": TEXT,
    },
    "family": {
        "name": TEXT,
        "relation": CHOICE,
        "born_on": PAST_DAY,
        "work": TEXT,
        "yearly_income_fen": YUAN,
        "phone": PHONE,
        "remarks": TEXT,
    },
    "holdings": {
        "kind": CHOICE,
        "description": TEXT,
        "quantity_hundredths": HUNDREDTHS,
        "unit": TEXT,
        "value_fen": YUAN,
        "is_mortgaged": FLAG,
    },
    "credit": {
        "kind": CHOICE,
        "happened_on": PAST_DAY,
        "words": TEXT,
        "by_whom": TEXT,
        "amount_fen": YUAN,
        "until": DAY,
        "source": TEXT,
    },
    "events": {"happened_on": PAST_DAY, "words": TEXT, "meaning": TEXT},
    "other_banks": {
        "bank": TEXT,
        "kind": CHOICE,
        "amount_fen": YUAN,
        "rate_bp": PERCENT,
        "due_on": DAY,
        "source": TEXT,
        "known_on": PAST_DAY,
    },
}

_PEOPLE: Final = ("born_on", "gender", "marriage", "education")
_EVERYBODY: Final = ("second_phone", "preferences", "remarks")

# Which sections a kind of customer has, in their order, and which of the basic facts.
SECTIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": (BASICS, "leaders", "credit", "events", "other_banks"),
    "individual": (BASICS, "family", "holdings", "credit", "events", "other_banks"),
    "farm_household": (BASICS, "family", "holdings", "credit", "events", "other_banks"),
}
BASICS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": (
        "short_name",
        "legal_form",
        "founded_on",
        "registered_capital_fen",
        "employee_count",
        "main_business",
        "premises",
        "yearly_sales_fen",
        *_EVERYBODY,
    ),
    "individual": (*_PEOPLE, "occupation", "employer", "yearly_income_fen", *_EVERYBODY),
    "farm_household": (*_PEOPLE, "labourers", "main_produce", "yearly_income_fen", *_EVERYBODY),
}

# What an entry of a list is called: its first words, and what stands beside them.
TITLE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "leaders": ("name", "position"),
    "family": ("name", "relation"),
    "holdings": ("description", "kind"),
    "credit": ("words", "kind", "happened_on"),
    "events": ("words", "happened_on"),
    "other_banks": ("bank", "kind"),
}


def fields_of(kind: str, section: str) -> dict[str, str]:
    """The fields of a section of a kind of customer with their units, in their order. Source: article 9(6)."""
    units = FIELDS[section]
    return {name: units[name] for name in BASICS_OF[kind]} if section == BASICS else dict(units)


def phones_of(section: str) -> tuple[str, ...]:
    """The fields of a section that hold telephone numbers."""
    return tuple(name for name, unit in FIELDS[section].items() if unit == PHONE)


def blank(section: str) -> Record:
    """A section's entry of which nothing is known."""
    return {name: _nothing(unit) for name, unit in FIELDS[section].items()}


def _nothing(unit: str) -> Kept:
    if unit == FLAG:
        return False
    return "" if unit in (TEXT, LONG, CHOICE, PHONE) else None


def kept(value: object) -> Kept:
    """A field's value as the history keeps it. Shape: days as ISO text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is no value of a dossier")


def changes_between(before: Mapping[str, Kept], after: Mapping[str, Kept]) -> dict[str, list[Kept]]:
    """{field: [before, after]} of what differs; fields that `after` does not name stay."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


@dataclass(frozen=True, slots=True)
class Save:
    """One save of the history. Shape: entry none for the basic facts; what is added, changed or removed."""

    entry: int | None
    what: str
    changes: Mapping[str, list[Kept]]


def replayed(section: str, saves: Iterable[Save]) -> SectionRecord:
    """How a section stands after these saves of it, from nothing.

    Shape: saves in their order. Law: replaying all of them gives the section as it stands.
    """
    found: SectionRecord = {}
    for one in saves:
        if one.what == "removed":
            found.pop(one.entry, None)
            continue
        record = found.setdefault(one.entry, blank(section))
        record.update({name: pair[1] for name, pair in one.changes.items()})
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in two versions that both come from a third one.

    Shape: opened = as the page was opened, now = what somebody has saved meanwhile, typed = what is to be saved.
    """

    field: str
    opened: Kept
    now: Kept
    typed: Kept

    @property
    def is_clash(self) -> bool:
        """Both have changed it, each to something else: somebody has to choose."""
        return self.now != self.opened and self.typed != self.opened and self.now != self.typed

    @property
    def merged(self) -> Kept:
        """What to offer: the one side's change where only one side has changed; of a clash, what was typed."""
        return self.now if self.typed == self.opened else self.typed


def differences(
    opened: Mapping[str, Kept] | None, now: Mapping[str, Kept], typed: Mapping[str, Kept]
) -> list[Difference]:
    """The fields in which what stands now and what was typed differ, in the order of what was typed.

    Shape: `opened` is none where nobody knows any more how it was: then every difference is a clash.
    """
    found = []
    for name, value in typed.items():
        before = _UNKNOWN if opened is None else opened.get(name)
        if now.get(name) != value:
            found.append(Difference(name, before, now.get(name), value))
    return found


# Equal to nothing that anybody keeps.
_UNKNOWN: Final = "\0"


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry as it stood on a day beside what it is today. Shape: then or today is none where it was or is not there."""

    entry: int | None
    then: Record | None
    today: Record | None

    @property
    def standing(self) -> Record:
        """The entry by which it is called: as it stood, or as it is where it was not there yet."""
        return self.then or self.today or {}

    @property
    def differing(self) -> frozenset[str]:
        if self.then is None or self.today is None:
            return frozenset()
        return frozenset(changes_between(self.then, self.today))


def compared(then: SectionRecord, today: SectionRecord) -> list[Compared]:
    """Each entry of either, in the order of their keys: as it stood, and as it is."""
    keys = sorted(then.keys() | today.keys(), key=lambda key: (key is not None, key or 0))
    return [Compared(key, then.get(key), today.get(key)) for key in keys]
