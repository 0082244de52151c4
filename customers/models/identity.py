"""Who is who: customers that look alike and are not the same, and the laws of archiving, merging and households."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer
from organization.models import Branch, Employee


class NotSame(models.Model):
    """Two customers who look alike and are two: somebody has looked. Only added."""

    first = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    second = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("first", "second")
        constraints = (
            models.UniqueConstraint(
                name="not_same_once",
                fields=("first", "second"),
                violation_error_message=_("Somebody has said already that these are two."),
            ),
            # One order, so that a pair is one row.
            models.CheckConstraint(name="not_same_in_order", condition=Q(first__lt=F("second"))),
        )

    def __str__(self) -> str:
        return f"{self.first_id} ≠ {self.second_id}"


LAWS = {
    "customer_stays": _("A customer is never deleted. Put it aside with a reason."),
    "merged_customer_stays": _("This customer is merged into another. That is not taken back."),
    "merged_by_two_people": _("Customers are merged by two people: one proposes, another decides."),
    "merged_into_one_that_goes_on": _("Merge into a customer that is not put aside itself."),
    "archived_customer_unassigned": _(
        "This customer is put aside, or is to be, and has a manager. End the assignment first, or take it up again."
    ),
    "merge_begins_proposed": _("A merge begins with a proposal."),
    "merge_stays": _("What was proposed stays as it was, and a decision is final. Propose another merge."),
}
