"""Photographs and papers of a customer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import RuleError
from common.views import get_visible, part_page, say_refusal
from customers.actions.documents import Paper, add_papers, put_paper_aside
from customers.models import Customer
from customers.queries import customers, is_own
from customers.queries.completeness import SUBJECT
from organization.models import Document
from organization.queries import documents_of
from organization.requests import Request
from organization.responses import file_response


def customer_documents(request: Request, customer_no: str) -> HttpResponse:
    customer = _customer(request, customer_no)
    if request.method == "POST":
        files = request.FILES.getlist("files")[:20]
        papers = [Paper(str(file.name), file.chunks()) for file in files]
        try:
            if not papers:
                raise RuleError(_("Choose a photo or a PDF first."))
            add_papers(actor=request.actor, customer=customer, papers=papers, title=request.POST.get("title", ""))
        except RuleError as error:
            say_refusal(request, error)
            return _part(request, customer, title=request.POST.get("title", ""))
        messages.success(request, _("The documents are in the dossier."))
        return redirect(reverse("desk:customer_detail", args=[customer_no]) + "#part-documents")
    return _part(request, customer)


def customer_document(request: Request, pk: int, customer_no: str) -> HttpResponseBase:
    """A document; ?small=yes for its thumbnail, for the same people."""
    document = _document(_customer(request, customer_no), pk)
    if "small" in request.GET and document.thumbnail is not None:
        return file_response(document.thumbnail, media_type="image/jpeg")
    return file_response(document.file, media_type=document.media_type)


def customer_document_remove(request: Request, pk: int, customer_no: str) -> HttpResponse:
    customer = _customer(request, customer_no)
    document = _document(customer, pk)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            put_paper_aside(actor=request.actor, customer=customer, document=document, reason=reason)
        except RuleError as error:
            say_refusal(request, error)
        else:
            messages.success(request, _("The document is put aside. It stays on record."))
            return redirect(reverse("desk:customer_detail", args=[customer_no]) + "#part-documents")
    context = {"customer": customer, "document": document, "typed": request.POST}
    return render(request, "customers/document_remove.html", context)


def _customer(request: Request, customer_no: str) -> Customer:
    return get_visible(customers(request.actor), request.actor, customer_no=customer_no)


def _document(customer: Customer, pk: int) -> Document:
    found = next((one for one in documents_of(SUBJECT, [customer.customer_no]) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _part(request: Request, customer: Customer, **typed: Any) -> HttpResponse:
    context = {
        "customer": customer,
        "documents": documents_of(SUBJECT, [customer.customer_no]),
        "own": customer.archived_at is None and is_own(request.actor, customer),
        "limit_mb": settings.DOCUMENT_MAX_BYTES // 1024 // 1024,
        "typed": typed,
        "style": "css/customers.css",
    }
    back = reverse("desk:customer_detail", args=[customer.customer_no])
    return part_page(request, "customers/document_part.html", heading=_("Documents"), back=back, context=context)
