"""Completeness of many customers in one statement equals that of each one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, FamilyMember, Leader, OtherBank, RequiredFact
from customers.queries.completeness import completeness_of, fill_in_percent, percent_known
from tests.cast import Cast
from tests.make import make_basics, make_customer, make_dossier_entry

pytestmark = pytest.mark.django_db


def customers(cast: Cast) -> None:
    unit = make_customer(cast.south, "U", kind="unit", phone="07241234567", address="Main Street 1")
    make_basics(unit, legal_form="limited", employee_count=0, founded_on="2010-01-01")
    make_dossier_entry(unit, Leader, "leaders", name="Liu", position="chair")
    person = make_customer(cast.south, "P", kind="individual", id_number="420881199001010010")
    make_basics(person, born_on="1990-01-01")
    make_dossier_entry(person, FamilyMember, "family", name="Zhang", relation="spouse")
    make_customer(cast.north, "F", kind="farm_household")


def test_many_cost_one_statement_and_equal_each_one(cast: Cast) -> None:
    customers(cast)
    with CaptureQueriesContext(connection) as queries:
        many = dict(Customer.objects.annotate(percent=percent_known()).values_list("customer_no", "percent"))
    assert len(queries) == 2  # the table of required facts, and all customers
    assert many == {one.customer_no: completeness_of(one).percent for one in Customer.objects.all()}
    assert many["F"] == 0
    assert many["U"] == 10 + 5 + 5 + 5 + 5 + 15
    assert many["P"] == 15 + 5 + 15


def test_a_unions_own_table_holds_for_the_branches_below_it(cast: Cast) -> None:
    customers(cast)
    RequiredFact.objects.create(branch=cast.union, customer_kind="unit", fact="customer.phone", weight=2)
    RequiredFact.objects.create(branch=cast.union, customer_kind="unit", fact="other_banks", weight=1)
    unit = Customer.objects.get(customer_no="U")
    assert completeness_of(unit).percent == 66
    make_dossier_entry(unit, OtherBank, "other_banks", bank="ABC", kind="loan", source="said", known_on="2026-10-01")
    many = dict(Customer.objects.annotate(percent=percent_known()).values_list("customer_no", "percent"))
    assert many == {one.customer_no: completeness_of(one).percent for one in Customer.objects.all()}
    assert many["U"] == 100


def test_a_pages_customers_say_the_same_in_one_statement(cast: Cast) -> None:
    customers(cast)
    RequiredFact.objects.create(branch=cast.union, customer_kind="unit", fact="leaders", weight=3)
    RequiredFact.objects.create(branch=cast.union, customer_kind="unit", fact="documents", weight=4)
    shown = list(Customer.objects.select_related("branch"))
    with CaptureQueriesContext(connection) as queries:
        fill_in_percent(shown)
    assert len(queries) == 2
    said = {one.customer_no: one.percent for one in shown}  # type: ignore[attr-defined]
    assert said == {one.customer_no: completeness_of(one).percent for one in shown}
    assert said["U"] == 42


def test_what_is_taken_out_is_missing_again(cast: Cast) -> None:
    customers(cast)
    Leader.objects.update(removed_at="2026-10-05T00:00Z", version=2)
    assert "leaders" in dict(completeness_of(Customer.objects.get(customer_no="U")).missing)
