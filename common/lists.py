"""What the pages of lists share: the page itself, the totals under it, the export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

__all__ = ["EXPORT_KINDS", "Total", "list_page", "one_branch", "totals_part"]

EXPORT_KINDS = (("xlsx", _("Excel workbook")), ("csv", _("CSV")))


@dataclass(frozen=True, slots=True)
class Total:
    """One figure under a list. Shape: `kind` is "money" (fen) or "count"."""

    label: Any
    value: int | None
    kind: str = "money"
    unit: Any = ""
    wide_unit: Any = ""  # of money, where the address asks for 万元 and the unit is not plain yuan


def list_page(
    request: HttpRequest, template: str, *, heading: Any, table: Any, filters: Any, **context: Any
) -> HttpResponse:
    """A list as a page. Shape: `export_url` ends before the kind, `totals_url` is asked for after the page is shown."""
    found = {"heading": heading, "table": table, "filters": filters, "export_kinds": EXPORT_KINDS}
    return render(request, template, found | context)


def one_branch(request: Any) -> tuple[str, ...]:
    """The columns that say nothing to the person: the branch, for somebody who reaches only one."""
    return ("branch",) if len(request.actor.all_branches) < 2 else ()


def totals_part(request: HttpRequest, totals: Sequence[Total]) -> HttpResponse:
    """The totals of what is filtered, as the part of the page that the list asks for."""
    unit = "wan" if request.GET.get("unit") == "wan" else ""
    return render(request, "tables/totals.html", {"totals": totals, "money_unit": unit})
