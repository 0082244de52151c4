"""Merging two customers: proposing, the preview, the decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.views import get_visible, say_refusal
from customers.actions.merges import decide_merge, propose_merge, reject_merge
from customers.forms.identity import MergeForm
from customers.models import Merge
from customers.queries.merges import merges, other_customer, preview, side_by_side
from customers.views.identity import kept_customer
from organization.models import Role
from organization.requests import Request


def merge_propose(request: Request, customer_no: str) -> HttpResponse:
    """The form, with both side by side as soon as the other one is named."""
    customer = kept_customer(request, customer_no)
    back = reverse("desk:customer_detail", args=[customer_no])
    given = request.POST or None
    named = request.GET.get("other", "")
    form = MergeForm(given, customer=customer, initial={"other": named}, cancel_url=back)
    other = other_customer(request.actor, request.POST.get("other", named))
    if request.method == "POST" and form.is_valid():
        if other is None:
            form.add_error("other", _("There is no such customer."))
        else:
            kept, archived = (customer, other) if form.cleaned_data["goes_on"] == "this" else (other, customer)
            try:
                merge = propose_merge(
                    actor=request.actor, kept=kept, archived=archived, reason=form.cleaned_data["reason"]
                )
            except RuleError as error:
                refuse_on(form, error)
            else:
                messages.success(request, _("The merge is proposed. The director has been told."))
                return redirect("customers:merge_detail", merge.pk)
    pair = side_by_side(customer, other) if other else []
    context = {"customer": customer, "other": other, "form": form, "pair": pair}
    return render(request, "customers/merge_propose.html", context)


def merge_detail(request: Request, pk: int) -> HttpResponse:
    """The preview, and the decision for the director who has not proposed it."""
    merge = get_visible(merges(request.actor), request.actor, pk=pk)
    decides = all(request.actor.holds(one.branch_id, Role.DIRECTOR) for one in (merge.kept, merge.archived))
    waits = merge.state == Merge.State.PROPOSED
    context = {
        "merge": merge,
        "waits": waits,
        "decides": decides and waits and merge.proposed_by_id != request.actor.employee_id,
        "is_own": merge.proposed_by_id == request.actor.employee_id,
        "preview": preview(merge.kept, merge.archived) if waits else None,
        "pair": side_by_side(merge.kept, merge.archived),
        "typed": request.POST,
    }
    return render(request, "customers/merge_detail.html", context)


@require_POST
def merge_decide(request: Request, pk: int) -> HttpResponse:
    merge = get_visible(merges(request.actor), request.actor, pk=pk)
    agrees = "agree" in request.POST
    decide = decide_merge if agrees else reject_merge
    try:
        decide(actor=request.actor, merge=merge, words=request.POST.get("words", ""))
    except RuleError as error:
        say_refusal(request, error)
        return merge_detail(request, pk)
    messages.success(request, _("The two are one now.") if agrees else _("The merge is rejected."))
    return redirect("customers:merge_detail", pk)
