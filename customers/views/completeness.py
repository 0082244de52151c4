"""How complete a dossier is, on the customer's page; and what the union requires of a complete one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.views import get_visible, part_page, say_refusal
from customers.actions import completeness as actions
from customers.models import Customer
from customers.queries import completeness as queries
from customers.queries import customers, is_own, reviews
from customers.rules.completeness import facts_of
from organization.models import Branch
from organization.requests import Request


def customer_completeness(request: Request, customer_no: str) -> HttpResponse:
    customer = get_visible(customers(request.actor), request.actor, customer_no=customer_no)
    found = queries.completeness_of(customer)
    context = {
        "customer": customer,
        "found": found,
        "missing": [_missing(customer, fact, found.gain(weight)) for fact, weight in found.missing],
        "own": customer.archived_at is None and is_own(request.actor, customer),
        "reviews": reviews.reviews_of(customer),
        "due_on": reviews.due_day_of(customer, timezone.localdate()),
        "today": timezone.localdate(),
        "style": "css/customers.css",
    }
    back = reverse("desk:customer_detail", args=[customer_no])
    heading = _("Completeness")
    return part_page(request, "customers/completeness_part.html", heading=heading, back=back, context=context)


def required_list(request: Request) -> HttpResponse:
    """The table of each kind of customer, as everybody reads it; the union's supervisor writes it here too."""
    unions = list(queries.unions(request.actor))
    if not unions:
        raise Http404
    named = request.GET.get("union", "") or request.POST.get("union", "")
    union = next((one for one in unions if one.branch_code == named), unions[0])
    edits = queries.edits_required(request.actor, union)
    typed: dict[str, str] = {}
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        try:
            weights = _weights(request, kind)
            actions.require_facts(actor=request.actor, union=union, kind=kind, weights=weights, opened=_opened(request))
        except RuleError as error:
            say_refusal(request, error)
            typed = request.POST.dict()
        else:
            messages.success(request, _("The table is kept. Every percentage follows it from now on."))
            return redirect(f"{reverse('customers:required_list')}?union={union.branch_code}#{kind}")
    return _required_page(request, union, unions, edits, typed)


def _required_page(
    request: Request, union: Branch, unions: list[Branch], edits: bool, typed: dict[str, str]
) -> HttpResponse:
    required, written = queries.required_of(union), queries.written_kinds(union)
    kind_typed = request.POST.get("kind", "") if typed else ""
    tables = []
    for kind, label in Customer.Kind.choices:
        weights = required[kind]
        rows = [
            {
                "fact": fact,
                "label": queries.fact_label(fact),
                "weight": weights.get(fact),
                "typed": typed.get(fact, "") if kind == kind_typed else weights.get(fact, ""),
                "is_list": "." not in fact,
            }
            for fact in facts_of(kind)
            if edits or fact in weights
        ]
        opened = json.dumps(weights, sort_keys=True)
        one = {"kind": kind, "label": label, "rows": rows, "total": sum(weights.values()), "opened": opened}
        tables.append(one | {"is_default": kind not in written})
    context = {"tables": tables, "union": union, "unions": unions, "edits": edits}
    return render(request, "customers/required_list.html", context)


def _weights(request: Request, kind: str) -> dict[str, int]:
    """What was typed, without what is empty or 0. Raises: BadInput for what is no whole number."""
    found = {}
    for fact in facts_of(kind) if kind in Customer.Kind.values else ():
        text = request.POST.get(fact, "").strip()
        if text and text != "0":
            if not (text.isascii() and text.isdigit() and len(text) < 6):
                raise BadInput(_("A weight lies between 1 and 100."))
            found[fact] = int(text)
    return found


def _opened(request: Request) -> dict[str, Any]:
    try:
        found = json.loads(request.POST.get("opened", ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _missing(customer: Customer, fact: str, gain: int) -> dict[str, Any]:
    """A fact that is missing, what it would take, and where to write it."""
    section, _dot, field = fact.partition(".")
    place = "#part-identity" if section == "customer" else "#part-documents" if section == "documents" else ""
    return {
        "label": queries.fact_label(fact),
        "gain": gain,
        "is_list": not field,
        "place": place or f"#section-{section}",
    }
