"""Products sold as an indicator (articles 9(3) and 16): confirmed sales by their entry day, in points, opened to the sales."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal.actions.months import run_month_end
from appraisal.models import Scheme, SchemeIndicator, SchemeVersion, ScoreLine
from appraisal.queries.facts import actuals_of_month
from customers.actions.sales import reject_sale
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.make import OCTOBER, make_assignment, make_customer, make_product, make_sale, make_target, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(cast: Cast) -> None:
    """Wang: 2 × 1.50 and 0.5 × 1.50 of October, confirmed; a draft, a rejected one and one of November beside them."""
    customer, product = make_customer(cast.south, "C1", name="刘伟"), make_product(cast.south, "QR", points="1.50")
    make_assignment(customer, cast.wang)
    make_sale(cast.wang, customer, product, "5th", "2.00", confirmed_by=cast.chen)
    make_sale(cast.wang, customer, product, "2026-09-30", "0.50", entered="1st", confirmed_by=cast.chen)
    make_sale(cast.wang, customer, product, "6th", "9.00")
    refused = make_sale(cast.wang, customer, product, "7th", "9.00")
    reject_sale(actor=cast.actor("chen"), sale=refused, reason="Twice")
    make_sale(cast.wang, customer, product, "2026-11-01", "9.00", confirmed_by=cast.chen)


def publish_with_products() -> None:
    """The composite scheme from October on: 90 points of conduct, 10 of products sold."""
    version = SchemeVersion.objects.create(
        scheme=Scheme.objects.get(code="composite"), version=2, effective_month=dt.date(2026, 10, 1)
    )
    parts = (("products_sold", "funds", 10_00, "proportional"), ("conduct", "conduct", 90_00, "deduction"))
    SchemeIndicator.objects.bulk_create(
        SchemeIndicator(
            version=version, position=place, group=group, indicator=code, weight_hundredths=weight, rule=rule
        )
        for place, (code, group, weight, rule) in enumerate(parts, start=1)
    )
    SchemeVersion.objects.filter(pk=version.pk).update(state="published", published_at=timezone.now())


@pytest.mark.usefixtures("sold")
def test_confirmed_sales_count_by_their_entry_day_and_nothing_else(cast: Cast) -> None:
    actuals = actuals_of_month(cast.south, OCTOBER, [cast.wang.pk, cast.li.pk])
    assert actuals[cast.wang.pk].by_indicator["products_sold"].value == Fraction(3_75)
    assert actuals[cast.li.pk].by_indicator["products_sold"].value == 0
    assert actuals_of_month(cast.north, OCTOBER, [cast.wang.pk])[cast.wang.pk].by_indicator["products_sold"].value == 0


@pytest.mark.usefixtures("sold")
def test_a_scheme_scores_them_and_the_line_opens_to_the_sales(cast: Cast) -> None:
    publish_with_products()
    make_target(cast.wang, "products_sold", "5.00")
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER)
    line = ScoreLine.objects.get(card__manager=cast.wang, indicator="products_sold")
    # 10 × 3.75 / 5.00
    assert (line.actual_numerator, line.target_hundredths, line.points_hundredths) == (3_75, 5_00, 7_50)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.wang))
    kwargs = {"branch_code": "S01", "month": OCTOBER, "indicator": "products_sold", "employee_no": "S101"}
    page = client.get(reverse("appraisal:score_line", kwargs=kwargs)).content.decode()
    assert "The sales that make the actual" in page
    assert page.count("刘伟") == 2
    assert '<span class="unit">points</span>' in page
