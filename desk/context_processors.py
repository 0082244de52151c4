"""What the frame around every page shows: who and where one is, the month, the rail, and who prints."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, ResolverMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.views import month_of
from desk.queries.inbox import inbox_count
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
        "sections": SimpleLazyObject(partial(_sections, actor, match)),
        "inbox_count": SimpleLazyObject(lambda: inbox_count(actor) if actor is not None else 0),
        "see_business": SimpleLazyObject(lambda: reads_business(actor)),
    }


def _word_of_rail(match: ResolverMatch | None) -> str:
    """The app whose word is marked; the import centre belongs to the system's, hand-overs to the managers'."""
    if match is None:
        return ""
    name = match.url_name or ""
    if match.app_name == "desk" and name.startswith(("hand_over_", "change_", "manager_")):
        return "managers"
    if match.app_name == "desk" and name.startswith("customer_"):
        return "customers"
    return "organization" if name.startswith("import") else match.app_name


def reads_business(actor: Actor | None) -> bool:
    """Whether a person's roles reach any customer's figures at all."""
    return actor is not None and bool(actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER))


@dataclass(frozen=True, slots=True)
class Section:
    """A page beside others of the same word of the rail."""

    url: str
    label: str
    current: bool


# The pages of the managers' word: address, label, how the names of its addresses begin, and whether it is about business.
_OF_MANAGERS = (
    ("managers:manager_list", gettext_lazy("In office"), ("manager_", "appointment_", "suspension_", "change_"), True),
    (
        "managers:application_list",
        gettext_lazy("Applications"),
        ("application_", "assessment_", "decision", "peer_"),
        False,
    ),
    ("managers:call_list", gettext_lazy("Calls"), ("call_",), False),
    ("managers:notice_list", gettext_lazy("Public notices"), ("notice_", "objection_"), False),
    ("managers:contract_list", gettext_lazy("Contracts"), ("contract_", "my_targets", "target_"), False),
    ("managers:plan_list", gettext_lazy("Plans"), ("plan_", "cost_"), True),
    ("managers:headcount_list", gettext_lazy("Head-count"), ("headcount_",), True),
    ("managers:hand_over_list", gettext_lazy("Hand-overs"), ("hand_over_",), False),
    ("managers:session_list", gettext_lazy("Training"), ("session_",), False),
    ("managers:inspection_list", gettext_lazy("Inspections"), ("inspection_",), False),
    ("managers:report_list", gettext_lazy("Work reports"), ("report_",), False),
    ("managers:honour_list", gettext_lazy("Honours and letters"), ("honour_", "penalty_", "letter_"), False),
)


# The pages of the customers' word, all about business.
_OF_CUSTOMERS = (
    ("customers:customer_list", gettext_lazy("Customers"), ("customer_", "dossier_"), False),
    ("customers:visit_list", gettext_lazy("Visits"), ("visit_", "week"), False),
    ("customers:prospect_list", gettext_lazy("Prospects"), ("prospect_",), False),
    ("customers:request_list", gettext_lazy("Requests"), ("request_",), False),
    ("customers:sale_list", gettext_lazy("Sales"), ("sale_", "product_"), False),
    ("customers:information_list", gettext_lazy("Market information"), ("information_",), False),
    ("customers:review_list", gettext_lazy("Dossiers to mend"), ("review_", "required_"), False),
    ("customers:assignment_list", gettext_lazy("Assignments"), ("assignment_",), True),
    ("customers:duplicate_list", gettext_lazy("Duplicates"), ("duplicate_", "merge_"), True),
)
_PAGES = {"managers": _OF_MANAGERS, "customers": _OF_CUSTOMERS}


def _sections(actor: Actor | None, match: ResolverMatch | None) -> list[Section]:
    """The pages beside this one, without those that show other people's business to nobody else."""
    if actor is None or match is None:
        return []
    reads = bool(actor.branches_of(*BUSINESS_ROLES))
    name = match.url_name or ""
    found = []
    for address, label, beginnings, business in _PAGES.get(_word_of_rail(match), ()):
        if business and not reads:
            continue
        with contextlib.suppress(NoReverseMatch):
            found.append(Section(reverse(address), str(label), name.startswith(beginnings)))
    return found


def _rail(actor: Actor | None) -> list[Entry]:
    entries = [("desk", "desk:home", "house-door", _("Home"), True)]
    # Whoever works here may apply, recommend, vote and object; business is read by its roles alone.
    business = actor is not None and bool(actor.branches_of(*BUSINESS_ROLES))
    managers = "managers:manager_list" if business else "managers:application_list"
    entries.append(("managers", managers, "person-badge", _("Managers"), False))
    if reads_business(actor):
        entries += [
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
