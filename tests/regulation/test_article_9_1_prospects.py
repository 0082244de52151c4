"""Article 9(1), developing customers: somebody found is led from stage to stage until a customer, with the way kept."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Prospect
from customers.queries.visits import visits_of
from organization.models import Notification
from tests.cast import Cast
from tests.make import make_customer, make_user

pytestmark = pytest.mark.django_db


def test_a_prospect_is_found_visited_and_won_and_its_way_stands_with_the_customer(cast: Cast) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.wang))
    client.post(
        reverse("customers:prospect_new"),
        {"name": "周老板", "kind": "unit", "phone": "13700001111", "source": "集市", "expected_fen": "50000"},
    )
    prospect = Prospect.objects.get()
    client.post(
        reverse("customers:visit_new"),
        {"key": f"p:{prospect.pk}", "kind": "visit", "purpose": "Deposits", "day": timezone.localdate().isoformat()},
    )
    prospect.refresh_from_db()
    assert (prospect.stage, prospect.expected_fen) == ("visited", 50_000_00)

    # The account is opened; the clerks bring the customer in; the manager says that it is the prospect.
    customer = make_customer(cast.south, "C-77", name="周老板", kind="unit")
    step = reverse("customers:prospect_step", args=[prospect.pk])
    client.post(step, {"to": "won", "version": prospect.version, "customer": "C-77"})
    prospect.refresh_from_db()
    assert (prospect.stage, prospect.customer) == ("won", customer)
    assert [one.stage_after for one in prospect.steps.order_by("pk")] == ["found", "visited", "won"]
    assert visits_of(customer).get().prospect == prospect
    told = Notification.objects.get(employee=cast.chen)
    assert "C-77" in told.words and "newly developed" in told.words
