"""Filters of the catalogue of service products."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import Filters, YesNoFilter
from customers.models import ServiceProduct


class ProductFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=ServiceProduct.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    in_force = YesNoFilter(_("in the catalogue"), _("not today"), label=_("State"))

    class Meta:
        model = ServiceProduct
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].label = _("Code or name")
        self.form.fields["q"].widget.attrs["placeholder"] = _("Code or name")

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(Q(code__istartswith=words) | Q(name__icontains=words))
