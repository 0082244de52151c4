"""What a manager did with customers in a period, counted from the rows, for work reports (article 9(8))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_noop

from customers.models import MarketInformation, Prospect, ProspectStep, Sale, ServiceRequest, Visit
from managers.rules.reports import WorkDone, WorkLine
from organization.models import Employee

VISITS = {
    Visit.Kind.VISIT: gettext_noop("Visits: %(number)s, to %(people)s customers and prospects"),
    Visit.Kind.CALL: gettext_noop("Calls: %(number)s, to %(people)s customers and prospects"),
    Visit.Kind.OFFICE: gettext_noop("At the counter: %(number)s, with %(people)s customers and prospects"),
    Visit.Kind.ADVICE: gettext_noop("Financial advice: %(number)s, to %(people)s customers and prospects"),
}
RECEIVED = gettext_noop("Received: %(number)s")
ANSWERED = gettext_noop("Answered: %(number)s")
STAGES = {
    Prospect.Stage.FOUND: gettext_noop("Found: %(number)s"),
    Prospect.Stage.VISITED: gettext_noop("Visited: %(number)s"),
    Prospect.Stage.INTERESTED: gettext_noop("Interested: %(number)s"),
    Prospect.Stage.PROMISED: gettext_noop("Promised: %(number)s"),
    Prospect.Stage.WON: gettext_noop("Won: %(number)s"),
    Prospect.Stage.LOST: gettext_noop("Lost: %(number)s"),
}
SOLD = gettext_noop("%(product)s: %(quantity_hundredths)s %(unit)s")
SOLD_FOR = gettext_noop("%(product)s: %(quantity_hundredths)s %(unit)s, %(amount_fen)s yuan")
NEWS = {
    MarketInformation.Kind.GOVERNMENT: gettext_noop("Government decisions: %(number)s"),
    MarketInformation.Kind.INDUSTRY: gettext_noop("Industry: %(number)s"),
    MarketInformation.Kind.CUSTOMER: gettext_noop("Customers’ news: %(number)s"),
    MarketInformation.Kind.COMPETITOR: gettext_noop("Competitors: %(number)s"),
}


def work_of(employee_id: int, first_day: dt.date, last_day: dt.date) -> list[WorkDone]:
    """What the person did on these days: visits and advice, service requests, prospects moved, confirmed sales, market
    information.

    Shape: days inclusive; what did not occur is left out, headings and all. Each line leads to the list of its rows.
    Source: article 9(8).
    """
    number = Employee.objects.values_list("employee_no", flat=True).get(pk=employee_id)
    asked = (employee_id, number, first_day, last_day)
    parts = [
        (gettext_noop("Visits and advice"), _visits(*asked)),
        (gettext_noop("Service requests"), _requests(*asked)),
        (gettext_noop("Prospects"), _prospects(*asked)),
        (gettext_noop("Sales, confirmed"), _sales(*asked)),
        (gettext_noop("Market information"), _news(*asked)),
    ]
    return [WorkDone(heading, lines) for heading, lines in parts if lines]


def _visits(employee_id: int, number: str, first_day: dt.date, last_day: dt.date) -> list[WorkLine]:
    made = Visit.objects.filter(manager=employee_id, state=Visit.State.DONE, day__range=(first_day, last_day))
    counted = (
        made.order_by()
        .values("kind")
        .annotate(number=Count("pk"), people=Count("customer", distinct=True) + Count("prospect", distinct=True))
    )
    found = {one["kind"]: one for one in counted}
    days = {"since": first_day, "until": last_day}
    return [
        WorkLine(
            sentence,
            {"number": found[kind]["number"], "people": found[kind]["people"]},
            _list("visit_list", manager=number, kind=kind, state="done", **days),
        )
        for kind, sentence in VISITS.items()
        if kind in found
    ]


def _requests(employee_id: int, number: str, first_day: dt.date, last_day: dt.date) -> list[WorkLine]:
    received = Q(manager=employee_id, received_on__range=(first_day, last_day)) & ~Q(state="cancelled")
    answered = Q(answered_by=employee_id, answered_on__range=(first_day, last_day), state="answered")
    counted = ServiceRequest.objects.filter(received | answered).aggregate(
        received=Count("pk", filter=received), answered=Count("pk", filter=answered)
    )
    lines = [
        WorkLine(RECEIVED, {"number": counted["received"]}, _list("request_list", manager=number)),
        WorkLine(ANSWERED, {"number": counted["answered"]}, _list("request_list", manager=number, state="answered")),
    ]
    return [one for one in lines if one.values["number"]]


def _prospects(employee_id: int, number: str, first_day: dt.date, last_day: dt.date) -> list[WorkLine]:
    steps = ProspectStep.objects.filter(
        made_by=employee_id, made_at__date__gte=first_day, made_at__date__lte=last_day
    ).exclude(stage_before=F("stage_after"))
    counted = dict(steps.order_by().values_list("stage_after").annotate(Count("prospect", distinct=True)))
    return _each(STAGES, counted, lambda stage: _list("prospect_list", manager=number, stage=stage))


def _sales(employee_id: int, number: str, first_day: dt.date, last_day: dt.date) -> list[WorkLine]:
    sold = Sale.objects.filter(manager=employee_id, state=Sale.State.CONFIRMED, sold_on__range=(first_day, last_day))
    counted = (
        sold.order_by()
        .values("product__code", "product__name", "product__unit")
        .annotate(quantity=Sum("quantity_hundredths"), amount=Sum("amount_fen"))
    )
    lines = []
    for one in counted.order_by("product__code"):
        values: dict[str, int | str] = {
            "product": one["product__name"],
            "quantity_hundredths": int(one["quantity"]),
            "unit": one["product__unit"],
        }
        sentence = SOLD
        if one["amount"] is not None:
            sentence, values["amount_fen"] = SOLD_FOR, int(one["amount"])
        asked = {"product": one["product__code"], "first_day": first_day, "last_day": last_day}
        lines.append(WorkLine(sentence, values, _list("sale_list", manager=number, state="confirmed", **asked)))
    return lines


def _news(employee_id: int, number: str, first_day: dt.date, last_day: dt.date) -> list[WorkLine]:
    sent = MarketInformation.objects.filter(
        manager=employee_id, sent_at__date__gte=first_day, sent_at__date__lte=last_day
    )
    counted = dict(sent.order_by().values_list("kind").annotate(Count("pk")))
    days = {"first_day": first_day, "last_day": last_day}
    return _each(NEWS, counted, lambda kind: _list("information_list", manager=number, kind=kind, **days))


def _each(sentences: dict[Any, str], counted: dict[Any, int], address: Any) -> list[WorkLine]:
    kinds: Iterable[Any] = (kind for kind in sentences if counted.get(kind))
    return [WorkLine(sentences[kind], {"number": counted[kind]}, address(kind)) for kind in kinds]


def _list(name: str, **asked: Any) -> str:
    """A list of customers' work as it is filtered; nothing where there is no such list."""
    try:
        place = reverse(f"customers:{name}")
    except NoReverseMatch:
        return ""
    return f"{place}?{urlencode({key: str(value) for key, value in asked.items()})}"
