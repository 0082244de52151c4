"""Article 9(6): the customer economic dossier 客户经济档案 — basic facts, leaders, credit standing, major events, business
with the cooperative and with other banks — written by the customer's manager, with every change kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleError
from common.laws import obeying_laws
from customers.models import Customer, DossierChange, Leader
from customers.queries.dossier import MODELS
from organization.models import Employee, TrailEntry
from tests.cast import Cast
from tests.make import (
    make_account,
    make_assignment,
    make_attribution,
    make_basics,
    make_customer,
    make_dossier_entry,
    make_loan,
    make_user,
)

pytestmark = pytest.mark.django_db

SECTIONS = """
kind           | sections
unit           | basics leaders credit events other_banks
individual     | basics family holdings credit events other_banks
farm_household | basics family holdings credit events other_banks
"""
ROWS = [[cell.strip() for cell in row.split("|")] for row in SECTIONS.strip().splitlines()[1:]]

# What is typed into each section, and how the page then says it.
TYPED: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "basics": ({"remarks": "Harvest in September."}, ("Harvest in September.",)),
    "leaders": (
        {"name": "刘德厚", "position": "董事长", "born_on": "1968-05-06"},
        ("刘德厚", "董事长", "1968-05-06"),
    ),
    "family": ({"name": "张秀兰", "relation": "spouse", "yearly_income_fen": "30000"}, ("张秀兰", "30,000.00 yuan")),
    "holdings": (
        {"kind": "land", "description": "水田", "quantity_hundredths": "23.5", "unit": "亩"},
        ("水田", "23.5 亩"),
    ),
    "credit": (
        {"kind": "guarantee", "happened_on": "2026-03-01", "words": "为邻居担保", "amount_fen": "50000"},
        ("为邻居担保", "guarantee given", "50,000.00 yuan"),
    ),
    "events": ({"happened_on": "2026-08-20", "words": "新上一条生产线"}, ("新上一条生产线", "2026-08-20")),
    "other_banks": (
        {
            "bank": "农业银行",
            "kind": "loan",
            "amount_fen": "2000000",
            "rate_bp": "4.8",
            "due_on": "2027-03-31",
            "source": "听说",
            "known_on": "2026-09-10",
        },
        ("农业银行", "2,000,000.00 yuan", "4.80 %", "2027-03-31"),
    ),
}


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


@pytest.mark.parametrize(("kind", "sections"), ROWS)
def test_a_dossier_has_the_sections_of_its_kind_and_each_is_written_in_the_browser(
    cast: Cast, kind: str, sections: str
) -> None:
    customer = make_customer(cast.south, "C100", name="客户", kind=kind)
    make_assignment(customer, cast.wang)
    client, page = browser(cast.wang), reverse("desk:customer_detail", args=["C100"])
    shown = [section.name for section in client.get(page).context["page"].sections]
    assert shown == sections.split()
    for section in shown:
        typed, said = TYPED[section]
        where = ["customers:dossier_edit"] if section == "basics" else ["customers:dossier_add", section]
        answer = client.post(reverse(where[0], args=[*where[1:], "C100"]), typed | {"version": "0"}, follow=True)
        text = answer.content.decode()
        assert all(words in text for words in said), (section, said)
    changes = DossierChange.objects.filter(customer=customer, what="added")
    assert {one.section for one in changes} == set(shown)
    assert {one.made_by for one in changes} == {cast.wang}
    # Whoever reads the branch reads it all.
    text = browser(cast.zhou).get(page).content.decode()
    assert all(words in text for section in shown for words in TYPED[section][1])


def test_every_change_is_kept_with_who_when_before_and_after_and_stands_on_the_trail(cast: Cast) -> None:
    customer = make_customer(cast.south, "C100", kind="unit")
    make_assignment(customer, cast.wang)
    make_basics(customer, yearly_sales_fen=100_00)
    address, before = reverse("customers:dossier_edit", args=["C100"]), timezone.now()
    browser(cast.wang).post(address, {"yearly_sales_fen": "200", "version": "1", "reason": "their books"})
    change = DossierChange.objects.latest("pk")
    assert change.changes == {"yearly_sales_fen": [100_00, 200_00]}
    assert (change.made_by, change.reason) == (cast.wang, "their books")
    assert before <= change.made_at <= timezone.now()
    body = TrailEntry.objects.get(action="dossier_changed").body
    assert '"basics.yearly_sales_fen":[10000,20000]' in body and '"actor":"S101"' in body


def test_a_customer_handed_over_is_written_by_the_next_manager_alone_and_the_history_goes_along(cast: Cast) -> None:
    today, day = timezone.localdate(), dt.timedelta(days=1)
    customer = make_customer(cast.south, "C100", kind="unit")
    make_assignment(customer, cast.wang, last=today - day)
    make_assignment(customer, cast.li, first=today)
    leader = make_dossier_entry(customer, Leader, "leaders", name="刘总", position="经理")
    address = reverse("customers:dossier_change", args=["leaders", leader.pk, "C100"])
    assert browser(cast.wang).get(address).status_code == 404
    browser(cast.li).post(address, {"name": "刘总", "position": "董事长", "version": "1"})
    leader.refresh_from_db()
    assert leader.position == "董事长"
    history = browser(cast.li).get(reverse("customers:customer_history", args=["C100"]))
    assert [one.what for one in history.context["changes"]] == ["changed", "added"]


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM customers_leader", "What stands in a dossier is not deleted"),
        ("UPDATE customers_leader SET name = 'other'", "Somebody else has changed this since you opened it"),
        (
            "UPDATE customers_leader SET removed_at = now(), version = version + 1;"
            "UPDATE customers_leader SET removed_at = NULL, version = version + 1",
            "This was taken out of the dossier and stays as it was",
        ),
    ],
)
def test_the_database_keeps_what_was_written(cast: Cast, statement: str, sentence: str) -> None:
    make_dossier_entry(make_customer(cast.south, kind="unit"), Leader, "leaders", name="刘总", position="经理")
    with pytest.raises(RuleError, match=sentence), obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_files_bring_and_the_ledgers_hold_is_shown_and_typed_nowhere(cast: Cast) -> None:
    customer = make_customer(
        cast.south, "C100", name="柴湖米业", kind="unit", industry="粮食加工", address="工业园 3 号"
    )
    make_assignment(customer, cast.wang)
    account = make_account(cast.south, customer=customer)
    make_attribution(account, cast.wang)
    loan = make_loan(cast.wang, "30000.00", customer=customer)

    def ledgers() -> list[dict[str, Any]]:
        return [type(one).objects.values().get(pk=one.pk) for one in (account, loan)]

    before, client = ledgers(), browser(cast.wang)
    text = client.get(reverse("customers:dossier_section", args=["basics", "C100"])).content.decode()
    assert "柴湖米业" in text and "粮食加工" in text and "工业园 3 号" in text
    form = client.get(reverse("customers:dossier_edit", args=["C100"])).context["form"]
    own = {one.name for one in Customer._meta.fields}
    assert not own & set(form.names)
    # Sent all the same, they change nothing.
    sent = {
        "name": "other",
        "industry": "other",
        "balance_fen": "1",
        "principal_fen": "1",
        "version": "0",
        "short_name": "米业",
    }
    client.post(reverse("customers:dossier_edit", args=["C100"]), sent)
    customer.refresh_from_db()
    assert (customer.name, customer.industry) == ("柴湖米业", "粮食加工")
    # Business with us stands in the ledgers alone: no section of the dossier points at them or holds a figure of theirs.
    assert ledgers() == before
    pointed = {
        one.related_model._meta.app_label for model in MODELS.values() for one in model._meta.fields if one.is_relation
    }
    assert pointed == {"customers"}
