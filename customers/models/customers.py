"""Customers and the households they belong to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from managers.models import DayRange, Int8Point
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, actor: Actor) -> Self:
        """Everything of a branch for those who read it; for a manager the own customers, and those whom a ledger links to
        him or her.

        The ledgers stand on higher floors, so settings name the functions that say which customers a person serves.
        """
        if actor.is_system:
            return self
        seen = Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        if actor.branches_of(Role.ACCOUNT_MANAGER):
            # As one set: looked up row by row in several, a few hundred customers would be searched among a million.
            own, *linked = (import_string(name)(actor).order_by() for name in settings.CUSTOMERS_SERVED_BY)
            seen |= Q(pk__in=own.union(*linked))
        return self.filter(seen)

    def own_of(self, manager_id: int | None, day: dt.date | None = None) -> Self:
        """The customers who are assigned to the manager on the day, today where none is named (article 9(1))."""
        day = day or timezone.localdate()
        held = Q(assignments__last_day__isnull=True) | Q(assignments__last_day__gte=day)
        return self.filter(held, assignments__manager=manager_id, assignments__first_day__lte=day)


class IdentityKey(Func):
    """By what two numbers are the same person's or unit's (rules/identity.py, identity_key), as an index holds it."""

    function = "customers_identity_key"
    arity = 1
    output_field = models.TextField()


class Household(models.Model):
    """The 户 that the guarantee limit counts (article 10)."""

    household_no = models.CharField(_("household no."), max_length=40, unique=True)

    def __str__(self) -> str:
        return self.household_no


class Customer(models.Model):
    """A unit, an individual or a farm household that a branch serves (article 9(1))."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("unit")
        INDIVIDUAL = "individual", _("individual")
        FARM_HOUSEHOLD = "farm_household", _("farm household")

    customer_no = models.CharField(_("customer no."), max_length=40, unique=True, db_collation="C")
    # Collation C, so that an index finds what begins with some characters, on any server.
    name = models.CharField(_("name"), max_length=120, db_collation="C")
    # Pinyin initials of the name, lower case, so that "zs" finds 张三; also the order of names in a list.
    initials = models.CharField(max_length=120, editable=False, default="", db_collation="C")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    id_type = models.CharField(_("ID type"), max_length=40, blank=True)
    id_number = models.CharField(_("ID number"), max_length=40, blank=True)
    # What is wrong with the number (rules/identity.py): such customers come in all the same, and are listed to be mended.
    identity_fault = models.CharField(max_length=10, editable=False, blank=True, default="", db_default="")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="customers")
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True, db_collation="C")
    address = models.CharField(_("address"), max_length=200, blank=True)
    # Put aside with a reason, or merged into another; customers are never deleted.
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    archive_reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", db_index=False
    )
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("customer_no",)
        constraints = (
            models.CheckConstraint(
                name="archived_with_a_name_and_reason",
                condition=Q(
                    archived_at__isnull=True, archived_by__isnull=True, archive_reason="", merged_into__isnull=True
                )
                | Q(Q(archived_at__isnull=False, archived_by__isnull=False), ~Q(archive_reason="")),
                violation_error_message=_("Say why the customer is put aside."),
            ),
        )
        indexes = (
            # A branch's list by number, paged by key.
            models.Index(fields=("branch", "customer_no"), name="customer_of_branch"),
            # Search by the beginning of a name, and of its initials, which are also the order of names.
            models.Index(fields=("name",), name="customer_by_name"),
            models.Index(fields=("initials", "id"), name="customer_by_initials"),
            # Search by the last figures of a telephone number. Of a partial index the planner would not know how few they name.
            models.Index(Reverse("phone"), name="customer_by_phone_tail"),
            # Customers who look alike: one number, or one name at one address. The columns beside the key let the search
            # read the index alone.
            models.Index(
                IdentityKey("id_number"),
                "branch",
                name="customer_by_identity",
                include=("id_number",),
                condition=Q(archived_at__isnull=True) & ~Q(id_number=""),
            ),
            models.Index(
                fields=("name", "address", "branch"),
                name="customer_by_name_address",
                condition=Q(archived_at__isnull=True) & ~Q(address=""),
            ),
            # The customers whose number is to be mended.
            models.Index(
                fields=("branch", "customer_no"), name="customer_identity_to_mend", condition=~Q(identity_fault="")
            ),
            # What was merged into a customer.
            models.Index(fields=("merged_into",), name="customer_merged", condition=Q(merged_into__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name


class HouseholdMember(models.Model):
    """Who belongs to a household on which days; no first day means since ever."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="memberships")
    first_day = models.DateField(_("from"), null=True, blank=True)
    last_day = models.DateField(_("to"), null=True, blank=True)
    # The head of the household 户主, as long as the membership is open.
    is_head = models.BooleanField(_("head of the household"), default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="one_head_a_household",
                fields=("household",),
                condition=Q(is_head=True, last_day__isnull=True),
                violation_error_message=_("A household has one head."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(first_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_household_a_day",
                expressions=[(Int8Point("customer"), "&&"), (DayRange("first_day", "last_day"), "&&")],
                violation_error_message=_("A customer belongs to one household at a time."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.household_id}/{self.customer_id}"
