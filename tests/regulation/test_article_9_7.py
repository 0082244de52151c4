"""Article 9(7): financial advice and consultation for the customer 理财咨询, kept on the customer's timeline."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleError
from common.laws import obeying_laws
from customers.models import Visit
from customers.queries.visits import visits_of
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_user, make_visit

pytestmark = pytest.mark.django_db

ADVICE = "三年期存款，留足化肥款。"


def test_a_manager_writes_down_what_was_advised_and_the_branch_reads_it(cast: Cast) -> None:
    customer = make_customer(cast.south, "C-1", name="张三")
    make_assignment(customer, cast.wang)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.wang))
    address = reverse("customers:visit_new")
    form = {"key": "c:C-1", "kind": "advice", "purpose": "Deposits", "day": timezone.localdate().isoformat()}
    assert "Write what was advised." in client.post(address, form).content.decode()
    page = client.post(address, form | {"said": ADVICE}, follow=True)
    assert "The advice is written down." in page.content.decode()
    (advice,) = visits_of(customer)
    assert (advice.kind, advice.said, advice.manager) == ("advice", ADVICE, cast.wang)
    detail = reverse("customers:visit_detail", args=[advice.pk])
    for person, status in ((cast.zhou, 200), (cast.chen, 200), (cast.li, 404), (cast.sun, 404), (cast.zhao, 404)):
        client.force_login(make_user(person))
        assert client.get(detail).status_code == status
    timeline = reverse("customers:customer_timeline", args=["C-1"])
    client.force_login(cast.wang.user)
    assert ADVICE in client.get(timeline).content.decode()


def test_the_database_keeps_no_advice_without_words(cast: Cast) -> None:
    make_visit(cast.wang)
    refused = pytest.raises(RuleError, match="Write what was advised")
    with refused, obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_visit SET kind = 'advice'")
    make_visit(cast.wang, kind="advice", state="planned")
    assert Visit.objects.filter(kind="advice").count() == 1
