"""The hand-over sheet: what a manager gives to whom from which day, signed by giver, taker and witness (article 9(1))."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.models.offices import Appointment, AppointmentChange
from organization.models import BUSINESS_ROLES, Branch, Employee

if TYPE_CHECKING:
    from organization.rules import Actor


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def under_way(self) -> Self:
        return self.filter(state__in=(HandOver.State.DRAFT, HandOver.State.SIGNING))

    def visible_to(self, actor: Actor) -> Self:
        """The branch's people, the giver, the witness, and everybody who is asked to sign."""
        if actor.is_system:
            return self
        me = actor.employee_id
        asked = HandOverSignature.objects.filter(employee=me).values("hand_over")
        of_branch = Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        return self.filter(Q(employee=me) | Q(witness=me) | Q(pk__in=asked) | of_branch)


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
    # The decided change that this sheet carries out; none for an expiring term, or where only responsibility changes.
    change = models.ForeignKey(
        AppointmentChange, models.PROTECT, null=True, blank=True, related_name="hand_overs", db_index=False
    )
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion)
    # The takers' first day; the giver keeps everything up to the day before.
    first_day = models.DateField(_("taken over from"))
    # The last day of a suspension whose end is known: the giver has everything back the day after.
    last_day = models.DateField(_("taken over until"), null=True, blank=True)
    witness = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("witness"))
    remarks = models.TextField(_("remarks"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # SHA-256 of the sheet's lines as they were sent round for signing.
    digest = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="hand_over_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
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
    """One person who signs a hand-over sheet: asked when it is sent round, signed with the digest of what was read."""

    class Party(models.TextChoices):
        GIVER = "giver", _("giver")
        TAKER = "taker", _("taker")
        WITNESS = "witness", _("witness")

    hand_over = models.ForeignKey(HandOver, models.PROTECT, related_name="signatures")
    party = models.CharField(_("party"), max_length=8, choices=Party)
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                name="hand_over_signature_has_digest_and_instant",
                condition=Q(digest="", signed_at__isnull=True) | Q(~Q(digest=""), signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="hand_over_signed_in_stead_of_the_giver",
                condition=Q(in_stead_of__isnull=True) | Q(Q(party="giver", signed_at__isnull=False), ~Q(reason="")),
                violation_error_message=_("Only the giver is signed for by another, and a reason is named."),
            ),
        )

    def __str__(self) -> str:
        return self.party


class HandOverLine(models.Model):
    """What becomes of one thing that the giver holds, from the sheet's first day on; a floor above says what it is.

    It names what is held by its subject and first day, and keeps how it stood when the sheet was drawn up. With a taker it
    passes on; kept with a reason it ends with the giver's last day and is nobody's; with neither it is not decided yet (of a
    mere change of responsibility: it stays with the giver).
    """

    # The field of the subject (its number is SUBJECT_no), and the fields that say how what is held stood.
    SUBJECT: ClassVar[str]
    AS_SIGNED: ClassVar[tuple[str, ...]]

    # No index of its own: the lines of a sheet are unique by sheet, subject and first day.
    hand_over = models.ForeignKey(HandOver, models.PROTECT, related_name="+", db_index=False)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    taker = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("taker")
    )
    kept_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def number(self) -> str:
        """The number of the account or customer."""
        return str(getattr(getattr(self, self.SUBJECT), f"{self.SUBJECT}_no"))

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet who takes it over, or why nobody does."""
        return self.taker_id is None and not self.kept_reason
