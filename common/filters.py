"""The base of the filters of lists: they stand in the address, so that a link shares a view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

__all__ = ["BranchFilter", "Filters", "YesNoFilter"]

_LONGEST = 60


class BranchFilter(django_filters.ModelChoiceFilter):
    """One branch by its code, for people whose roles reach several. Shape: takes the query that says which, by actor."""

    def __init__(self, branches: Callable[[Any], QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(
            queryset=lambda request: branches(request.actor),
            to_field_name="branch_code",
            label=_("Branch"),
            empty_label=_("All branches"),
            **kwargs,
        )


class YesNoFilter(django_filters.ChoiceFilter):
    """Whether something is so. Shape: takes a word for yes and one for no; all, where neither is chosen."""

    def __init__(self, yes: Any, no: Any, **kwargs: Any) -> None:
        super().__init__(choices=(("true", yes), ("false", no)), empty_label=_("All"), **kwargs)

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return super().filter(queryset, value == "true") if value else queryset


class Filters(django_filters.FilterSet):
    """Base of the filter sets. Shape: `q` is what was typed; a subclass says in `search` where it looks.

    In a view: `AccountFilters(request.GET, queries.accounts(…), request=request)`; `.qs` is what remains.
    """

    q = django_filters.CharFilter(label=_("Name, initials or number"), method="_searched", max_length=_LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and len(self.request.actor.all_branches) < 2:
            self.filters.pop("branch", None)
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
        """What else the address says and a new filter keeps: month, columns, unit, order, size of a page."""
        names = ("month", "columns", "unit", "sort", "size")
        return [(name, self.data[name]) for name in names if self.data.get(name)]
