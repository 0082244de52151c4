"""What merging two customers does to their deposit accounts (settings.CUSTOMER_MERGES)."""

from __future__ import annotations

from customers.models import Customer
from deposits.models import DepositAccount


def move_accounts(*, kept: Customer, archived: Customer) -> dict[str, list[str]]:
    """The accounts of the one are the other's; attributions, postings and figures stay as they are.

    One step of a merge, inside its transaction: rights, locks and trail are the caller's (customers/actions/merges.py).
    Shape: the numbers of the accounts that moved.
    """
    rows = DepositAccount.objects.filter(customer=archived)
    numbers = list(rows.order_by("account_no").values_list("account_no", flat=True))
    rows.update(customer=kept)
    return {"deposits.depositaccount": numbers}
