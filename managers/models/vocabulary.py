"""The words of contracts and schemes: what can be targeted and scored; ranges that exclusion constraints compare."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _


class Indicator(models.TextChoices):
    """What can be targeted and scored (arithmetic.md, Actuals)."""

    DEPOSIT_AVERAGE = "deposit_average", _("monthly average balance")
    DEPOSIT_ACCUMULATED = "deposit_accumulated", _("accumulated balance")
    DEPOSIT_CLOSING = "deposit_closing", _("month-end balance")
    DEPOSIT_QUARTER_AVERAGE = "deposit_quarter_average", _("quarter's daily average")
    DEPOSIT_YEAR_AVERAGE = "deposit_year_average", _("year's daily average")
    LOANS_GRANTED = "loans_granted", _("loans granted")
    PRINCIPAL_RECOVERED = "principal_recovered", _("due principal recovered")
    RECOVERED_THIS_YEAR = "recovered_this_year", _("recovered of this year's grants")
    RECOVERED_EARLIER = "recovered_earlier", _("recovered of earlier years' grants")
    INTEREST_RECEIVED = "interest_received", _("interest received")
    INTEREST_COLLECTION = "interest_collection", _("interest collection rate")
    PRODUCTS_SOLD = "products_sold", _("service products sold")
    COMPLIANCE = "compliance", _("compliance")
    CONDUCT = "conduct", _("daily conduct")


class TargetKind(models.TextChoices):
    """Single or composite targets (article 15); dedicated recovery has its own (article 12)."""

    COMPOSITE = "composite", _("composite")
    DEPOSITS = "deposits", _("deposits")
    LOAN_RECOVERY = "loan_recovery", _("loan recovery")
    INTEREST = "interest", _("interest")
    DEDICATED_RECOVERY = "dedicated_recovery", _("dedicated recovery")


class DayRange(Func):
    """The days from first to last, both inclusive, open without a last one."""

    function = "daterange"

    def __init__(self, first: str, last: str) -> None:
        super().__init__(F(first), F(last), Value("[]"))


class Int8Point(Func):
    """A number as a range of one, so that equality can stand in a GiST exclusion without btree_gist."""

    function = "int8range"

    def __init__(self, field: str) -> None:
        super().__init__(F(field), F(field), Value("[]"))
