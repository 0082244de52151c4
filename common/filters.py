"""The base of the filters of lists: they stand in the address, so that a link shares a view."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

__all__ = ["Filters", "looks_like_number", "starting_with"]

_LONGEST = 60


def looks_like_number(words: str) -> bool:
    """Whether somebody searches by number: names hold no digits, numbers nearly always do."""
    return any(character.isdigit() for character in words)


def starting_with(words: str, *, number: str, name: str = "name", initials: str = "initials") -> Q:
    """Rows whose number, name or pinyin initials begin with the words; each has an index for exactly this."""
    if looks_like_number(words):
        return Q(**{f"{number}__startswith": words}) | Q(**{f"{number}__startswith": words.upper()})
    by_name = Q(**{f"{name}__startswith": words})
    # Letters may be initials (zs is 张三) or the letters that a number begins with.
    if words.isascii():
        by_name |= Q(**{f"{initials}__startswith": words.lower().replace(" ", "")})
        by_name |= Q(**{f"{number}__startswith": words}) | Q(**{f"{number}__startswith": words.upper()})
    return by_name


class Filters(django_filters.FilterSet):
    """Base of the filter sets. Shape: `q` is what was typed; a subclass says in `search` where it looks.

    In a view: `AccountFilters(request.GET, queries.accounts(…), request=request)`; `.qs` is what remains.
    """

    q = django_filters.CharFilter(label=_("Name, initials or number"), method="_searched", max_length=_LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].widget = forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("Name, initials or number"),
                "maxlength": _LONGEST,
                "autocomplete": "off",
                "data-list-search": "",
            }
        )

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        raise NotImplementedError

    def _searched(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        words = value.strip().replace("\0", "")
        return self.search(queryset, words) if words else queryset

    @property
    def narrows(self) -> bool:
        """Whether any filter is set: an empty list then says to take it off."""
        return any(self.data.get(name) for name in self.form.fields)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says and a new filter keeps: month, unit, order, size of a page."""
        names = ("month", "unit", "sort", "size")
        return [(name, self.data[name]) for name in names if self.data.get(name)]
