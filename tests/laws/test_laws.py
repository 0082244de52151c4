"""Every law of the database refuses what it forbids, under its own name and with a sentence, and nothing else does so.

The laws are read from the database itself: named checks, uniqueness and exclusions of the models, foreign keys over two
columns, and every trigger with each name that it refuses by. A law that no table here knows fails, and so does a table
that names a law which is no more. Each breach is tried twice: with the law, which must refuse it by its name, and
without, when it must be accepted, so that the test depends on the law.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from common.laws import _sentences
from tests.databases import Databases
from tests.laws import appraisal, customers, deposits, loans, managers, organization
from tests.laws.breaches import Breach, Laws, Stage

APPS = (organization, managers, customers, deposits, loans, appraisal)
LAWS: Laws = {name: breaches for app in APPS for name, breaches in app.LAWS.items()}
DEFAULTS = {table: values for app in APPS for table, values in app.DEFAULTS.items()}
UNBREAKABLE = {name: why for app in APPS for name, why in app.UNBREAKABLE.items()}

CONSTRAINTS = """
SELECT t.relname || '.' || c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE t.relnamespace = 'public'::regnamespace
  AND (c.contype IN ('c', 'u', 'x') OR c.contype = 'f' AND cardinality(c.conkey) > 1)
UNION
SELECT t.relname || '.' || i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace AND x.indisunique AND NOT x.indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
"""
TRIGGERS = """
SELECT t.relname || '.' || g.tgname, p.proname, p.prosrc, encode(g.tgargs, 'escape')
FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
"""


@pytest.fixture(scope="module")
def connection(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[psycopg.Connection[Any]]:
    """As the owner of the tables, in a database of this module's own; every test rolls back."""
    name = databases.clone()
    with databases.server.connect("owner", name) as made:
        made.autocommit = False
        yield made
        made.rollback()
    databases.drop(name)


@pytest.fixture
def stage(connection: psycopg.Connection[Any]) -> Iterator[Stage]:
    yield Stage(connection, DEFAULTS)
    connection.rollback()


@dataclass(frozen=True)
class Law:
    """A law of the database; triggers that call one function keep one law together."""

    key: str  # table and name
    kept_by: str
    names: frozenset[str]  # what its refusals carry


def laws_of(connection: psycopg.Connection[Any]) -> list[Law]:
    found = []
    for (key,) in connection.execute(CONSTRAINTS).fetchall():
        table, name = key.split(".")
        if not name.startswith(f"{table}_") and not table.startswith("django_"):  # names that nobody of ours gave
            found.append(Law(key, key, frozenset({name})))
    for key, function, source, arguments in connection.execute(TRIGGERS).fetchall():
        raised = set(re.findall(r"CONSTRAINT = '(\w+)'", source))
        if "CONSTRAINT = TG_ARGV[0]" in source:
            raised.add(arguments.split("\\000")[0])
            function = key
        found.append(Law(key, function, frozenset(raised)))
    return found


def test_every_law_has_its_breach(connection: psycopg.Connection[Any]) -> None:
    laws = {law.key: law for law in laws_of(connection)}
    told: dict[str, set[str]] = defaultdict(set)
    for key, breaches in LAWS.items():
        if key in laws:
            told[laws[key].kept_by] |= {one.refused_as or key.split(".")[1] for one in breaches}
    missing = {
        key: law.names if key not in LAWS else law.names - told[law.kept_by]
        for key, law in laws.items()
        if key not in UNBREAKABLE and (key not in LAWS or law.names - told[law.kept_by])
    }
    assert not missing, "No breach is told of these laws. Tell one in LAWS of tests/laws/APP.py:\n" + "\n".join(
        f"    {key!r}: (…),  # refused as {', '.join(sorted(names))}" for key, names in sorted(missing.items())
    )
    gone = sorted((LAWS.keys() | UNBREAKABLE.keys()) - laws.keys())
    assert not gone, f"These laws are no more. Take them out of tests/laws: {gone}"


CASES = [(law, number, breach) for law, breaches in LAWS.items() for number, breach in enumerate(breaches)]


@pytest.mark.parametrize(
    ("law", "breach"), [pytest.param(law, breach, id=f"{law}-{number}") for law, number, breach in CASES]
)
def test_the_law_refuses_its_breach_by_name_and_without_it_nothing_does(stage: Stage, law: str, breach: Breach) -> None:
    trigger = "SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s"
    is_trigger = stage.connection.execute(trigger, law.split(".")).fetchone() is not None
    expected = breach.refused_as or law.split(".")[1]
    assert stage.refusal_of(breach, law=law, is_trigger=is_trigger) == expected
    stage.connection.rollback()
    without = Stage(stage.connection, DEFAULTS)
    refusal = without.refusal_of(breach, law=law, is_trigger=is_trigger, without=[law, *breach.also_without])
    assert refusal == "", "Without the law the breach is refused all the same: the test does not depend on it."
    if not breach.unsaid:
        assert expected in _sentences(), (
            f"{expected} has no sentence. Give it one, or say why nobody meets it (unsaid)."
        )
