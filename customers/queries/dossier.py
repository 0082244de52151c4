"""The dossier of a customer: its sections as they stand, as they stood on a day, and who changed what (article 9(6))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from customers.models import (
    BasicFacts,
    CreditRecord,
    Customer,
    DossierChange,
    FamilyMember,
    Holding,
    Leader,
    MajorEvent,
    OtherBank,
    Section,
)
from customers.rules.dossier import (
    BASICS,
    FIELDS,
    SECTIONS_OF,
    Record,
    Save,
    SectionRecord,
    blank,
    fields_of,
    kept,
    replayed,
)

MODELS: Mapping[str, Any] = {
    BASICS: BasicFacts,
    "leaders": Leader,
    "family": FamilyMember,
    "holdings": Holding,
    "credit": CreditRecord,
    "events": MajorEvent,
    "other_banks": OtherBank,
}


@cache
def labels_of(section: str) -> dict[str, Any]:
    """What people call the fields of a section."""
    return {name: MODELS[section]._meta.get_field(name).verbose_name for name in FIELDS[section]}


@cache
def choices_of(section: str) -> dict[str, dict[str, Any]]:
    """The words of the fields of a section that hold one of several."""
    fields = {name: MODELS[section]._meta.get_field(name) for name in FIELDS[section]}
    return {name: dict(one.choices) for name, one in fields.items() if one.choices}


@dataclass(frozen=True, slots=True)
class EntryNow:
    """An entry of a section as it stands. Shape: key none and version 0 for basic facts of which nothing is said yet."""

    key: int | None
    version: int
    record: Record


@dataclass(frozen=True, slots=True)
class SectionNow:
    """A section of a customer's dossier as it stands, in the order in which a page shows it."""

    name: str
    fields: Mapping[str, str]  # those of the customer's kind, with their units
    entries: list[EntryNow] = field(default_factory=list)

    @property
    def label(self) -> Any:
        return Section(self.name).label

    @property
    def is_list(self) -> bool:
        return self.name != BASICS


def section_now(customer: Customer, section: str) -> SectionNow:
    """A section as it stands; of the basic facts always one entry."""
    found = SectionNow(section, fields_of(customer.kind, section))
    if section == BASICS:
        row = BasicFacts.objects.filter(customer=customer).first()
        found.entries.append(entry_now(section, row))
    else:
        rows = MODELS[section].objects.filter(customer=customer, removed_at__isnull=True)
        found.entries.extend(entry_now(section, row) for row in rows)
    return found


def entry_now(section: str, row: Any | None) -> EntryNow:
    """A row as a record. Shape: without a row the basic facts of which nothing is said yet."""
    if row is None:
        return EntryNow(None, 0, blank(section))
    key = None if section == BASICS else row.pk
    return EntryNow(key, row.version, {name: kept(getattr(row, name)) for name in FIELDS[section]})


def dossier(customer: Customer) -> list[SectionNow]:
    """All sections of the customer's kind as they stand, in their order. Source: article 9(6)."""
    return [section_now(customer, section) for section in SECTIONS_OF[customer.kind]]


def record_now(customer: Customer, section: str) -> SectionRecord:
    """A section by the keys of its entries; the basic facts only once somebody has said something of them."""
    return {one.key: one.record for one in section_now(customer, section).entries if one.version}


def record_on(customer: Customer, section: str, day: dt.date) -> SectionRecord:
    """A section as it stood at the end of a day, replayed from its history."""
    return replayed(section, _saves(customer, section, made_at__lt=_end_of(day)))


def record_opened(customer: Customer, section: str, now: EntryNow, version: int) -> Record | None:
    """An entry as it stood in an earlier version. None where the history does not reach that far.

    Law: each save counts the version up by one, so what stands now is so many saves later; an entry that came with a merge
    has the history of its former customer elsewhere.
    """
    if version == 0:
        return blank(section)
    saves = list(_saves(customer, section, entry=now.key))
    reach = len(saves) - (now.version - version)
    return replayed(section, saves[:reach]).get(now.key) if 0 < reach <= len(saves) else None


def last_change(customer: Customer, section: str, entry: int | None) -> DossierChange | None:
    """Who changed an entry last."""
    changes = DossierChange.objects.filter(customer=customer, section=section, entry=entry)
    return changes.select_related("made_by").order_by("-pk").first()


def _saves(customer: Customer, section: str, **which: Any) -> Iterator[Save]:
    changes = DossierChange.objects.filter(customer=customer, section=section, **which).order_by("pk")
    for entry, what, changed in changes.values_list("entry", "what", "changes"):
        yield Save(entry, what, changed)


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))


def changes(customer: Customer, section: str = "") -> QuerySet[DossierChange]:
    """The history of a customer's dossier, or of one section."""
    found = DossierChange.objects.filter(customer=customer).select_related("made_by")
    return found.filter(section=section) if section else found


def names_of_entries(customer: Customer, rows: list[DossierChange]) -> dict[tuple[str, int], str]:
    """What the list entries are called that these changes are about, taken out or not: section and key → name."""
    found: dict[tuple[str, int], str] = {}
    for section in {row.section for row in rows} - {BASICS}:
        keys = {row.entry for row in rows if row.section == section}
        for entry in MODELS[section].objects.filter(customer=customer, pk__in=keys):
            found[section, entry.pk] = str(entry)
    return found


def first_day_of(customer: Customer) -> dt.date | None:
    """The day of the first word of a customer's dossier."""
    made_at = DossierChange.objects.filter(customer=customer).order_by("pk").values_list("made_at", flat=True).first()
    return None if made_at is None else timezone.localtime(made_at).date()


def has_phone(entry: Record, section: str) -> bool:
    return any(entry.get(name) for name, unit in FIELDS[section].items() if unit == "phone")
