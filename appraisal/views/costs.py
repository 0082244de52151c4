"""Wages and four expenses of a month, and what interest makes of them (article 12)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from appraisal.queries.costs import break_even_page
from common.months import Month
from common.views import get_visible
from organization.models import BUSINESS_ROLES, Branch, Role
from organization.requests import Request


def cost_list(request: Request, branch_code: str, month: Month) -> HttpResponse:
    readers = Branch.objects.reached_by(request.actor, *BUSINESS_ROLES, Role.ACCOUNT_MANAGER)
    branch = get_visible(readers, request.actor, branch_code=branch_code)
    context = {
        "branch": branch,
        "month": month,
        "page": break_even_page(request.actor, branch, month),
        "reads_all": request.actor.holds(branch.pk, *BUSINESS_ROLES),
        "imports": request.actor.holds(branch.pk, Role.CLERK),
    }
    return render(request, "appraisal/cost_list.html", context)
