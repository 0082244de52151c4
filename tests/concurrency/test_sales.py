"""A sale that two people enter or decide at once, and one whose product or month changes at the same moment."""

from __future__ import annotations

import datetime as dt
import uuid

from appraisal.actions.months import approve_month, close_month
from common.errors import Conflict, RuleError
from common.months import Month
from customers.actions.products import add_product, change_points, end_product
from customers.actions.sales import Confirmed, confirm_sales, enter_sale, reject_sale
from customers.models import Sale, ServiceProduct
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


def test_of_two_who_confirm_at_once_one_confirms_and_the_other_reads_who_did(own_cast: Cast) -> None:
    customer, product = make_customer(own_cast.south), make_product(own_cast.union)
    clerk, director = own_cast.actor("chen"), own_cast.actor("zhou")
    for number in range(4):
        sales = [make_sale(own_cast.wang, customer, product, "2026-11-02") for _time in range(2)]
        results = at_once(
            lambda sales=sales: confirm_sales(actor=clerk, sales=sales),  # type: ignore[misc]
            lambda sales=sales: confirm_sales(actor=director, sales=sales[::-1]),  # type: ignore[misc]
        )
        assert [isinstance(one, Conflict) for one in results].count(True) == 1, (number, results)
        entries = TrailEntry.objects.filter(action="confirm_sale", subject_key__in=[str(one.pk) for one in sales])
        assert entries.count() == 2


def test_what_is_sent_four_times_at_once_is_one_sale(own_cast: Cast) -> None:
    customer, product, actor = make_customer(own_cast.south), make_product(own_cast.union), own_cast.actor("wang")
    make_assignment(customer, own_cast.wang)
    given = {"product": product, "sold_on": dt.date(2026, 11, 2), "quantity_hundredths": 1_00, "token": uuid.uuid4()}
    results = at_once(*[lambda: enter_sale(actor=actor, customer=customer, **given) for _time in range(4)])  # type: ignore[arg-type]
    assert set(results) == {Sale.objects.get()}
    assert TrailEntry.objects.filter(action="enter_sale").count() == 1


def test_a_sale_entered_while_its_points_change_has_the_old_or_the_new_ones(own_cast: Cast) -> None:
    customer = make_customer(own_cast.south)
    make_assignment(customer, own_cast.wang)
    day, manager, clerk = dt.date(2026, 11, 3), own_cast.actor("wang"), own_cast.actor("chen")
    for number in range(4):
        product = make_product(own_cast.south, f"Q{number}", points="1.00")
        sold, changed = at_once(
            lambda product=product: enter_sale(  # type: ignore[misc]
                actor=manager, customer=customer, product=product, sold_on=day, quantity_hundredths=1_00
            ),
            lambda product=product: change_points(  # type: ignore[misc]
                actor=clerk, product=product, points_hundredths=2_00, first_day=product.first_day
            ),
        )
        assert isinstance(sold, Sale), (number, sold)
        # What was sold first keeps its points, and the catalogue with it.
        assert sold.points_hundredths == (1_00 if isinstance(changed, RuleError) else 2_00)
        assert ServiceProduct.objects.get(pk=product.pk).points_hundredths == sold.points_hundredths


def test_a_sale_entered_while_its_month_is_closed_enters_there_or_in_the_next(own_cast: Cast) -> None:
    retire(own_cast.li)
    play_the_example(own_cast)
    customer, product = make_customer(own_cast.south), make_product(own_cast.union)
    make_assignment(customer, own_cast.wang)
    compute(own_cast)
    manager, director = own_cast.actor("wang"), own_cast.actor("zhou")
    approve_month(actor=director, branch=own_cast.south, month=SEPTEMBER)
    day = dt.date(2026, 9, 20)
    sold, closed = at_once(
        lambda: enter_sale(actor=manager, customer=customer, product=product, sold_on=day, quantity_hundredths=1_00),
        lambda: close_month(actor=director, branch=own_cast.south, month=SEPTEMBER),
    )
    # A draft is no figure: it keeps no month open, and the month keeps no sale away.
    assert isinstance(closed, str), closed
    assert isinstance(sold, Sale), sold
    assert sold.entered_on in (day, OCTOBER.first_day)
    (confirmed,) = confirm_sales(actor=own_cast.actor("chen"), sales=[sold]).sales
    assert confirmed.entered_on == OCTOBER.first_day


def test_of_a_union_and_a_branch_that_add_a_code_at_once_one_has_it(own_cast: Cast) -> None:
    places = (("wu", own_cast.union), ("chen", own_cast.south), ("sun", own_cast.north))
    given = {
        "name": "收款码",
        "kind": "settlement",
        "unit": "户",
        "points_hundredths": 30,
        "first_day": OCTOBER.first_day,
    }
    for number in range(4):
        results = at_once(
            *(
                lambda person=person, branch=branch, number=number: add_product(  # type: ignore[misc]
                    actor=own_cast.actor(person),
                    branch=branch,
                    code=f"Q{number}",
                    **given,
                )
                for person, branch in places
            )
        )
        kept = set(ServiceProduct.objects.filter(code=f"Q{number}").values_list("branch__branch_code", flat=True))
        assert kept in ({"UNION"}, {"S01", "N01"}), (number, results)
        assert sum(isinstance(one, RuleError) for one in results) == 3 - len(kept)
