"""The head-count ratio of every branch (article 5), and of one branch month by month."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.months import Month, months_between
from common.views import get_visible
from managers.exports import write_head_counts
from managers.queries import decisions, headcount
from organization.actions.people import note_export
from organization.models import BUSINESS_ROLES, Branch
from organization.requests import Request


def headcount_list(request: Request) -> HttpResponse:
    branches = list(Branch.objects.reached_by(request.actor, *BUSINESS_ROLES))
    heads = headcount.head_counts(branches, timezone.localdate())
    return render(request, "managers/headcount_list.html", {"heads": heads})


@require_POST
def headcount_export(request: Request) -> FileResponse:
    branches = list(Branch.objects.reached_by(request.actor, *BUSINESS_ROLES))
    today = timezone.localdate()
    note_export(actor=request.actor, subject="managers.HeadCount", kind="xlsx", query=str(today))
    file = tempfile.TemporaryFile()
    title = _("Head-count of account managers %(day)s") % {"day": today}
    write_head_counts(file, title, headcount.head_counts(branches, today))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx")


def headcount_detail(request: Request, branch_code: str) -> HttpResponse:
    readers = Branch.objects.reached_by(request.actor, *BUSINESS_ROLES).select_related("parent")
    branch = get_visible(readers, request.actor, branch_code=branch_code)
    today = timezone.localdate()
    this_month = Month.of(today)
    months = list(months_between(Month(this_month.year - 1, this_month.number).next, this_month))
    history = headcount.head_count_history(branch, months, today)
    context = {
        "branch": branch,
        "head": history[-1][1],
        "history": list(reversed(history)),
        "waiting": decisions.waiting_for_decision(request.actor, branch),
    }
    return render(request, "managers/headcount_detail.html", context)
