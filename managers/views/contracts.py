"""Contracts: the list, drafting with the help beside it, the page of one, signing, printing, documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.months import Month
from common.views import get_visible, refuse
from managers.actions import contracts as actions
from managers.forms.contracts import AnnexForm, ContractForm, RemoveAnnexForm, SignForm
from managers.models import Application, Appointment, Contract, TargetKind
from managers.queries import contracts as queries
from managers.queries.inbox import signatures_to_give
from managers.tables.contracts import CONTRACTS, ContractTable
from organization.exporting import export_list
from organization.models import Document
from organization.requests import Request
from organization.responses import file_response


def contract_list(request: Request) -> HttpResponse:
    filters = CONTRACTS.filtered(request)
    return list_page(
        request,
        "managers/contract_list.html",
        heading=_("Contracts"),
        table=ContractTable.of(request, filters.qs, order=CONTRACTS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:contract_totals"),
        export_url=reverse("managers:contract_list") + "export/",
        waiting=signatures_to_give(request.actor, timezone.localdate()),
    )


def contract_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Contracts"), CONTRACTS.filtered(request).qs.count(), "count")])


@require_POST
def contract_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, CONTRACTS, kind)


@require_http_methods(["GET", "POST"])
def contract_new(request: Request, pk: int) -> HttpResponse:
    """The first contract of an approved candidate."""
    found = Application.objects.select_related("candidate", "branch", "call")
    application = get_visible(found, request.actor, pk=pk)
    source = queries.source_of_application(application)
    _refuse_readers(request, source)
    return _drafting(request, source, {"application": application}, _("Draft a contract"))


@require_http_methods(["GET", "POST"])
def contract_renew(request: Request, pk: int) -> HttpResponse:
    """A contract that replaces the one of an appointment."""
    found = Appointment.objects.select_related("employee", "branch")
    appointment = get_visible(found, request.actor, pk=pk)
    source = queries.source_of_appointment(appointment)
    _refuse_readers(request, source)
    return _drafting(request, source, {"appointment": appointment}, _("Draft a contract that replaces another"))


@require_http_methods(["GET", "POST"])
def contract_edit(request: Request, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    source = queries.source_of_draft(contract)
    _refuse_readers(request, source)
    source.initial["digest"] = queries.contract_page(request.actor, contract).digest
    return _drafting(request, source, {"contract": contract}, _("Change the draft"))


def _drafting(request: Request, source: queries.DraftSource, whose: dict[str, Any], heading: str) -> HttpResponse:
    """The form, and the parts of it that follow what is typed."""
    typed = request.POST or request.GET or None
    kind = (typed or source.initial).get("target_kind", "")
    kind = kind if kind in TargetKind.values else str(source.initial["target_kind"])
    indicators = queries.scored_indicators(kind, Month.of(source.initial["first_day"]))
    part = request.GET.get("part", "")
    contract: Contract | None = whose.get("contract")
    back = reverse("managers:contract_detail", args=[contract.pk]) if contract else reverse("managers:contract_list")
    bound = request.POST if request.method == "POST" else request.GET if part == "help" else None
    initial = source.initial | {"target_kind": kind}
    form = ContractForm(bound, indicators=indicators, initial=initial, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            made = _keep(request, whose, form)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The draft is kept. Both sides sign it on its page."))
            return redirect("managers:contract_detail", made.pk)
    context = {
        "form": form,
        "heading": heading,
        "source": source,
        "help": queries.draft_help(source, indicators, form.typed),
        "back": back,
    }
    template = {"help": "contract_help", "rows": "contract_rows"}.get(part, "contract_form")
    return render(request, f"managers/{template}.html", context)


def _keep(request: Request, whose: dict[str, Any], form: ContractForm) -> Contract:
    if "contract" in whose:
        digest = form.cleaned_data["digest"]
        return actions.change_contract(actor=request.actor, contract=whose["contract"], digest=digest, **form.agreed)
    return actions.draft_contract(actor=request.actor, **whose, **form.agreed)


def contract_detail(request: Request, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    page = queries.contract_page(request.actor, contract)
    context = {
        "contract": contract,
        "page": page,
        "sign_form": SignForm(initial={"digest": page.digest}),
        "annex_form": AnnexForm(),
    }
    return render(request, "managers/contract_detail.html", context)


@require_http_methods(["GET", "POST"])
def contract_sign(request: Request, pk: int) -> HttpResponse:
    """The text as it is signed, and the password once more."""
    contract = _contract(request, pk)
    page = queries.contract_page(request.actor, contract)
    back = reverse("managers:contract_detail", args=[pk])
    form = SignForm(request.POST or None, initial={"digest": page.digest}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            signed = actions.sign_contract(
                actor=request.actor, contract=contract, user=request.user, **form.cleaned_data
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            agreed = signed.state != Contract.State.DRAFT
            messages.success(
                request,
                _("Both have signed: the contract holds.")
                if agreed
                else _("You have signed. The contract holds once the other side has signed too."),
            )
            return redirect(back)
    if request.method == "GET" and not page.signs_as:
        return redirect(back)
    return render(request, "managers/contract_sign.html", {"contract": contract, "page": page, "form": form})


def contract_print(request: Request, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    page = queries.contract_page(request.actor, contract)
    return render(request, "managers/contract_print.html", {"contract": contract, "page": page})


@require_POST
def contract_discard(request: Request, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    try:
        actions.discard_contract(actor=request.actor, contract=contract, reason=request.POST.get("reason", ""))
    except RuleError as error:
        return refuse(request, error, "managers:contract_detail", pk)
    messages.success(request, _("The draft is thrown away."))
    return redirect("managers:contract_list")


@require_POST
def annex_add(request: Request, pk: int) -> HttpResponse:
    """An annex of a draft; the scan of a paper once both have signed."""
    contract = _contract(request, pk)
    form = AnnexForm(request.POST, request.FILES)
    back = ("managers:contract_detail", pk)
    if not form.is_valid():
        return refuse(request, RuleError(_("Choose a file.")), *back)
    upload = form.cleaned_data["file"]
    try:
        actions.add_annex(
            actor=request.actor,
            contract=contract,
            name=upload.name,
            content=upload.chunks(),
            title=form.cleaned_data["title"],
            scan=contract.state != Contract.State.DRAFT,
        )
    except RuleError as error:
        return refuse(request, error, *back)
    messages.success(request, _("The document belongs to the contract now."))
    return redirect(*back)


def annex_file(request: Request, pk: int, document: int) -> HttpResponseBase:
    found = _document(_contract(request, pk), document)
    return file_response(found.file, media_type=found.media_type)


@require_POST
def annex_remove(request: Request, pk: int, document: int) -> HttpResponse:
    contract = _contract(request, pk)
    form = RemoveAnnexForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        actions.remove_annex(
            actor=request.actor, contract=contract, document=_document(contract, document), reason=reason
        )
    except RuleError as error:
        return refuse(request, error, "managers:contract_detail", pk)
    messages.success(request, _("The document is put aside."))
    return redirect("managers:contract_detail", pk)


def _contract(request: Request, pk: int) -> Contract:
    return get_visible(queries.contracts(request.actor), request.actor, pk=pk)


def _document(contract: Contract, pk: int) -> Document:
    found = next((one for one in queries.papers_of(contract) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _refuse_readers(request: Request, source: queries.DraftSource) -> None:
    """Drafting is for the branch's people alone; for everybody else the page is not there."""
    if source.person.pk == request.actor.employee_id or not request.actor.holds(source.branch.pk, *queries.DRAFTERS):
        raise Http404
