"""The list of accounts: what a person may see of it, found by words, state or manager, and its totals."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Count, F, FilteredRelation, Func, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from common.money import round_half_up
from common.months import Month
from customers.queries import owned_by
from deposits.models import Attribution, DepositAccount
from organization.rules import Actor


def customers_served_by(actor: Actor) -> QuerySet[Attribution, Any]:
    """Ids of the customers with an account that was ever attributed to the person (settings.CUSTOMERS_SERVED_BY)."""
    return Attribution.objects.filter(manager=actor.employee_id).values("account__customer")


def accounts(actor: Actor, month: Month) -> QuerySet[Any]:
    """The accounts that the person may see, each with its figures of the month (none where it was not computed).

    Shape: annotated closing_fen, balance_fen (0 for none), accumulated_fen_days, average_fen, unattributed_fen_days.
    Unit: fen, fen·days.
    """
    of_month = Q(months__month=month.first_day, months__branch=F("branch"))
    figures = FilteredRelation("months", condition=of_month)
    return (
        DepositAccount.objects.visible_to(actor)
        .select_related("customer", "branch")
        .annotate(
            of_month=figures,
            closing_fen=F("of_month__closing_fen"),
            # What the list is sorted by: an account without figures stands among the empty ones, not before all others.
            balance_fen=Coalesce(F("of_month__closing_fen"), 0, output_field=BigIntegerField()),
            accumulated_fen_days=F("of_month__accumulated_fen_days"),
            average_fen=_half_up(F("of_month__accumulated_fen_days"), month.days),
            unattributed_fen_days=F("of_month__unattributed_accumulated_fen_days"),
        )
    )


def _half_up(amount: F, divisor: int) -> Func:
    """A quotient of whole numbers rounded half away from zero, as common.money.round_half_up does it."""
    half = f"CASE WHEN %(expressions)s < 0 THEN -{divisor} ELSE {divisor} END"
    return Func(amount, template=f"((%(expressions)s * 2 + {half}) / {2 * divisor})", output_field=BigIntegerField())


def account_totals(found: QuerySet[Any], month: Month) -> dict[str, int]:
    """Number, Σ closing and Σ accumulated of the accounts found, in one aggregate; the average from the exact sum."""
    sums = found.order_by().aggregate(
        accounts=Count("pk"), closing_fen=Sum("closing_fen"), accumulated_fen_days=Sum("accumulated_fen_days")
    )
    accumulated = int(sums["accumulated_fen_days"] or 0)
    return {
        "accounts": sums["accounts"],
        "closing_fen": int(sums["closing_fen"] or 0),
        "accumulated_fen_days": accumulated,
        "average_fen": round_half_up(accumulated, month.days),
    }


def matching(words: str) -> Q:
    """The accounts whose number, or whose customer's name, initials or number, begins with the words."""
    return Q(account_no__startswith=words) | owned_by(words)


def accounts_in_state(found: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Of the accounts found: those open, closed, with a part that is nobody's in the month, or overdrawn at its end."""
    match state:
        case "open":
            return found.filter(closed_on__isnull=True)
        case "closed":
            return found.filter(closed_on__isnull=False)
        case "unattributed":
            return found.exclude(unattributed_fen_days=0).filter(unattributed_fen_days__isnull=False)
        case "negative":
            return found.filter(closing_fen__lt=0)
    return found


def accounts_of_manager(employee_no: str) -> QuerySet[Attribution, Any]:
    """Ids of the accounts that are, were or will be attributed to the manager."""
    return Attribution.objects.filter(manager__employee_no=employee_no).order_by().values("account")
