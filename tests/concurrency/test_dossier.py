"""Two sessions save one section of a dossier at the same moment: one wins, the other is shown both versions."""

from __future__ import annotations

import uuid

from customers.actions.dossier import SectionConflict, add_entry, change_entry, save_basics
from customers.models import BasicFacts, Customer, DossierChange, Leader
from organization.queries import actor_of
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.make import make_assignment, make_basics, make_customer, make_dossier_entry


def own(cast: Cast) -> Customer:
    customer = make_customer(cast.south, kind="unit")
    make_assignment(customer, cast.wang)
    return customer


def test_of_two_who_save_the_basic_facts_at_once_one_wins_and_the_other_has_both_versions(own_cast: Cast) -> None:
    customer, actor = own(own_cast), actor_of(own_cast.wang)
    make_basics(customer, short_name="old", premises="here")
    results = at_once(
        *(
            lambda name=name: save_basics(
                actor=actor, customer=customer, version=1, values={"short_name": name, "premises": "here"}
            )
            for name in ("first", "second")
        )
    )
    [won] = [one for one in results if isinstance(one, DossierChange)]
    [lost] = [one for one in results if isinstance(one, SectionConflict)]
    kept = BasicFacts.objects.get()
    assert (kept.version, kept.short_name) == (2, won.changes["short_name"][1])
    [difference] = lost.differences
    assert difference.is_clash and (difference.opened, difference.now) == ("old", kept.short_name)
    assert difference.typed == ({"first", "second"} - {kept.short_name}).pop()
    assert lost.now is not None and lost.now.version == 2


def test_of_two_first_words_at_once_one_makes_the_facts(own_cast: Cast) -> None:
    customer, actor = own(own_cast), actor_of(own_cast.wang)
    results = at_once(
        *(
            lambda name=name: save_basics(actor=actor, customer=customer, version=0, values={"short_name": name})
            for name in ("first", "second")
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["DossierChange", "SectionConflict"]
    assert BasicFacts.objects.get().version == DossierChange.objects.count() == 1


def test_of_two_who_change_an_entry_at_once_one_wins(own_cast: Cast) -> None:
    customer, actor = own(own_cast), actor_of(own_cast.wang)
    leader = make_dossier_entry(customer, Leader, "leaders", name="刘总", position="经理")
    given = {"actor": actor, "customer": customer, "section": "leaders", "entry": leader.pk, "version": 1}
    results = at_once(*(lambda name=name: change_entry(values={"name": name}, **given) for name in ("王总", "陈总")))
    assert sorted(type(one).__name__ for one in results) == ["DossierChange", "SectionConflict"]
    assert Leader.objects.get().version == 2 and DossierChange.objects.count() == 2


def test_a_form_that_arrives_twice_at_once_adds_one_entry(own_cast: Cast) -> None:
    customer, actor, token = own(own_cast), actor_of(own_cast.wang), uuid.uuid4()
    given = {"actor": actor, "customer": customer, "section": "leaders", "token": token}
    results = at_once(*([lambda: add_entry(values={"name": "刘总", "position": "经理"}, **given)] * 3))
    assert len({one.pk for one in results}) == 1 and Leader.objects.count() == 1  # type: ignore[attr-defined]
