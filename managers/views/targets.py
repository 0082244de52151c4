"""A manager's own targets of a month, and the word that they are accepted."""

from __future__ import annotations

import json
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput, RuleError
from common.months import Month
from common.views import get_visible, month_of, refuse
from managers.actions.targets import accept_targets
from managers.queries import targets as queries
from organization.models import Branch
from organization.queries import latest_month
from organization.requests import Request


def my_targets(request: Request) -> HttpResponse:
    month = month_of(request, partial(latest_month, request.actor))
    return render(
        request, "managers/my_targets.html", {"month": month, "own": queries.own_targets(request.actor, month)}
    )


@require_POST
def targets_accept(request: Request, branch_code: str, month: Month) -> HttpResponse:
    branch = get_visible(Branch, request.actor, branch_code=branch_code)
    back = reverse("managers:my_targets") + f"?month={month}"
    try:
        accept_targets(actor=request.actor, branch=branch, month=month, figures=_figures(request))
    except RuleError as error:
        return refuse(request, error, back)
    messages.success(request, _("Your word on the targets of %(month)s is recorded.") % {"month": month})
    return redirect(back)


def _figures(request: Request) -> dict[str, int | None]:
    """The figures that the page showed, as it sends them back."""
    try:
        found = json.loads(request.POST.get("figures", "{}"))
    except ValueError as error:
        raise BadInput(_("A target has changed since you opened the page. Look at the figures again.")) from error
    return found if isinstance(found, dict) else {}
