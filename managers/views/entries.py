"""Facts about conduct and compliance: the month's list, entering one, confirming or rejecting another person's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.months import Month
from common.views import get_visible, refuse
from managers import queries
from managers.actions import entries as actions
from managers.forms.entries import EntryForm
from managers.models import ConductEntry
from organization.models import BUSINESS_ROLES, Branch, Role
from organization.requests import Request


def entry_list(request: Request, branch_code: str, month: Month) -> HttpResponse:
    readers = Branch.objects.reached_by(request.actor, *BUSINESS_ROLES, Role.ACCOUNT_MANAGER)
    branch = get_visible(readers, request.actor, branch_code=branch_code)
    context = {
        "branch": branch,
        "month": month,
        "entries": queries.entries_for(request.actor, branch, month),
        "enters": request.actor.holds(branch.pk, Role.CLERK),
        "decides": request.actor.holds(branch.pk, Role.DIRECTOR),
    }
    return render(request, "managers/entry_list.html", context)


def entry_new(request: Request, branch_code: str, month: Month) -> HttpResponse:
    branch = get_visible(Branch.objects.reached_by(request.actor, Role.CLERK), request.actor, branch_code=branch_code)
    back = reverse("managers:entry_list", args=[branch_code, month])
    # A link may lead here with the form filled in; it is a person who enters the fact.
    initial = {name: request.GET[name] for name in EntryForm.base_fields if name in request.GET}
    form = EntryForm(
        request.POST or None,
        people=queries.people_in_office(branch, month),
        month=month,
        cancel_url=back,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = actions.enter_entry(actor=request.actor, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The fact is entered. It counts once another person has confirmed it."))
            return redirect("managers:entry_list", branch_code, Month.of(entry.entered_on))
    return render(request, "managers/entry_new.html", {"branch": branch, "month": month, "form": form, "back": back})


@require_POST
def entry_confirm(request: Request, pk: int) -> HttpResponse:
    entry = get_visible(ConductEntry.objects.select_related("manager", "branch"), request.actor, pk=pk)
    back = ("managers:entry_list", entry.branch.branch_code, Month.of(entry.entered_on))
    try:
        actions.confirm_entry(actor=request.actor, entry=entry)
    except RuleError as error:
        return refuse(request, error, *back)
    messages.success(request, _("The entry is confirmed and counts in this month. Compute the month again."))
    return redirect(*back)


@require_POST
def entry_reject(request: Request, pk: int) -> HttpResponse:
    entry = get_visible(ConductEntry.objects.select_related("manager", "branch"), request.actor, pk=pk)
    back = ("managers:entry_list", entry.branch.branch_code, Month.of(entry.entered_on))
    try:
        actions.reject_entry(actor=request.actor, entry=entry)
    except RuleError as error:
        return refuse(request, error, *back)
    messages.success(request, _("The entry is rejected. It stays on record and does not count."))
    return redirect(*back)
