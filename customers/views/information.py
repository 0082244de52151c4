"""Market information: the list, the quick entry, reading and replying, and who reports what."""

from __future__ import annotations

import datetime as dt
import tempfile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Conflict, RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.months import Month
from common.views import get_visible
from customers.actions import information as actions
from customers.exports.information import write_information_statistics
from customers.forms.information import InformationForm, PaperAsideForm, ReplyForm
from customers.models import MarketInformation
from customers.queries import information as queries
from customers.tables.information import INFORMATION, InformationTable
from organization.actions.people import note_export
from organization.exporting import export_list
from organization.models import BUSINESS_ROLES, Document, Role
from organization.requests import Request
from organization.responses import file_response


def information_list(request: Request) -> HttpResponse:
    filters = INFORMATION.filtered(request)
    return list_page(
        request,
        "customers/information_list.html",
        heading=_("Market information"),
        table=InformationTable.of(request, filters.qs, order=INFORMATION.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("customers:information_totals"),
        export_url=reverse("customers:information_list") + "export/",
        writes=_writes(request),
        counts=queries.waiting_for_reader(request.actor),
    )


def information_totals(request: Request) -> HttpResponse:
    numbers = queries.information_totals(INFORMATION.filtered(request).qs)
    totals = [
        Total(_("Market information"), numbers["all"], "count"),
        Total(_("urgent"), numbers["urgent"], "count"),
        Total(_("waits for a reply"), numbers["waiting"], "count"),
        Total(_("replied"), numbers["replied"], "count"),
    ]
    return totals_part(request, totals)


@require_POST
def information_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, INFORMATION, kind)


def information_new(request: Request) -> HttpResponse:
    if not _writes(request):
        raise Http404
    form = _form(request, initial={"customer": request.GET.get("customer", "")})
    if request.method == "POST" and form.is_valid():
        given = _given(form)
        given.pop("version")
        try:
            kept = actions.keep_information(actor=request.actor, send="send" in request.POST, **given)
        except RuleError as error:
            refuse_on(form, error)
        else:
            return _kept(request, kept)
    return _form_page(request, form)


def information_edit(request: Request, pk: int) -> HttpResponse:
    row = get_visible(queries.information(request.actor), request.actor, pk=pk)
    if row.manager_id != request.actor.employee_id or (row.state != "draft" and request.method != "POST"):
        return redirect("customers:information_detail", pk)
    form = _form(request, initial=_typed(row))
    if request.method == "POST" and form.is_valid():
        given = _given(form)
        given.pop("token")
        try:
            kept = actions.change_information(
                actor=request.actor, information=row, send="send" in request.POST, **given
            )
        except Conflict as error:
            return _both(request, pk, error)
        except RuleError as error:
            refuse_on(form, error)
        else:
            return _kept(request, kept)
    return _form_page(request, form, row)


def information_detail(request: Request, pk: int) -> HttpResponse:
    row = get_visible(queries.information(request.actor), request.actor, pk=pk)
    actions.read_information(actor=request.actor, information=row)
    return _detail(request, row, ReplyForm())


@require_POST
def information_reply(request: Request, pk: int) -> HttpResponse:
    row = get_visible(queries.information(request.actor), request.actor, pk=pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _detail(request, row, form)
    try:
        actions.reply_information(actor=request.actor, information=row, reply=form.cleaned_data["reply"])
    except RuleError as error:
        refuse_on(form, error)
        return _detail(request, get_visible(queries.information(request.actor), request.actor, pk=pk), form)
    messages.success(request, _("Your reply is sent. The manager has been told."))
    return redirect("customers:information_detail", pk)


def information_paper(request: Request, pk: int, document: int) -> HttpResponseBase:
    found = _paper(get_visible(queries.information(request.actor), request.actor, pk=pk), document)
    return file_response(found.file, media_type=found.media_type)


def information_paper_remove(request: Request, pk: int, document: int) -> HttpResponse:
    row = get_visible(queries.information(request.actor), request.actor, pk=pk)
    if row.manager_id != request.actor.employee_id:
        raise Http404
    found, back = _paper(row, document), reverse("customers:information_edit", args=[pk])
    form = PaperAsideForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_paper_aside(actor=request.actor, information=row, document=found, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The document is put aside. It stays on record."))
            return redirect(back)
    return render(request, "form.html", {"heading": _("Put “%(name)s” aside") % {"name": found}, "form": form})


def information_statistics(request: Request) -> HttpResponse:
    if not (_writes(request) or request.actor.branches_of(*BUSINESS_ROLES)):
        raise Http404
    by, first_day, last_day = _period(request)
    rows = queries.information_statistics(request.actor, by=by, first_day=first_day, last_day=last_day)
    context = {"by": by, "first_day": first_day, "last_day": last_day, "rows": rows[:-1], "whole": rows[-1:]}
    return render(request, "customers/information_statistics.html", context)


@require_POST
def information_statistics_export(request: Request) -> FileResponse:
    if not (_writes(request) or request.actor.branches_of(*BUSINESS_ROLES)):
        raise Http404
    by, first_day, last_day = _period(request)
    note_export(
        actor=request.actor, subject="customers.MarketInformation", kind="xlsx", query=f"{by} {first_day} {last_day}"
    )
    title = _("Market information %(first)s … %(last)s") % {"first": first_day, "last": last_day}
    rows = queries.information_statistics(request.actor, by=by, first_day=first_day, last_day=last_day)
    file = tempfile.TemporaryFile()
    write_information_statistics(file, title, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx")


def _writes(request: Request) -> bool:
    return bool(request.actor.branches_of(Role.ACCOUNT_MANAGER))


def _form(request: Request, *, initial: dict[str, Any], typed: Any = None) -> InformationForm:
    today = timezone.localdate()
    office = queries.own_office(request.actor, today)
    own = request.actor.employee_id
    return InformationForm(
        typed or request.POST or None,
        request.FILES or None,
        initial=initial,
        readers=queries.readers_at(office, own),
        customers=queries.own_customers(request.actor, today),
        usual=queries.reader_by_kind(office.branch, "competitor", own) if office else None,
    )


def _given(form: InformationForm) -> dict[str, Any]:
    """What the action is given; files in pieces, as they came."""
    given = dict(form.cleaned_data)
    return given | {"files": [(one.name, one.chunks()) for one in given.pop("papers")]}


def _typed(row: MarketInformation) -> dict[str, Any]:
    named = ("kind", "title", "words", "source", "heard_on", "urgency", "version")
    return {name: getattr(row, name) for name in named} | {
        "customer": row.customer.customer_no if row.customer else "",
        "reader": row.reader.employee_no,
    }


def _kept(request: Request, row: MarketInformation) -> HttpResponse:
    if row.state == MarketInformation.State.DRAFT:
        messages.success(request, _("The draft is kept. Nobody else sees it."))
        return redirect("customers:information_edit", row.pk)
    messages.success(request, _("It is sent. %(name)s has been told.") % {"name": row.reader.name})
    return redirect("customers:information_detail", row.pk)


def _both(request: Request, pk: int, error: Conflict) -> HttpResponse:
    """What was typed, with the version that stands now, and beside it what stands now: nothing is lost."""
    row = get_visible(queries.information(request.actor), request.actor, pk=pk)
    typed = request.POST.copy()
    typed["version"] = str(row.version)
    form = _form(request, initial={}, typed=typed)
    form.is_valid()
    refuse_on(form, error)
    return _form_page(request, form, row, other=row)


def _form_page(
    request: Request,
    form: InformationForm,
    row: MarketInformation | None = None,
    other: MarketInformation | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "other": other,
        "papers": queries.papers_of(row) if row else [],
        "offered": queries.offered_people(form.readers),
        "offered_customers": queries.offered_customers(form.customers),
    }
    return render(request, "customers/information_new.html", context)


def _detail(request: Request, row: MarketInformation, form: ReplyForm) -> HttpResponse:
    context = {
        "row": row,
        "papers": queries.papers_of(row),
        "own": row.manager_id == request.actor.employee_id,
        "replies": queries.replies(request.actor, row),
        "form": form,
    }
    return render(request, "customers/information_detail.html", context)


def _paper(row: MarketInformation, pk: int) -> Document:
    found = next((one for one in queries.papers_of(row) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _period(request: Request) -> tuple[str, dt.date, dt.date]:
    """By month or quarter, and the first and last day that the address names; else the last twelve months."""
    by = request.GET.get("by", "")
    by = by if by in ("month", "quarter") else "month"
    this = Month.of(timezone.localdate())
    first_day, last_day = Month(this.year - 1, this.number).next.first_day, this.last_day
    return by, _day(request, "first_day") or first_day, _day(request, "last_day") or last_day


def _day(request: Request, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None
