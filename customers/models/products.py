"""Service products and their sales (article 9(3))."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer
from customers.models.work import OfManagerQuerySet
from organization.models import Branch, Employee


class ServiceProduct(models.Model):
    """A product of the catalogue, with its points per unit."""

    class Kind(models.TextChoices):
        SETTLEMENT = "settlement", _("settlement")
        EDUCATION_SAVINGS = "education_savings", _("education savings")
        AGENCY = "agency", _("agency")
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

    class Meta:
        ordering = ("code", "first_day")
        constraints = (
            models.UniqueConstraint(
                name="service_product_once",
                fields=("branch", "code", "first_day"),
                violation_error_message=_("This product is in the catalogue from that day already."),
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
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="sales")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="sales")
    product = models.ForeignKey(ServiceProduct, models.PROTECT, related_name="sales")
    sold_on = models.DateField(_("date"))
    entered_on = models.DateField(_("entry day"))
    quantity_hundredths = models.PositiveIntegerField(_("quantity"))
    amount_fen = models.BigIntegerField(_("amount"), null=True, blank=True)
    # Points of the whole sale, by the product's points on the day.
    points_hundredths = models.PositiveIntegerField(_("points"))
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)

    objects = OfManagerQuerySet.as_manager()

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
                name="sale_of_something",
                condition=Q(quantity_hundredths__gt=0),
                violation_error_message=_("A quantity is above zero."),
            ),
        )
        indexes = (
            # The sales of a branch's month, and of a manager.
            models.Index(fields=("branch", "entered_on"), name="sale_of_month"),
            models.Index(fields=("manager", "-sold_on"), name="sale_of_manager"),
        )

    def __str__(self) -> str:
        return f"{self.sold_on}"
