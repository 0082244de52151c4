"""The targets of a month: who has which, who lacks one, and setting one with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.forms import TargetForm
from appraisal.queries import months, targets
from common.errors import RuleError
from common.forms import refuse_on
from common.months import Month
from common.views import get_visible
from managers.actions.targets import set_target
from managers.models import Indicator
from managers.queries import people_in_office
from organization.models import BUSINESS_ROLES, Branch, Role
from organization.requests import Request


def target_list(request: Request, branch_code: str, month: Month) -> HttpResponse:
    readers = Branch.objects.reached_by(request.actor, *BUSINESS_ROLES, Role.ACCOUNT_MANAGER)
    branch = get_visible(readers, request.actor, branch_code=branch_code)
    context = {
        "branch": branch,
        "month": month,
        "managers": targets.targets_page(branch, month, request.actor),
        "closed": months.is_closed(branch, month),
        "sets": request.actor.holds(branch.pk, Role.DIRECTOR),
        "reads_all": request.actor.holds(branch.pk, *BUSINESS_ROLES),
    }
    return render(request, "appraisal/target_list.html", context)


@require_http_methods(["GET", "POST"])
def target_set(request: Request, branch_code: str, month: Month, indicator: str, employee_no: str) -> HttpResponse:
    branch = get_visible(
        Branch.objects.reached_by(request.actor, Role.DIRECTOR), request.actor, branch_code=branch_code
    )
    manager = get_visible(people_in_office(branch, month), request.actor, employee_no=employee_no)
    back = reverse("appraisal:target_list", args=[branch_code, month])
    form = TargetForm(request.POST or None, indicator=indicator, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            set_target(
                actor=request.actor,
                manager=manager,
                branch=branch,
                month=month,
                indicator=indicator,
                **form.cleaned_data,
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The target is set. Compute the month again."))
            return redirect(back)
    context = {
        "branch": branch,
        "month": month,
        "manager": manager,
        "indicator": dict(Indicator.choices).get(indicator, indicator),
        "form": form,
        "back": back,
    }
    return render(request, "appraisal/target_set.html", context)
