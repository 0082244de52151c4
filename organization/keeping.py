"""What was typed into a form whose session has ended: it travels with the sign-in page and comes back after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

_SALT = "organization.keeping"
# A long text of every field of a form; more than this is no typing.
_MOST_CHARACTERS = 200_000
_SECONDS = 24 * 3600
# Words that prove a person are typed anew, and the token belongs to the page that is gone.
_NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "password", "old", "new", "again"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent. Shape: the address it was sent to, and its fields in their order; files are not kept."""

    address: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def texts(self) -> list[str]:
        """What a person has written in it, to be read again: not the numbers and codes of its other fields."""
        return [value for name, value in self.fields if name != "token" and (len(value) > 20 or "\n" in value)]


def keep_typed(request: HttpRequest) -> str:
    """The form that a request without a session has brought, signed, so that only what was sent here comes back.

    Shape: empty when nothing was typed, when it is longer than anybody types, and for a part of a page.
    """
    if request.method != "POST" or getattr(request, "htmx", False):
        return ""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NEVER_KEPT
        for value in values
        if isinstance(value, str)
    ]
    if not any(value.strip() for _name, value in fields):
        return ""
    if sum(len(name) + len(value) for name, value in fields) > _MOST_CHARACTERS:
        return ""
    found = {"address": request.get_full_path(), "fields": fields, "files": bool(request.FILES)}
    return signing.dumps(found, salt=_SALT, compress=True)


def typed_before(kept: str) -> Typed | None:
    """The form that a sign-in page has kept; none when there is none, or it is a day old or not ours."""
    if not kept:
        return None
    try:
        found = signing.loads(kept, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return None
    return Typed(found["address"], [(name, value) for name, value in found["fields"]], found["files"])
