"""The sections of a customer's dossier, shown and written in place; each address is also a plain page of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.errors import RuleError
from common.forms import refuse_on
from common.keyset import keyset_page
from common.views import get_visible, part_page, refuse
from customers.actions import dossier as actions
from customers.actions.rights import refuse_unless_own
from customers.forms.dossier import SectionForm, both_versions, opened, section_form
from customers.models import Customer, DossierChange
from customers.queries import dossier as queries
from customers.queries import is_own
from customers.rules.dossier import BASICS, SECTIONS_OF, compared, kept
from customers.templatetags.dossier import in_order, said
from organization.requests import Request

PAGE = 20
STYLE = "css/customers.css"


def dossier_section(request: Request, section: str, customer_no: str) -> HttpResponse:
    """A section as it stands, or with ?as_of= as it stood on a day, beside today's."""
    customer = _customer(request, section, customer_no)
    if (day := _day(request.GET.get("as_of", ""))) is None:
        return _page(request, customer, section)
    then = compared(queries.record_on(customer, section, day), queries.record_now(customer, section))
    as_of = {"as_of": day, "compared": then, "stood": any(one.then is not None for one in then)}
    began = queries.first_day_of(customer)
    return _page(request, customer, section, **as_of, began=began, is_to_come=day > timezone.localdate())


def dossier_edit(request: Request, customer_no: str) -> HttpResponse:
    """The form of the basic facts."""
    return _write(request, _customer(request, BASICS, customer_no), BASICS, None)


def dossier_change(request: Request, section: str, entry: int, customer_no: str) -> HttpResponse:
    """The form of one entry of a list."""
    if section == BASICS:
        raise Http404
    return _write(request, _customer(request, section, customer_no), section, entry)


def _write(request: Request, customer: Customer, section: str, entry: int | None) -> HttpResponse:
    """The form of an entry, and what is typed in it."""
    now = next((one for one in queries.section_now(customer, section).entries if one.key == entry), None)
    if request.method != "POST":
        if now is None:
            raise Http404
        form = opened(customer.kind, section, now.record, now.version)
        return _form_page(request, customer, section, form, entry=entry)
    form = section_form(customer.kind, section)(request.POST, now=now.record if now else None)
    if not form.is_valid():
        return _form_page(request, customer, section, form, entry=entry)
    given: dict[str, Any] = {
        "version": form.cleaned_data["version"],
        "values": form.values,
        "reason": form.cleaned_data["reason"],
    }
    try:
        if entry is None:
            change = actions.save_basics(actor=request.actor, customer=customer, **given)
        else:
            change = actions.change_entry(actor=request.actor, customer=customer, section=section, entry=entry, **given)
    except actions.SectionConflict as error:
        return _conflict_page(request, customer, section, form, entry, error)
    except RuleError as error:
        refuse_on(form, error)
        return _form_page(request, customer, section, form, entry=entry)
    return _saved(request, customer, section, change)


def dossier_add(request: Request, section: str, customer_no: str) -> HttpResponse:
    """The form of a new entry of a list."""
    customer = _customer(request, section, customer_no)
    if section == BASICS:
        raise Http404
    if request.method != "POST":
        form = opened(customer.kind, section, queries.blank(section), 0)
        return _form_page(request, customer, section, form, adds=True)
    form = section_form(customer.kind, section)(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            change = actions.add_entry(
                actor=request.actor,
                customer=customer,
                section=section,
                values=form.values,
                token=given["token"],
                reason=given["reason"],
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            return _saved(request, customer, section, change)
    return _form_page(request, customer, section, form, adds=True)


def dossier_remove(request: Request, section: str, entry: int, customer_no: str) -> HttpResponse:
    """Takes an entry out, with a reason."""
    customer = _customer(request, section, customer_no)
    now = next((one for one in queries.section_now(customer, section).entries if one.key == entry), None)
    if now is None and request.method != "POST":
        raise Http404
    typed, said_no = request.POST.get("reason", ""), None
    if request.method == "POST":
        try:
            change = actions.remove_entry(
                actor=request.actor,
                customer=customer,
                section=section,
                entry=entry,
                version=_number(request.POST.get("version", "")),
                reason=typed,
            )
        except RuleError as error:
            said_no = error
        else:
            return _saved(request, customer, section, change)
    if (refused := _refused(request, customer, section)) is not None:
        return refused
    return _page(request, customer, section, removing=now, typed_reason=typed, said_no=said_no)


def customer_history(request: Request, customer_no: str) -> HttpResponse:
    """Who changed what, when and why, the latest first; ?section= shows one section."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    section = request.GET.get("section", "")
    section = section if section in SECTIONS_OF[customer.kind] else ""
    page = keyset_page(queries.changes(customer, section), ["-pk"], request.GET.get("cursor"), PAGE)
    context = {
        "style": STYLE,
        "customer": customer,
        "changes": page.rows,
        "names": queries.names_of_entries(customer, page.rows),
        "page": page,
        "section": section,
        "sections": SECTIONS_OF[customer.kind],
        "today": timezone.localdate(),
    }
    heading = _("History of changes")
    return part_page(request, "customers/customer_history.html", heading=heading, back=_back(customer), context=context)


def _customer(request: Request, section: str, customer_no: str) -> Customer:
    """Raises: Http404 for a customer whom the person may not see, and for a section that such a customer does not have."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    if section not in SECTIONS_OF[customer.kind]:
        raise Http404
    return customer


def _back(customer: Customer, section: str = "") -> str:
    address = reverse("desk:customer_detail", args=[customer.customer_no])
    return f"{address}#section-{section}" if section else address


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 2999 else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _section_context(request: Request, customer: Customer, section: queries.SectionNow) -> dict[str, Any]:
    """What the template of a section needs."""
    own = is_own(request.actor, customer) and customer.archived_at is None
    return {"customer": customer, "section": section, "own": own, "today": timezone.localdate(), "style": STYLE}


def _page(request: Request, customer: Customer, section: str, **more: Any) -> HttpResponse:
    now = queries.section_now(customer, section)
    context = _section_context(request, customer, now) | more
    then = [one.then for one in more.get("compared", ()) if one.then]
    if context["own"] and any(queries.has_phone(one, section) for one in [*then, *(one.record for one in now.entries)]):
        actions.note_phones_read(actor=request.actor, customer=customer)
    heading = f"{customer.name} · {capfirst(now.label)}"
    return part_page(
        request, "customers/dossier_section.html", heading=heading, back=_back(customer, section), context=context
    )


def _refused(request: Request, customer: Customer, section: str) -> HttpResponse | None:
    """Back with a sentence for whoever does not write here, before a form is filled in for nothing."""
    try:
        refuse_unless_own(request.actor, customer)
    except RuleError as error:
        return refuse(request, error, _back(customer, section))
    return None


def _form_page(
    request: Request, customer: Customer, section: str, form: SectionForm, entry: int | None = None, **more: Any
) -> HttpResponse:
    """The section with the form in it. What was typed before the customer was handed over stays to be copied."""
    if not form.is_bound and (refused := _refused(request, customer, section)) is not None:
        return refused
    return _page(request, customer, section, form=form, editing=entry, **more)


def _conflict_page(
    request: Request,
    customer: Customer,
    section: str,
    form: SectionForm,
    entry: int | None,
    error: actions.SectionConflict,
) -> HttpResponse:
    """Both versions; what somebody has taken out meanwhile may be added once more."""
    if error.now is None:
        again = opened(customer.kind, section, {name: kept(value) for name, value in form.values.items()}, 0)
        return _form_page(request, customer, section, again, adds=True, conflict=error)
    typed = {name: kept(value) for name, value in form.values.items()}
    again = both_versions(form, error.now.record, error.now.version, error.differences, typed)
    return _form_page(request, customer, section, again, entry=entry, conflict=error)


def _saved(request: Request, customer: Customer, section: str, change: DossierChange | None) -> HttpResponse:
    """The section once more with what has changed; a browser without scripts goes back to the customer's page."""
    if request.htmx:
        return _page(request, customer, section, saved=change, is_saved=True)
    messages.success(request, saved_words(change))
    return redirect(_back(customer, section))


def saved_words(change: DossierChange | None) -> str:
    """What a save has changed, in one sentence."""
    if change is None:
        return _("Nothing was changed, so nothing was saved.")
    if change.what == DossierChange.What.REMOVED:
        return _("The entry is taken out. It stays in the history.")
    labels = queries.labels_of(change.section)
    told = [
        f"{labels[name]} {said(change.section, name, before)} → {said(change.section, name, after)}"
        for name, (before, after) in in_order(change)
    ]
    return _("Saved: %(changes)s.") % {"changes": "; ".join(told)}
