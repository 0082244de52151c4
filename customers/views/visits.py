"""Visits, calls and advice: the quick entry, the list, one note, mending it, keeping what it promised, its photographs."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Conflict, RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, part_page, say_refusal
from customers.actions import visits as actions
from customers.forms.visits import ChangeForm, VisitForm
from customers.models import Customer, Visit
from customers.queries import visits as queries
from customers.rules.visits import degrees, may_mend
from customers.tables.visits import VISITS, VisitTable
from customers.views.back import back_to
from organization.exporting import export_list
from organization.models import Role
from organization.requests import Request
from organization.responses import file_response


def visit_list(request: Request) -> HttpResponse:
    filters = VISITS.filtered(request)
    return list_page(
        request,
        "customers/visit_list.html",
        heading=_("Visits"),
        table=VisitTable.of(request, filters.qs, order=VISITS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("customers:visit_totals"),
        export_url=reverse("customers:visit_list") + "export/",
        writes=_writes(request),
    )


def visit_totals(request: Request) -> HttpResponse:
    found = queries.totals(VISITS.filtered(request).qs)
    return totals_part(
        request,
        [
            Total(_("Visits made"), found["visits"], "count"),
            Total(_("Customers and prospects"), found["people"], "count"),
        ],
    )


@require_POST
def visit_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, VISITS, kind)


def visit_new(request: Request) -> HttpResponse:
    """The quick entry; ?customer=, ?prospect= or ?planned= say whom it is to, and what was planned."""
    if not _writes(request):
        raise Http404
    planned = _planned(request)
    form = VisitForm(request.POST or None, actor=request.actor, initial=_preset(request, planned))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("planned")
        photos = [actions.Photo(one.name or "photo", one.chunks()) for one in request.FILES.getlist("photos")]
        try:
            recorded = actions.record_visit(actor=request.actor, planned=planned, photos=photos, **given)
        except RuleError as error:
            refuse_on(form, error)
        else:
            _say_recorded(request, recorded)
            return redirect("customers:visit_detail", recorded.visit.pk)
    return render(request, "customers/visit_new.html", _entry(request, form))


def visit_whom(request: Request) -> HttpResponse:
    """Those whom typed words may mean, as names to tap: a part of the quick entry."""
    if not _writes(request):
        raise Http404
    words = request.GET.get("whom", "").strip()
    taps = queries.found_by(request.actor, words) if words else queries.recent(request.actor)
    context = {"taps": taps, "words": words, "chosen_key": taps[0].key if words and len(taps) == 1 else ""}
    back = reverse("customers:visit_new")
    return part_page(request, "customers/visit_whom.html", heading=_("Customer"), back=back, context=context)


def visit_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, get_visible(queries.visits(request.actor), request.actor, pk=pk))


def visit_edit(request: Request, pk: int) -> HttpResponse:
    """Its author mends a note within a day."""
    visit = get_visible(queries.visits(request.actor), request.actor, pk=pk)
    if not _mends(request, visit):
        messages.warning(request, _("This note stays as it was written. Its author may add a correction."))
        return redirect("customers:visit_detail", pk)
    words = {name: getattr(visit, name) for name in (*actions.WORDS, "version")}
    form = ChangeForm(request.POST or None, initial=words)
    stands = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_visit(actor=request.actor, visit=visit, **form.cleaned_data)
        except Conflict as error:
            stands, form = visit, _with_version(request, visit)
            refuse_on(form, error)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The note is changed. What stood before is kept."))
            return redirect("customers:visit_detail", pk)
    return render(request, "customers/visit_edit.html", {"visit": visit, "form": form, "stands": stands})


@require_POST
def visit_cancel(request: Request, pk: int) -> HttpResponse:
    visit = get_visible(queries.visits(request.actor), request.actor, pk=pk)
    try:
        actions.cancel_visit(actor=request.actor, visit=visit)
    except RuleError as error:
        say_refusal(request, error)
    else:
        messages.success(request, _("It is cancelled, and stays on record."))
    return back_to(request, "customers:visit_detail", pk)


@require_POST
def visit_correct(request: Request, pk: int) -> HttpResponse:
    visit = get_visible(queries.visits(request.actor), request.actor, pk=pk)
    try:
        actions.correct_visit(actor=request.actor, visit=visit, words=request.POST.get("words", ""))
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, visit)
    messages.success(request, _("The correction stands below the note."))
    return redirect("customers:visit_detail", pk)


@require_POST
def promise_keep(request: Request, pk: int) -> HttpResponse:
    """The next step is done; with `undo` it is after all not."""
    visit = get_visible(queries.visits(request.actor), request.actor, pk=pk)
    kept = "undo" not in request.POST
    try:
        actions.keep_promise(actor=request.actor, visit=visit, kept=kept)
    except RuleError as error:
        say_refusal(request, error)
    else:
        messages.success(request, _("The promise is kept.") if kept else _("The promise is open again."))
    return back_to(request, "customers:visit_detail", pk)


def visit_photo(request: Request, pk: int, document: int) -> HttpResponseBase:
    """A photograph of a note; ?small=yes for its thumbnail."""
    visit = get_visible(queries.visits(request.actor), request.actor, pk=pk)
    photo = next((one for one in queries.photos_of(visit) if one.pk == document), None)
    if photo is None:
        raise Http404
    if "small" in request.GET and photo.thumbnail is not None:
        return file_response(photo.thumbnail, media_type="image/jpeg")
    return file_response(photo.file, media_type=photo.media_type)


def _writes(request: Request) -> bool:
    return bool(request.actor.branches_of(Role.ACCOUNT_MANAGER))


def _planned(request: Request) -> Visit | None:
    """The planned visit that the address or the form names. Raises: Http404 for what is no such one of the person's."""
    named = request.POST.get("planned") or request.GET.get("planned", "")
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 18):
        raise Http404
    return get_visible(queries.visits(request.actor), request.actor, pk=int(named))


def _preset(request: Request, planned: Visit | None) -> dict[str, Any]:
    """What the form begins with: today, a number of its own, and what the address or the plan says."""
    first: dict[str, Any] = {"day": timezone.localdate(), "token": uuid.uuid4(), "kind": Visit.Kind.VISIT}
    if planned is not None:
        key = f"c:{planned.customer.customer_no}" if planned.customer else f"p:{planned.prospect_id}"
        return first | {"key": key, "planned": planned.pk, "kind": planned.kind, "purpose": planned.purpose}
    if customer := request.GET.get("customer"):
        return first | {"key": f"c:{customer}"}
    if prospect := request.GET.get("prospect"):
        return first | {"key": f"p:{prospect}"}
    return first


def _entry(request: Request, form: VisitForm) -> dict[str, Any]:
    """The quick entry's page: names and purposes to tap, the chosen one first."""
    key = str(form["key"].value() or "")
    chosen = queries.whom(request.actor, key) if key else None
    taps = form.found or queries.recent(request.actor)
    if chosen is not None and not form.found:
        one = queries.of_customer(chosen) if isinstance(chosen, Customer) else queries.of_prospect(chosen)
        taps = [one, *(other for other in taps if other.key != one.key)]
    return {
        "form": form,
        "taps": taps,
        "chosen_key": key,
        "chosen": chosen,
        "offered": queries.offered(request.actor),
        "kinds": Visit.Kind,
        "purposes": queries.purposes(request.actor),
        "limit_mb": settings.DOCUMENT_MAX_BYTES // 1024 // 1024,
    }


def _say_recorded(request: Request, recorded: actions.Recorded) -> None:
    visit = recorded.visit
    if recorded.again:
        messages.info(request, _("This note was sent before. It stands once."))
    elif visit.kind == Visit.Kind.ADVICE:
        messages.success(request, _("The advice is written down."))
    else:
        messages.success(request, _("The visit is written down."))
    if recorded.moved:
        messages.info(request, _("The prospect is marked as visited."))


def _mends(request: Request, visit: Visit) -> bool:
    return visit.manager_id == request.actor.employee_id and may_mend(visit.state, visit.made_at, timezone.now())


def _with_version(request: Request, visit: Visit) -> ChangeForm:
    """What was typed, with the version that stands now: sent again, it replaces what is shown beside it."""
    visit.refresh_from_db()
    typed = request.POST.copy()
    typed["version"] = str(visit.version)
    form = ChangeForm(typed)
    form.is_valid()
    return form


def _page(request: Request, visit: Visit) -> HttpResponse:
    own = queries.whom(request.actor, _key(visit)) is not None
    place = None
    if visit.latitude_millionths is not None and visit.longitude_millionths is not None:
        place = (degrees(visit.latitude_millionths), degrees(visit.longitude_millionths))
    context = {
        "visit": visit,
        "photos": queries.photos_of(visit),
        "corrections": list(visit.corrections.select_related("made_by")),
        "place": place,
        "own": own,
        "author": visit.manager_id == request.actor.employee_id,
        "mends": _mends(request, visit),
        "today": timezone.localdate(),
        "typed": request.POST,
    }
    return render(request, "customers/visit_detail.html", context)


def _key(visit: Visit) -> str:
    return f"c:{visit.customer.customer_no}" if visit.customer else f"p:{visit.prospect_id}"
