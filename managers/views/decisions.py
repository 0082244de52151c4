"""The director's decision: one screen with the evidence, the conditions and the decision; several candidates beside
each other."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import RuleError
from common.forms import refuse_on
from common.views import get_visible
from managers.actions import decisions as actions
from managers.forms.decisions import APPROVE, RETURN, DecisionForm
from managers.models import Application, Call
from managers.queries import decisions as queries
from organization.actions.people import confirm_person
from organization.requests import Request


def decision(request: Request, pk: int) -> HttpResponse:
    readable = queries.decidable(request.actor)
    application = get_visible(readable, request.actor, pk=pk)
    page = queries.decision_page(request.actor, application, timezone.localdate())
    form = DecisionForm(request.POST or None, initial=page.suggested)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_person(user=request.user, password=form.cleaned_data["password"])
            _decide(request, application, form)
        except RuleError as error:
            refuse_on(form, error)
            page = queries.decision_page(
                request.actor, get_visible(readable, request.actor, pk=pk), timezone.localdate()
            )
        else:
            messages.success(
                request, _("Your decision about %(name)s is recorded.") % {"name": application.candidate.name}
            )
            return redirect("managers:application_detail", pk)
    return render(request, "managers/decision.html", {"page": page, "application": page.application, "form": form})


def _decide(request: Request, application: Application, form: DecisionForm) -> None:
    typed = form.cleaned_data
    whose = {"actor": request.actor, "application": application, "version": typed["version"]}
    if typed["decision"] == APPROVE:
        term = {"term_first_day": typed["term_first_day"], "term_last_day": typed["term_last_day"]}
        actions.approve(**whose, **term)
    elif typed["decision"] == RETURN:
        actions.return_to_candidate(**whose, reason=typed["reason"])
    else:
        actions.reject(**whose, reason=typed["reason"])


def decision_compare(request: Request, pk: int) -> HttpResponse:
    """The candidates of one call beside each other."""
    call = get_visible(Call.objects.select_related("branch"), request.actor, pk=pk)
    pages = queries.candidates_of_call(request.actor, call, timezone.localdate())
    context = {
        "call": call,
        "pages": pages,
        **queries.side_by_side(pages),
        "back": reverse("managers:call_detail", args=[pk]),
    }
    return render(request, "managers/decision_compare.html", context)
