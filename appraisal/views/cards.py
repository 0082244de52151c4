"""Ranking and score cards, and what made each point: line → accounts or loans → postings → row of a file."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from appraisal.models import ScoreLine
from appraisal.queries import cards, lines, months, parts
from appraisal.tables import line_table
from common.months import Month
from common.views import get_visible
from managers.models import Indicator
from organization.models import BUSINESS_ROLES, Branch, Role
from organization.requests import Request


def ranking(request: Request, branch_code: str, month: Month) -> HttpResponse:
    branch = _branch(request, branch_code)
    context = {
        "branch": branch,
        "month": month,
        "ranked": cards.ranking_page(actor=request.actor, branch=branch, month=month),
        "row": months.row_of_month(branch, month),
        "reads_all": request.actor.holds(branch.pk, *BUSINESS_ROLES),
    }
    return render(request, "appraisal/ranking.html", context)


def score_card(request: Request, branch_code: str, month: Month, employee_no: str) -> HttpResponse:
    """A card; in a month without one a page that says so, to those who may see the person's cards."""
    branch = _branch(request, branch_code)
    card = cards.score_card_of(actor=request.actor, branch=branch, month=month, employee_no=employee_no)
    if card is None:
        other = cards.cards_of_manager(actor=request.actor, employee_no=employee_no).filter(branch=branch).first()
        if other is None:
            raise Http404
        context = {"branch": branch, "month": month, "other": other, "latest": Month.of(other.month)}
        return render(request, "appraisal/no_card.html", context)
    context = {
        "branch": branch,
        "month": month,
        "card": card,
        "page": cards.card_page(actor=request.actor, card=card),
        "reads_all": request.actor.holds(branch.pk, *BUSINESS_ROLES),
    }
    return render(request, "appraisal/score_card.html", context)


def score_line(request: Request, branch_code: str, month: Month, indicator: str, employee_no: str) -> HttpResponse:
    """What made one line's points: the formula with its figures, then the accounts, loans or entries."""
    line = _line(request, branch_code, month, indicator, employee_no)
    context = _line_context(line, month) | {
        "table": line_table(request, line),
        "accumulated": lines.accumulated_of(line),
        "is_loans": indicator in lines.LOAN_FIGURES,
        "is_sales": indicator == Indicator.PRODUCTS_SOLD,
        "totals": lines.totals_of_line(line),
        "entries": lines.entries_of_line(line),
        "source": lines.source_of_target(line),
        "neighbours": lines.neighbours(line),
    }
    return render(request, "appraisal/score_line.html", context)


def line_account(
    request: Request, branch_code: str, month: Month, indicator: str, employee_no: str, account_no: str
) -> HttpResponse:
    line = _line(request, branch_code, month, indicator, employee_no)
    part = parts.part_of_line(line, account_no)
    if part is None:
        raise Http404
    page = parts.part_page(part, employee_no)
    return render(request, "appraisal/line_account.html", _line_context(line, month) | {"part": part, "page": page})


def line_loan(
    request: Request, branch_code: str, month: Month, indicator: str, employee_no: str, loan_no: str
) -> HttpResponse:
    line = _line(request, branch_code, month, indicator, employee_no)
    figures = parts.loan_of_line(line, loan_no)
    if figures is None:
        raise Http404
    context = _line_context(line, month) | {"figures": figures, "page": parts.loan_part_page(figures)}
    return render(request, "appraisal/line_loan.html", context)


def _branch(request: Request, branch_code: str) -> Branch:
    """Those who read the branch's business, and its managers."""
    readers = Branch.objects.reached_by(request.actor, *BUSINESS_ROLES, Role.ACCOUNT_MANAGER)
    return get_visible(readers, request.actor, branch_code=branch_code)


def _line(request: Request, branch_code: str, month: Month, indicator: str, employee_no: str) -> ScoreLine:
    line = lines.line_of(
        actor=request.actor,
        branch=_branch(request, branch_code),
        month=month,
        employee_no=employee_no,
        indicator=indicator,
    )
    if line is None:
        raise Http404
    return line


def _line_context(line: ScoreLine, month: Month) -> dict[str, object]:
    return {
        "branch": line.card.branch,
        "month": month,
        "card": line.card,
        "line": line,
        "view": cards.line_view(line),
    }
