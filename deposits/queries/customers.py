"""What a customer has with us in deposits, for pages and actions of the floor below (settings.CUSTOMER_BUSINESS)."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from deposits.models import DepositAccount


def business_of(customer: Customer) -> list[tuple[Any, int, int]]:
    """Shape: (what, how many, how many of them open)."""
    is_open = Q(closed_on__isnull=True) | Q(closed_on__gt=timezone.localdate())
    counted = DepositAccount.objects.filter(customer=customer).aggregate(
        number=Count("pk"), still_open=Count("pk", filter=is_open)
    )
    return [(_("deposit accounts"), counted["number"], counted["still_open"])]
