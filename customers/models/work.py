"""The work with customers: prospects, visits and advice, requests, market information (articles 9(1), 9(4), 9(5), 9(7))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models.customers import Customer
from organization.models import BUSINESS_ROLES, Branch, Employee, Role

if TYPE_CHECKING:
    from organization.rules import Actor


_Row = TypeVar("_Row", bound=models.Model)


class OfManagerQuerySet(models.QuerySet[_Row]):
    """Rows with a manager and a branch: everybody reads the own ones, the branch's people those of the branch."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class OfOwnCustomersQuerySet(OfManagerQuerySet[_Row]):
    """Beside these, what predecessors have left about the customers who are one's own today."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        seen = Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        if actor.branches_of(Role.ACCOUNT_MANAGER):
            seen |= Q(customer__in=Customer.objects.own_of(actor.employee_id).values("pk"))
        return self.filter(seen)

    def listed_for(self, actor: Actor) -> Self:
        """The own ones and the branch's: a list of these is read in its order from an index."""
        return super().visible_to(actor)


class VisitQuerySet(OfManagerQuerySet["Visit"]):
    def visible_to(self, actor: Actor) -> Self:
        """Beside the own ones and the branch's, what predecessors wrote about the customers who are one's own today."""
        if actor.is_system:
            return self
        own = Customer.objects.own_of(actor.employee_id).values("pk")
        seen = Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        if actor.branches_of(Role.ACCOUNT_MANAGER):
            seen |= Q(customer__in=own) | Q(prospect__customer__in=own)
        return self.filter(seen)

    def listed_for(self, actor: Actor) -> Self:
        """The own ones and the branch's: a list of these is read in its order from an index."""
        return super().visible_to(actor)


class Prospect(models.Model):
    """Somebody who may become a customer, with the stage that has been reached (article 9(1))."""

    class Stage(models.TextChoices):
        FOUND = "found", _("found")
        VISITED = "visited", _("visited")
        INTERESTED = "interested", _("interested")
        PROMISED = "promised", _("promised")
        WON = "won", _("won")
        LOST = "lost", _("lost")

    name = models.CharField(_("name"), max_length=120, db_collation="C")
    initials = models.CharField(max_length=120, editable=False, default="", db_collation="C")
    kind = models.CharField(_("kind"), max_length=16, choices=Customer.Kind)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="prospects")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    source = models.CharField(_("how found"), max_length=150, blank=True)
    wants = models.CharField(_("what they may want"), max_length=300, blank=True)
    expected_fen = models.BigIntegerField(_("expected amount"), null=True, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("on"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.FOUND)
    lost_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Of a won prospect: the customer it has become.
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="prospects")
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = OfManagerQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="prospect_won_is_a_customer",
                condition=~Q(stage="won") | Q(customer__isnull=False),
                violation_error_message=_("A prospect is won when it is a customer. Name the customer."),
            ),
            models.CheckConstraint(
                name="prospect_lost_has_a_reason",
                condition=~Q(stage="lost") | ~Q(lost_reason=""),
                violation_error_message=_("Say why it was lost."),
            ),
        )
        indexes = (
            # The board of a branch, and of a manager.
            models.Index(fields=("branch", "stage", "-changed_at"), name="prospect_board"),
            models.Index(fields=("manager", "stage"), name="prospect_of_manager"),
        )

    def __str__(self) -> str:
        return self.name


class ProspectStep(models.Model):
    """From which stage to which, when and by whom. Only added."""

    prospect = models.ForeignKey(Prospect, models.PROTECT, related_name="steps")
    stage_before = models.CharField(max_length=10, choices=Prospect.Stage, blank=True)
    stage_after = models.CharField(max_length=10, choices=Prospect.Stage)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("prospect", "pk")

    def __str__(self) -> str:
        return self.stage_after


class Visit(models.Model):
    """A visit, a call, or advice given 理财咨询, to a customer or a prospect (articles 9(1) and 9(7))."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("visit")
        CALL = "call", _("call")
        OFFICE = "office", _("at the counter")
        ADVICE = "advice", _("financial advice")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="visits")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="visits")
    prospect = models.ForeignKey(Prospect, models.PROTECT, null=True, blank=True, related_name="visits")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.VISIT)
    purpose = models.CharField(_("purpose"), max_length=150)
    day = models.DateField(_("date"))
    said = models.TextField(_("what was said"), max_length=4000, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    next_on = models.DateField(_("on"), null=True, blank=True)
    next_done_on = models.DateField(null=True, blank=True)
    # Where it was, if the phone said so: millionths of a degree, and how exact in metres.
    latitude_millionths = models.IntegerField(null=True, blank=True)
    longitude_millionths = models.IntegerField(null=True, blank=True)
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DONE)
    # A number that the page made, so that a double tap or a second sending is one visit.
    token = models.UUIDField(null=True, blank=True, unique=True)
    # Of a planned visit: when it was planned; of the others: when it was written down, from which its author may mend it.
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "-pk")
        constraints = (
            models.CheckConstraint(
                name="visit_advice_has_words",
                condition=~Q(kind="advice", state="done") | ~Q(said=""),
                violation_error_message=_("Write what was advised."),
            ),
            models.CheckConstraint(
                name="visit_next_step_has_a_day",
                condition=Q(next_step="", next_on__isnull=True) | (~Q(next_step="") & Q(next_on__isnull=False)),
                violation_error_message=_("A next step has words and a day."),
            ),
            models.CheckConstraint(
                name="visit_to_a_customer_or_prospect",
                condition=Q(customer__isnull=False, prospect__isnull=True)
                | Q(customer__isnull=True, prospect__isnull=False),
                violation_error_message=_("Name the customer or the prospect."),
            ),
            models.CheckConstraint(
                name="visit_position_whole",
                condition=Q(latitude_millionths__isnull=True, longitude_millionths__isnull=True)
                # Without the looks at null half a position would be unknown, which a check lets pass.
                | Q(
                    latitude_millionths__isnull=False,
                    longitude_millionths__isnull=False,
                    latitude_millionths__gte=-90_000_000,
                    latitude_millionths__lte=90_000_000,
                    longitude_millionths__gte=-180_000_000,
                    longitude_millionths__lte=180_000_000,
                ),
                violation_error_message=_("The position is no place on earth."),
            ),
        )
        indexes = (
            # The timeline of a customer; the week and the promises of a manager.
            models.Index(fields=("customer", "-day"), name="visit_of_customer"),
            models.Index(fields=("manager", "-day"), name="visit_of_manager"),
            # The list of a branch.
            models.Index(fields=("branch", "-day", "-id"), name="visit_of_branch"),
            models.Index(fields=("manager", "next_on"), name="visit_promises", condition=Q(next_done_on__isnull=True)),
            # What was promised to the own customers, whoever promised it; what is still planned.
            models.Index(
                fields=("customer", "next_on"),
                name="visit_promised",
                condition=Q(next_done_on__isnull=True, next_on__isnull=False),
            ),
            models.Index(fields=("day",), name="visit_planned", condition=Q(state="planned")),
        )

    def __str__(self) -> str:
        return self.purpose


class VisitCorrection(models.Model):
    """What its author adds to a note that no longer changes. Only added."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="corrections")
    words = models.TextField(_("correction"), max_length=2000)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("visit", "pk")

    def __str__(self) -> str:
        return self.words[:40]


class ServiceRequest(models.Model):
    """What a customer asks for, with a deadline and the answer (article 9(4))."""

    class Kind(models.TextChoices):
        LOAN = "loan", _("loan")
        DEPOSIT = "deposit", _("deposit")
        SETTLEMENT = "settlement", _("settlement")
        CARD = "card", _("card or e-banking")
        ADVICE = "advice", _("advice")
        COMPLAINT = "complaint", _("complaint")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ANSWERED = "answered", _("answered")
        CANCELLED = "cancelled", _("cancelled")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="service_requests")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="service_requests")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    words = models.TextField(_("what is asked for"), max_length=2000)
    amount_fen = models.BigIntegerField(pgettext_lazy("sum of money", "amount"), null=True, blank=True)
    received_on = models.DateField(_("received on"))
    deadline = models.DateField(_("answer by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    cancelled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    cancelled_on = models.DateField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    # A number that the page made, so that a double tap or a second sending is one request.
    token = models.UUIDField(null=True, blank=True, unique=True)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = OfOwnCustomersQuerySet.as_manager()

    class Meta:
        ordering = ("deadline", "pk")
        constraints = (
            models.CheckConstraint(
                name="request_answered_with_words",
                condition=Q(state="answered", answered_on__isnull=False, answered_by__isnull=False) & ~Q(answer="")
                | Q(~Q(state="answered"), answer="", answered_on__isnull=True, answered_by__isnull=True),
                violation_error_message=_("Write the answer."),
            ),
            models.CheckConstraint(
                name="request_cancelled_with_a_reason",
                condition=Q(state="cancelled", cancelled_on__isnull=False, cancelled_by__isnull=False)
                & ~Q(cancel_reason="")
                | Q(~Q(state="cancelled"), cancel_reason="", cancelled_on__isnull=True, cancelled_by__isnull=True),
                violation_error_message=_("Say why the request is cancelled."),
            ),
            models.CheckConstraint(
                name="request_amount_above_zero",
                condition=Q(amount_fen__isnull=True) | Q(amount_fen__gt=0),
                violation_error_message=_("An amount is above zero."),
            ),
            models.CheckConstraint(
                name="request_deadline_after_receipt",
                condition=Q(deadline__gte=F("received_on")),
                violation_error_message=_("The deadline lies before the day of receipt."),
            ),
        )
        indexes = (
            # What runs out of time.
            models.Index(fields=("branch", "state", "deadline"), name="request_of_branch"),
            models.Index(fields=("manager", "state", "deadline"), name="request_of_manager"),
        )

    def __str__(self) -> str:
        return self.words[:40]


class MarketInformationQuerySet(models.QuerySet["MarketInformation"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, what is addressed to one, and what was sent at the branches that one reads."""
        if actor.is_system:
            return self
        sent = Q(branch__in=actor.branches_of(*BUSINESS_ROLES)) & ~Q(state=MarketInformation.State.DRAFT)
        addressed = Q(reader=actor.employee_id) & ~Q(state=MarketInformation.State.DRAFT)
        return self.filter(Q(manager=actor.employee_id) | addressed | sent)


class MarketInformation(models.Model):
    """Something heard in the market and fed back to a reader (article 9(5))."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government decision")
        INDUSTRY = "industry", _("industry")
        CUSTOMER = "customer", _("customer’s news")
        COMPETITOR = "competitor", _("competitor")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("normal")
        URGENT = "urgent", _("urgent")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        READ = "read", _("read")
        REPLIED = "replied", _("replied")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="market_information")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title = models.CharField(_("subject"), max_length=150)
    words = models.TextField(_("what"), max_length=4000)
    source = models.CharField(_("source"), max_length=150)
    heard_on = models.DateField(_("heard on"))
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    reader = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("reader"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("reply"), max_length=2000, blank=True)
    replied_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    # A number that the page made, so that a second sending is the same information.
    token = models.UUIDField(null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()

    objects = MarketInformationQuerySet.as_manager()

    class Meta:
        ordering = ("-heard_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="information_to_another",
                condition=~Q(reader=F("manager")),
                violation_error_message=_("Send it to somebody else than yourself."),
            ),
            models.CheckConstraint(
                name="information_sent_has_a_time",
                condition=Q(state="draft", sent_at__isnull=True) | (~Q(state="draft") & Q(sent_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="information_read_has_a_time",
                condition=Q(state__in=("draft", "sent"), read_at__isnull=True)
                | Q(state__in=("read", "replied"), read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="information_replied_by_another",
                condition=Q(replied_by__isnull=True) | ~Q(replied_by=F("manager")),
                violation_error_message=_("Nobody replies to his or her own market information."),
            ),
            models.CheckConstraint(
                name="information_reply_has_words",
                condition=Q(state="replied", replied_by__isnull=False, replied_at__isnull=False) & ~Q(reply="")
                | (~Q(state="replied") & Q(reply="", replied_by__isnull=True, replied_at__isnull=True)),
                violation_error_message=_("Write a reply."),
            ),
        )
        indexes = (
            # What waits for its reader; the list of a branch; who reports what, and a manager's own.
            models.Index(fields=("reader", "state"), name="information_of_reader"),
            models.Index(fields=("branch", "-heard_on"), name="information_of_branch"),
            models.Index(fields=("manager", "sent_at"), name="information_of_manager"),
        )

    def __str__(self) -> str:
        return self.title
