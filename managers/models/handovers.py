"""The hand-over sheet: what a manager gives to whom from which day, signed by giver, taker and witness (article 9(1))."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.models.offices import Appointment
from managers.models.people import OfPersonQuerySet
from organization.models import Branch, Employee


class HandOver(models.Model):
    """One sheet of one giver; its lines stand with the customers, accounts and loans that they move.

    `employee` is the giver. A sheet belongs to one branch: what is handed over stays there (article 14). It takes effect
    when everybody named has signed the same lines; afterwards nothing on it changes.
    """

    class Occasion(models.TextChoices):
        END = "end", _("end of the appointment")
        SUSPENSION = "suspension", _("suspension")
        CHANGE = "change", _("change of responsibility")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SIGNING = "signing", _("being signed")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    sheet_no = models.CharField(_("sheet no."), max_length=20, unique=True, db_collation="C")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="hand_overs", verbose_name=_("giver"))
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="hand_overs")
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion)
    # The takers' first day; the giver keeps everything up to the day before.
    first_day = models.DateField(_("taken over from"))
    witness = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("witness"))
    remarks = models.TextField(_("remarks"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # SHA-256 of the sheet's lines as they were sent round for signing.
    digest = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="hand_over_witnessed_by_another",
                condition=~Q(witness=F("employee")),
                violation_error_message=_("The giver is not the witness. Name another person."),
            ),
            models.UniqueConstraint(
                name="one_hand_over_at_a_time",
                fields=("employee", "branch"),
                condition=Q(state__in=("draft", "signing")),
                violation_error_message=_("A hand-over of this manager is under way. Finish or cancel it first."),
            ),
        )

    def __str__(self) -> str:
        return self.sheet_no


class HandOverSignature(models.Model):
    """One person's signature under a hand-over sheet."""

    class Party(models.TextChoices):
        GIVER = "giver", _("giver")
        TAKER = "taker", _("taker")
        WITNESS = "witness", _("witness")

    hand_over = models.ForeignKey(HandOver, models.PROTECT, related_name="signatures")
    party = models.CharField(_("party"), max_length=8, choices=Party)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    # A giver who has left or refuses: the witness signs in the giver's stead and says why.
    in_stead_of = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ("hand_over", "pk")
        constraints = (
            models.UniqueConstraint(
                name="hand_over_signed_once",
                fields=("hand_over", "party", "employee"),
                violation_error_message=_("You have signed this sheet already."),
            ),
        )

    def __str__(self) -> str:
        return self.party
