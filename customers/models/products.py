"""Service products and their sales (article 9(3))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models.customers import Customer
from customers.models.work import OfOwnCustomersQuerySet
from managers.models import DayRange, Int8Point
from organization.models import BUSINESS_ROLES, Branch, Employee, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class TextPoint(Func):
    """A text as a range of one, so that equality can stand in a GiST exclusion without btree_gist."""

    function = "customers_textrange"

    def __init__(self, field: str) -> None:
        super().__init__(F(field), F(field), Value("[]"))


_AND_ABOVE = """
WITH RECURSIVE above (id, parent_id) AS (
    SELECT id, parent_id FROM organization_branch WHERE id = ANY(%s)
    UNION
    SELECT b.id, b.parent_id FROM organization_branch AS b JOIN above ON b.id = above.parent_id
)
SELECT id FROM above
"""
_AND_BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT %s::bigint
    UNION
    SELECT b.id FROM organization_branch AS b JOIN below ON b.parent_id = below.id
)
SELECT id FROM below
"""


class ServiceProductQuerySet(models.QuerySet["ServiceProduct"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)

    def offered_at(self, branch_ids: Iterable[int]) -> Self:
        """The branches' own products and those of the branches above them, up to the union."""
        return self.filter(branch__in=RawSQL(_AND_ABOVE, [list(branch_ids)]))  # noqa: S611  fixed text, parameters apart

    def in_line_with(self, branch: Branch) -> Self:
        """The products of the branches above a branch and of those below it: wherever both are offered together."""
        below = RawSQL(_AND_BELOW, [branch.pk])  # noqa: S611  fixed text, parameters apart
        return self.offered_at([branch.pk]) | self.filter(branch__in=below)

    def visible_to(self, actor: Actor) -> Self:
        """What is offered at the branches where the person reads the business or is account manager."""
        if actor.is_system:
            return self
        return self.offered_at(actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER))


class ServiceProduct(models.Model):
    """A product of the catalogue, with its points per unit."""

    class Kind(models.TextChoices):
        SETTLEMENT = "settlement", _("settlement")
        EDUCATION_SAVINGS = "education_savings", _("education savings")
        AGENCY = "agency", pgettext_lazy("product", "agency")
        INTERMEDIARY = "intermediary", _("intermediary business")
        CARD = "card", _("card")
        E_BANKING = "e_banking", _("e-banking")
        OTHER = "other", _("other")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=20, db_collation="C")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    unit = models.CharField(_("unit of sale"), max_length=20)
    points_hundredths = models.PositiveIntegerField(_("points per unit"))
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)

    objects = ServiceProductQuerySet.as_manager()

    class Meta:
        ordering = ("code", "first_day")
        constraints = (
            ExclusionConstraint(
                name="one_service_product_a_day",
                expressions=[
                    (Int8Point("branch"), "&&"),
                    (TextPoint("code"), "&&"),
                    (DayRange("first_day", "last_day"), "&&"),
                ],
                violation_error_message=_("This product is in the catalogue on some of these days already."),
            ),
            models.CheckConstraint(
                name="service_product_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Sale(models.Model):
    """A sale of a service product: by whom, to whom, how much; counts once a second person has confirmed it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("sale", "draft")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="sales")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="sales")
    product = models.ForeignKey(ServiceProduct, models.PROTECT, related_name="sales")
    sold_on = models.DateField(_("date"))
    entered_on = models.DateField(_("entry day"))
    quantity_hundredths = models.PositiveIntegerField(_("quantity"))
    amount_fen = models.BigIntegerField(pgettext_lazy("sum of money", "amount"), null=True, blank=True)
    # Points of the whole sale, by the product's points on the day.
    points_hundredths = models.PositiveBigIntegerField(_("points"))
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)

    objects = OfOwnCustomersQuerySet.as_manager()

    class Meta:
        ordering = ("-sold_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="sale_confirmed_by_another",
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("made_by")) & ~Q(decided_by=F("manager"))),
                violation_error_message=_("Who sells or enters a sale does not confirm it. Ask another person."),
            ),
            models.CheckConstraint(
                name="sale_decided_has_a_name",
                condition=Q(state="draft", decided_by__isnull=True) | Q(~Q(state="draft"), decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="sale_rejected_has_a_reason",
                condition=~Q(state="rejected") | ~Q(reason=""),
                violation_error_message=_("Say why the sale is rejected."),
            ),
            models.CheckConstraint(
                name="sale_of_something",
                condition=Q(quantity_hundredths__gt=0),
                violation_error_message=_("A quantity is above zero."),
            ),
            models.CheckConstraint(
                name="sale_amount_not_negative",
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gte=0),
                violation_error_message=_("An amount is not below zero."),
            ),
            models.CheckConstraint(
                name="sale_enters_after_it_was_made",
                condition=Q(entered_on__gte=F("sold_on")),
                violation_error_message=_("A sale counts from its own day on, not before."),
            ),
        )
        indexes = (
            # The list, the latest first.
            models.Index(fields=("-sold_on", "-id"), name="sale_by_day"),
            # What waits for a second person.
            models.Index(fields=("branch", "sold_on"), name="sale_to_confirm", condition=Q(state="draft")),
            # The sales of a branch's month, and of a manager.
            models.Index(fields=("branch", "entered_on"), name="sale_of_month"),
            models.Index(fields=("manager", "-sold_on"), name="sale_of_manager"),
        )

    def __str__(self) -> str:
        return f"{self.sold_on}"
