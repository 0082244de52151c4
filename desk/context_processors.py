"""What the frame around every page shows: who and where one is, the month, the rail, and who prints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from common.views import month_of
from organization.models import BUSINESS_ROLES, Role
from organization.queries import latest_month
from organization.rules import Actor

SCHEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the rail."""

    app: str
    url: str
    icon: str
    label: str
    on_phone: bool = True


def frame(request: HttpRequest) -> dict[str, Any]:
    """Shape: everything that costs a query is read only where a page with a frame asks for it."""
    actor: Any = getattr(request, "actor", None)
    scheme = request.COOKIES.get("scheme", "")
    match = request.resolver_match
    return {
        "actor": actor,
        "current_app": _word_of_rail(match),
        "scheme": scheme if scheme in SCHEMES else "",
        "frame_branch": SimpleLazyObject(
            lambda: request.user.employee.branch if request.user.is_authenticated else None
        ),
        "frame_month": SimpleLazyObject(partial(month_of, request, partial(latest_month, actor))),
        "frame_now": SimpleLazyObject(timezone.localtime),
        "rail": SimpleLazyObject(partial(_rail, actor)),
        "see_business": SimpleLazyObject(lambda: reads_business(actor)),
    }


def _word_of_rail(match: ResolverMatch | None) -> str:
    """The app whose word is marked; the import centre belongs to the system's."""
    if match is None:
        return ""
    return "organization" if (match.url_name or "").startswith("import") else match.app_name


def reads_business(actor: Actor | None) -> bool:
    """Whether a person's roles reach any customer's figures at all."""
    return actor is not None and bool(actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER))


def _rail(actor: Actor | None) -> list[Entry]:
    entries = [("desk", "desk:home", "house-door", _("Home"), True)]
    if reads_business(actor):
        entries += [
            ("managers", "managers:manager_list", "person-badge", _("Managers"), False),
            ("customers", "customers:customer_list", "people", _("Customers"), True),
            ("deposits", "deposits:account_list", "bank", _("Deposits"), True),
            ("loans", "loans:loan_list", "cash-stack", _("Loans"), False),
            ("appraisal", "appraisal:month_list", "clipboard-data", _("Appraisal"), True),
        ]
    found = []
    for app, name, icon, label, on_phone in entries:
        try:
            found.append(Entry(app, reverse(name), icon, label, on_phone))
        except NoReverseMatch:
            continue
    return found
