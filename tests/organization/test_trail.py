"""The trail's chains: what was changed, taken out or cut off is found, and the first broken entry named."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from organization.actions.trail import record
from organization.models import TrailEntry
from organization.queries import broken_chains, trail_size
from organization.rules import SYSTEM
from tests.cast import Cast, assemble


@pytest.fixture
def cast(own_database: str) -> Cast:
    cast = assemble()
    for branch in (cast.south, cast.north, None):
        for number in range(1, 5):
            with transaction.atomic():
                record(
                    actor=SYSTEM,
                    action="test",
                    subject="organization.branch",
                    subject_key=f"键 {number}",
                    branch_id=branch.pk if branch else None,
                    changes={"n": [None, number]},
                )
    return cast


def tamper(statement: str, *parameters: object) -> None:
    """Changes the trail as only the tables' owner could, with the triggers out of the way."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE organization_trailentry DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        cursor.execute("ALTER TABLE organization_trailentry ENABLE TRIGGER USER")


def test_an_untouched_trail_holds(cast: Cast) -> None:
    assert broken_chains() == []
    assert trail_size() == (3, 12)


@pytest.mark.parametrize(
    ("change", "first_broken"),
    [
        (
            "UPDATE organization_trailentry SET body = replace(body, '[null,2]', '[null,9]') WHERE branch_key = %s AND seq = 2",
            2,
        ),
        ("UPDATE organization_trailentry SET actor_no = 'S001' WHERE branch_key = %s AND seq = 3", 3),
        ("UPDATE organization_trailentry SET at = at + interval '1 day' WHERE branch_key = %s AND seq = 3", 3),
        ("DELETE FROM organization_trailentry WHERE branch_key = %s AND seq = 2", 3),
        ("DELETE FROM organization_trailentry WHERE branch_key = %s AND seq = 1", 2),
        ("DELETE FROM organization_trailentry WHERE branch_key = %s AND seq = 4", 4),
        ("DELETE FROM organization_trailentry WHERE branch_key = %s", 1),
        (
            "UPDATE organization_trailentry SET body = body || ' ', hash = encode(sha256(convert_to("
            "previous_hash || body || ' ', 'UTF8')), 'hex') WHERE branch_key = %s AND seq = 2",
            3,
        ),
    ],
)
def test_what_was_tampered_with_is_named(cast: Cast, change: str, first_broken: int) -> None:
    tamper(change, cast.north.pk)
    assert broken_chains() == [(cast.north.pk, first_broken)]


def test_every_broken_chain_is_named_once(cast: Cast) -> None:
    tamper("UPDATE organization_trailentry SET action = 'other' WHERE seq >= %s", 3)
    assert broken_chains() == [(0, 3), (cast.south.pk, 3), (cast.north.pk, 3)]


def test_the_application_itself_changes_nothing_of_the_trail(cast: Cast) -> None:
    for change in ("UPDATE organization_trailentry SET action = 'x'", "DELETE FROM organization_trailentry"):
        with (
            pytest.raises((ProgrammingError, IntegrityError)),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(change)
    assert TrailEntry.objects.count() == 12
