"""How the lines of a customer's timeline are shown: the icon and word of each, what its filters are called, where it leads."""

from __future__ import annotations

import contextlib
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Assignment, Prospect, ServiceProduct, ServiceRequest, Visit
from customers.queries.timeline import Happening

FILTERS: Final = {
    "visit": gettext_lazy("visits and calls"),
    "advice": gettext_lazy("advice"),
    "request": gettext_lazy("requests"),
    "event": gettext_lazy("major events"),
    "manager": gettext_lazy("managers"),
    "sale": gettext_lazy("sales"),
    "prospect": gettext_lazy("as a prospect"),
    "document": gettext_lazy("documents"),
    "review": gettext_lazy("reviews"),
}

_ICONS: Final = {
    "visit": "geo-alt",
    "call": "telephone",
    "office": "shop-window",
    "planned": "calendar-event",
    "advice": "lightbulb",
    "request": "inbox",
    "answer": "reply",
    "event": "flag",
    "assignment": "person-check",
    "assignment_end": "person-dash",
    "sale": "bag-check",
    "prospect": "signpost",
    "document": "paperclip",
    "review": "check2-square",
}
_PLACES: Final = {
    "visit": "customers:visit_detail",
    "advice": "customers:visit_detail",
    "request": "customers:request_detail",
    "answer": "customers:request_detail",
    "sale": "customers:sale_detail",
}


def icon_of(line: Happening) -> str:
    return _ICONS.get(line.code if line.name == "visit" else line.name, _ICONS[line.name])


def word_of(line: Happening) -> str:
    """What kind of thing happened, in a few words."""
    match line.name:
        case "visit":
            return _("planned visit") if line.code == "planned" else str(Visit.Kind(line.code).label)
        case "advice":
            return _("planned advice") if line.code == "planned" else str(Visit.Kind.ADVICE.label)
        case "request":
            return _("request: %(kind)s") % {"kind": ServiceRequest.Kind(line.code).label}
        case "answer":
            return _("answer: %(kind)s") % {"kind": ServiceRequest.Kind(line.code).label}
        case "sale":
            return _("sale: %(kind)s") % {"kind": ServiceProduct.Kind(line.code).label}
        case "prospect":
            return _("prospect: %(stage)s") % {"stage": Prospect.Stage(line.code).label}
        case "assignment":
            return _("new manager (%(basis)s)") % {"basis": Assignment.Basis(line.code).label}
        case "assignment_end":
            return _("without a manager from the next day")
        case "event":
            return _("major event")
        case "document":
            return _("document")
    return _("dossier looked through")


def address_of(line: Happening) -> str:
    """The page of the thing itself, where it has one; who sees the line may open it."""
    place = _PLACES.get(line.name)
    if place:
        with contextlib.suppress(NoReverseMatch):
            return reverse(place, args=[line.pk])
    return ""
