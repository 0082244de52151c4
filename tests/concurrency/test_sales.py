"""A sale that two people decide at once, and one that is confirmed while its month is being closed."""

from __future__ import annotations

import datetime as dt

from appraisal.actions.months import approve_month, close_month
from common.errors import Conflict, RuleError
from common.months import Month
from customers.actions.products import end_product
from customers.actions.sales import Confirmed, confirm_sales, enter_sale, reject_sale
from customers.models import Sale
from organization.models import TrailEntry
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example, retire
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.make import OCTOBER, make_assignment, make_customer, make_product, make_sale


def test_of_two_who_decide_a_sale_at_once_one_decides_and_the_other_reads_who_did(own_cast: Cast) -> None:
    customer, product = make_customer(own_cast.south), make_product(own_cast.union)
    clerk, director = own_cast.actor("chen"), own_cast.actor("zhou")
    for number in range(4):
        sale = make_sale(own_cast.wang, customer, product, "2026-11-02")
        results = at_once(
            lambda sale=sale: confirm_sales(actor=clerk, sales=[sale]),  # type: ignore[misc]
            lambda sale=sale: reject_sale(actor=director, sale=sale, reason="Twice"),  # type: ignore[misc]
        )
        assert [isinstance(one, Conflict) for one in results].count(True) == 1, (number, results)
        sale.refresh_from_db()
        assert sale.state == ("confirmed" if isinstance(results[0], Confirmed) else "rejected")
        assert TrailEntry.objects.filter(subject="customers.sale", subject_key=str(sale.pk)).count() == 1


def test_a_sale_confirmed_while_its_month_is_closed_counts_there_or_in_the_next(own_cast: Cast) -> None:
    retire(own_cast.li)
    play_the_example(own_cast)
    sale = make_sale(own_cast.wang, make_customer(own_cast.south), make_product(own_cast.union), "2026-09-20")
    compute(own_cast)
    director, clerk = own_cast.actor("zhou"), own_cast.actor("chen")
    approve_month(actor=director, branch=own_cast.south, month=SEPTEMBER)
    confirmed, closed = at_once(
        lambda: confirm_sales(actor=clerk, sales=[sale]),
        lambda: close_month(actor=director, branch=own_cast.south, month=SEPTEMBER),
    )
    assert isinstance(confirmed, Confirmed), confirmed
    sale.refresh_from_db()
    # Either the sale was there first, and what was approved is not closed; or the month was, and takes nothing more.
    if isinstance(closed, RuleError):
        assert sale.entered_on == dt.date(2026, 9, 20)
    else:
        assert Month.of(sale.entered_on) == OCTOBER


def test_a_product_that_ends_while_it_is_sold_is_sold_or_has_ended(own_cast: Cast) -> None:
    customer, product = make_customer(own_cast.south), make_product(own_cast.south)
    make_assignment(customer, own_cast.wang)
    day = dt.date(2026, 11, 3)
    manager, clerk = own_cast.actor("wang"), own_cast.actor("chen")
    sold, ended = at_once(
        lambda: enter_sale(actor=manager, customer=customer, product=product, sold_on=day, quantity_hundredths=1_00),
        lambda: end_product(actor=clerk, product=product, last_day=day - dt.timedelta(days=1)),
    )
    assert [isinstance(one, RuleError) for one in (sold, ended)].count(True) == 1
    product.refresh_from_db()
    assert Sale.objects.exists() == (product.last_day is None)
