"""Article 9(3): managers market settlement, education savings, agency, intermediary business, cards and e-banking; what is
sold counts once a second person has confirmed it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.months import Month
from customers.models import Sale, ServiceProduct
from customers.queries.sales import confirmed_sales, number_to_confirm
from organization.models import Employee, TrailEntry
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_product, make_user

pytestmark = pytest.mark.django_db


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


def test_the_catalogue_names_the_businesses_of_the_article() -> None:
    assert set(ServiceProduct.Kind.values) >= {
        "settlement", "education_savings", "agency", "intermediary", "card", "e_banking",
    }  # fmt: skip


def test_a_sale_is_entered_by_its_manager_and_counts_when_the_clerk_has_confirmed_it(cast: Cast) -> None:
    today, month = timezone.localdate(), Month.of(timezone.localdate())
    customer = make_customer(cast.south, "C-1", name="刘伟")
    make_assignment(customer, cast.wang)
    product = make_product(cast.union, "QR", points="1.50")
    manager, clerk = browser(cast.wang), browser(cast.chen)
    manager.post(
        reverse("customers:sale_new"),
        {"customer": "C-1", "product": product.pk, "quantity": "2", "amount_fen": "300", "sold_on": today.isoformat()},
    )
    sale = Sale.objects.get()
    assert (sale.manager, sale.state, sale.points_hundredths, sale.amount_fen) == (cast.wang, "draft", 3_00, 300_00)
    assert not confirmed_sales(cast.south, month).exists()
    assert number_to_confirm(cast.actor("chen")) == 1

    # Nobody confirms what he or she has sold, whichever way it is asked.
    manager.post(reverse("customers:sale_confirm"), {"sale": sale.pk})
    assert not confirmed_sales(cast.south, month).exists()
    clerk.post(reverse("customers:sale_confirm"), {"sale": sale.pk})
    assert confirmed_sales(cast.south, month).get() == sale
    steps = TrailEntry.objects.filter(subject="customers.sale", subject_key=str(sale.pk)).order_by("pk")
    assert [one.action for one in steps] == ["enter_sale", "confirm_sale"]


def test_points_change_from_a_day_on_and_what_was_sold_before_keeps_its_points(cast: Cast) -> None:
    today = timezone.localdate()
    customer = make_customer(cast.south, "C-1")
    make_assignment(customer, cast.wang)
    product = make_product(cast.union, "QR", points="1.00")
    yesterday = today - dt.timedelta(days=1)
    manager, supervisor = browser(cast.wang), browser(cast.wu)
    given = {"customer": "C-1", "product": product.pk, "quantity": "1"}
    manager.post(reverse("customers:sale_new"), given | {"sold_on": yesterday.isoformat()})
    supervisor.post(
        reverse("customers:product_points", args=[product.pk]),
        {"points_hundredths": "2", "first_day": today.isoformat()},
    )
    now = ServiceProduct.objects.get(code="QR", first_day=today)
    manager.post(reverse("customers:sale_new"), given | {"product": now.pk, "sold_on": today.isoformat()})
    # The form offers the row of today; a sale of yesterday is meant with the points of yesterday.
    manager.post(reverse("customers:sale_new"), given | {"product": now.pk, "sold_on": yesterday.isoformat()})
    assert list(Sale.objects.order_by("pk").values_list("points_hundredths", flat=True)) == [1_00, 2_00, 1_00]
