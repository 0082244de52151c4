"""Breaches of laws: the rows that must stand, and the one statement that a law refuses.

A breach says only what matters to its law. Every other column that must hold something is filled in: with the model's
default, with the specimen of the table that it points at, with a value of its type. Values that begin with "@" name a row:
one of `given` by its name, or the specimen of a table by the table's name; "@table:word" is a second specimen.

What stands is put there with the triggers of its table asleep, so that a row may be in any state. When the law is a
constraint, they stay asleep for the statement, so that nothing but constraints answers.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg
from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from psycopg import sql

Values = Mapping[str, Any]
CLOSED_DAY, OPEN_DAY = "2026-09-01", "2026-10-01"


@dataclass(frozen=True)
class Row:
    """A row that stands: its table, the name by which others point at it, and what matters of it."""

    table: str
    name: str
    values: Values


@dataclass(frozen=True)
class Breach:
    """A statement that a law refuses: a row is added, a row that stands is changed or removed, or plain SQL."""

    table: str
    before: Values | str | None = None  # of the row that is changed or removed; or its name, when it is a given one
    after: Values | None = None  # of the row that is added, or what changes; none = removed
    statement: str = ""
    given: tuple[Row, ...] = ()
    refused_as: str = ""  # the name that the refusal carries; the law's own unless a trigger gives another
    also_without: tuple[str, ...] = ()  # laws that would refuse the same statement once this one is gone
    unsaid: str = ""  # why nobody meets this refusal, so that it needs no sentence


Laws = dict[str, tuple[Breach, ...]]


def row(table: str, name: str = "", **values: Any) -> Row:
    return Row(table, name, values)


def adding(table: str, *given: Row, refused_as: str = "", unsaid: str = "", **values: Any) -> Breach:
    """The breach is to add this row."""
    return Breach(table, after=values, given=given, refused_as=refused_as, unsaid=unsaid)


def changing(
    table: str, before: Values | str, after: Values, *given: Row, refused_as: str = "", unsaid: str = ""
) -> Breach:
    """The breach is to change the row that stands: one like `before`, or the given row of that name."""
    return Breach(table, before=before, after=after, given=given, refused_as=refused_as, unsaid=unsaid)


def removing(table: str, *given: Row, refused_as: str = "", unsaid: str = "", **before: Any) -> Breach:
    """The breach is to remove the row that stands."""
    return Breach(table, before=before, given=given, refused_as=refused_as, unsaid=unsaid)


def twice(table: str, *given: Row, unsaid: str = "", **values: Any) -> Breach:
    """The breach is a second row that says the same in these columns."""
    first = Row(table, "first", values)
    return Breach(table, after=values, given=(*given, first), unsaid=unsaid)


def saying(table: str, statement: str, *given: Row, refused_as: str = "", unsaid: str = "") -> Breach:
    """The breach is this statement; {name} stands for the number of a given row."""
    return Breach(table, statement=statement, given=given, refused_as=refused_as, unsaid=unsaid)


CLOSED_MONTH = Row(
    "organization_monthclose",
    "closed",
    {
        "branch_id": "@organization_branch",
        "month": CLOSED_DAY,
        "state": "closed",
        "approved_by_id": "@organization_employee",
        "closed_by_id": "@organization_employee",
        "closed_at": "2026-10-02",
        "digest": "0" * 64,
    },
)


def closed_month_guards(
    table: str, day: str, noun: str, changed: str = "changed", *, also_on_adding: tuple[str, ...] = (), **values: Any
) -> Laws:
    """The four triggers of a table that a closed month's figures read: nothing added, removed, changed out of it or into it.

    Shape: noun begins the triggers' names; `changed` is the middle of the name of the trigger over former rows.
    """
    given, name = (CLOSED_MONTH,), "closed_month_takes_nothing"
    before, after = {**values, day: CLOSED_DAY}, {**values, day: OPEN_DAY}
    laws: Laws = {
        f"{table}.{noun}_added": (
            replace(adding(table, *given, refused_as=name, **before), also_without=also_on_adding),
        ),
        f"{table}.{noun}_removed": (removing(table, *given, refused_as=name, **before),),
    }
    if changed:
        laws[f"{table}.{noun}_{changed}"] = (changing(table, before, {day: OPEN_DAY}, *given, refused_as=name),)
        laws[f"{table}.{noun}_changed_to"] = (changing(table, after, {day: CLOSED_DAY}, *given, refused_as=name),)
    return laws


@dataclass
class Stage:
    """One transaction, as the role that owns the tables, in which a breach is set up and tried."""

    connection: psycopg.Connection[Any]
    defaults: Mapping[str, Values]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    named: dict[str, Any] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def refusal_of(self, breach: Breach, *, law: str, is_trigger: bool, without: Sequence[str] = ()) -> str:
        """The name that the refusal carries, "" when the statement is accepted; first some laws are taken away."""
        self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in breach.given:
            self.put(one.table, one.values, one.name)
        place = None
        if breach.before is not None:
            given = breach.before
            place = self.places[given] if isinstance(given, str) else self.put(breach.table, given)
        statement = self._statement(breach, place)
        for one in without:
            self._drop(one)
        if not is_trigger:
            self._triggers("DISABLE", breach.table)
        try:
            self.connection.execute(statement)
        except psycopg.Error as error:
            name = error.diag.constraint_name
            if not name:
                raise
            return name
        return ""

    def put(self, table: str, values: Values, name: str = "") -> str:
        """A row, past the triggers; the place where it stands."""
        statement = self._insert(table, values)
        self._triggers("DISABLE", table)
        key = sql.SQL("id") if "id" in _columns(table) else sql.SQL("NULL")
        found = self.connection.execute(statement + sql.SQL(" RETURNING ctid::text, {}").format(key)).fetchone()
        self._triggers("ENABLE", table)
        assert found is not None
        if name:
            self.named[name], self.places[name] = found[1], found[0]
        return str(found[0])

    def _statement(self, breach: Breach, place: str | None) -> Any:
        table = sql.Identifier(breach.table)
        if breach.statement:
            names = {word: self._value(f"@{word}") for word in re.findall(r"\{(\w+)\}", breach.statement)}
            return breach.statement.format_map(names)
        if place is None:
            return self._insert(breach.table, breach.after or {})
        where = sql.SQL("WHERE ctid = {}::tid").format(sql.Literal(place))
        if breach.after is None:
            return sql.SQL("DELETE FROM {} {}").format(table, where)
        sets = [
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(self._value(value)))
            for column, value in breach.after.items()
        ]
        return sql.SQL("UPDATE {} SET {} {}").format(table, sql.SQL(", ").join(sets), where)

    def _insert(self, table: str, values: Values) -> Any:
        wanted = {**self.defaults.get(table, {}), **values}
        filled = {name: self._value(value) for name, value in wanted.items()}
        for name, each in _columns(table).items():
            if name not in filled and name != "id":
                filled[name] = self._filling(each)
        unknown = filled.keys() - _columns(table).keys()
        assert not unknown, f"{table} has no column {unknown}"
        return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, filled)),
            sql.SQL(", ").join(sql.Literal(value) for value in filled.values()),
        )

    def _filling(self, one: Field[Any, Any]) -> Any:
        if one.null:
            return None
        if isinstance(one, ForeignKey):
            return self._value(f"@{one.related_model._meta.db_table}")
        kind = one.get_internal_type()
        if one.has_default():
            return json.dumps(one.get_default()) if kind == "JSONField" else one.get_default()
        if kind in ("CharField", "TextField"):
            if one.blank:
                return ""
            choices = [key for key, _label in one.flatchoices]
            return choices[0] if choices else f"x{next(self.numbers)}"[: one.max_length]
        return {
            "DateField": dt.date(2026, 10, 5),
            "DateTimeField": dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC),
            "BooleanField": False,
            "JSONField": "{}",
            "BinaryField": b"",
        }.get(kind, next(self.numbers))

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict | list):
            return json.dumps(value)
        if not isinstance(value, str) or not value.startswith("@"):
            return value
        name = value[1:]
        if name not in self.named:
            self.put(name.partition(":")[0], {}, name)
        return self.named[name]

    def _triggers(self, what: str, table: str) -> None:
        self.connection.execute(sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(what)))

    def _drop(self, law: str) -> None:
        table, name = law.split(".")
        parts = {"table": sql.Identifier(table), "name": sql.Identifier(name)}
        if _exists(self.connection, "SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s", table, name):
            self.connection.execute(sql.SQL("DROP TRIGGER {name} ON {table}").format(**parts))
        elif _exists(
            self.connection, "SELECT FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s", table, name
        ):
            self.connection.execute(sql.SQL("ALTER TABLE {table} DROP CONSTRAINT {name}").format(**parts))
        else:
            self.connection.execute(sql.SQL("DROP INDEX {name}").format(**parts))


def _exists(connection: psycopg.Connection[Any], statement: str, *values: Any) -> bool:
    return connection.execute(statement, values).fetchone() is not None


def _models() -> dict[str, type[Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def _columns(table: str) -> dict[str, Field[Any, Any]]:
    """The columns of a table, as its model knows them."""
    return {one.column: one for one in _models()[table]._meta.concrete_fields if one.column}


def hand_over_line_guards(table: str) -> tuple[Breach, ...]:
    """What the trigger of a ledger's lines on hand-over sheets refuses: lines that stay, second persons, other branches."""
    witness = "@organization_employee:witness"
    sheet: Values = {"state": "draft", "witness_id": witness}
    draft = Row("managers_handover", "sheet", sheet)
    sent = Row("managers_handover", "sheet", {**sheet, "state": "signing"})
    elsewhere = Row("managers_handover", "sheet", {**sheet, "branch_id": "@organization_branch:elsewhere"})
    of_sheet = {"hand_over_id": "@sheet"}
    third = "hand_over_to_a_third_person"
    return (
        adding(table, sent, **of_sheet, refused_as="hand_over_line_stays"),
        changing(table, of_sheet, {"kept_reason": "other"}, sent, refused_as="hand_over_line_stays"),
        removing(table, sent, **of_sheet, refused_as="hand_over_line_stays"),
        adding(table, draft, **of_sheet, taker_id=witness, refused_as=third),
        adding(table, draft, **of_sheet, taker_id="@organization_employee", refused_as=third),
        adding(table, elsewhere, **of_sheet, refused_as="hand_over_line_of_the_branch"),
    )
