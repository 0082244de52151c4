"""What the pages of lists share: what a list is, the page itself, the columns that a person keeps, the totals under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from common.filters import Filters
from common.tables import COLUMNS, Table, chosen_columns

__all__ = ["EXPORT_KINDS", "Asked", "Listing", "Total", "list_page", "one_branch", "totals_part"]

EXPORT_KINDS = (("xlsx", _("Excel workbook")), ("csv", _("CSV")))

# What the menu of columns says beside its ticks: keep these columns, or show the usual ones again.
_KEEP = "keep"
_USUAL = "usual"
_KEPT_SECONDS = 365 * 24 * 3600


@dataclass(slots=True)
class Asked:
    """Stands for the request of a list where a worker answers it: who asks, and the address's parameters."""

    actor: Any
    GET: QueryDict
    resolver_match: Any = None
    session: dict[str, Any] = field(default_factory=dict)
    _month: Any = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a whole, for its page, its totals and its files.

    Shape: `subject` is app.Model, the list's name on the trail and in settings.LISTS; `rows` and `title` are given the
    request, or what stands for it (Asked): what the actor may see, and what a file is called.
    """

    subject: str
    table: type[Table]
    filters: type[Filters]
    rows: Callable[[Any], QuerySet[Any]]
    title: Callable[[Any], Any]
    order: tuple[str, ...]

    def filtered(self, asked: Any) -> Any:
        """The filter set of the address over what the actor may see; its `qs` is what remains."""
        return self.filters(asked.GET, self.rows(asked), request=asked)


@dataclass(frozen=True, slots=True)
class Total:
    """One figure under a list. Shape: `kind` is "money" (fen), "points" (hundredths) or "count"."""

    label: Any
    value: int | None
    kind: str = "money"
    unit: Any = ""
    wide_unit: Any = ""  # of money, where the address asks for 万元 and the unit is not plain yuan


def list_page(
    request: HttpRequest, template: str, *, heading: Any, table: Any, filters: Any, **context: Any
) -> HttpResponse:
    """A list as a page. Shape: `export_url` ends before the kind, `totals_url` is asked for after the page is shown.

    The columns stand in the address, so that a link shares them; those that a person has chosen are kept in a cookie of
    that person and list, and an address without any is led to them.
    """
    if _KEEP in request.GET:
        return _kept(request, table)
    if COLUMNS not in request.GET and (names := _remembered(request, table)):
        return redirect(table.address(columns=names))
    found = {"heading": heading, "table": table, "filters": filters, "export_kinds": EXPORT_KINDS}
    return render(request, template, found | context)


def _kept(request: HttpRequest, table: Table) -> HttpResponse:
    """Keeps the columns that were ticked, or forgets them, and goes on to the list."""
    chosen = chosen_columns(request.GET)
    names = ".".join(one.name for one in table.choices if one.always or one.name in chosen)
    if request.GET[_KEEP] == _USUAL or not chosen:
        response = redirect(table.address(keep=None, columns=None))
        response.delete_cookie(_cookie(request), path=request.path)
        return response
    response = redirect(table.address(keep=None, columns=names))
    response.set_cookie(
        _cookie(request),
        names,
        max_age=_KEPT_SECONDS,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _remembered(request: HttpRequest, table: Table) -> str:
    names = request.COOKIES.get(_cookie(request), "").split(".")
    return ".".join(one.name for one in table.choices if one.name in names)


def _cookie(request: Any) -> str:
    """Of one person: two who share a computer have columns of their own. Of one list: by the cookie's path."""
    return f"columns-{request.actor.employee_id}"


def one_branch(request: Any) -> tuple[str, ...]:
    """The columns that say nothing to the person: the branch, for somebody who reaches only one."""
    return ("branch",) if len(request.actor.all_branches) < 2 else ()


def totals_part(request: HttpRequest, totals: Sequence[Total]) -> HttpResponse:
    """The totals of what is filtered, as the part of the page that the list asks for."""
    unit = "wan" if request.GET.get("unit") == "wan" else ""
    return render(request, "tables/totals.html", {"totals": totals, "money_unit": unit})
