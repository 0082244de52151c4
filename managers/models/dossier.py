"""The manager's own dossier 客户经理档案 (article 14) and work reports (article 9(8))."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from managers.models.people import OfPersonQuerySet
from managers.rules.inspections import inspection_stage
from managers.rules.reports import report_period
from organization.models import BUSINESS_ROLES, Branch, Employee, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        attended = Attendance.objects.filter(employee=actor.employee_id).values("session")
        return self.filter(Q(pk__in=attended) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Session(models.Model):
    """A training, study or exchange meeting of a branch, planned for many at once (articles 9(8) and 14)."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("training")
        STUDY = "study", _("study")
        EXCHANGE = "exchange", _("exchange of experience")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("subject"), max_length=150)
    held_on = models.DateField(_("date"))
    # Hours in hundredths, so that a quarter of an hour counts.
    hours_hundredths = models.PositiveIntegerField(_("hours"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    notes = models.TextField(_("notes"), max_length=4000, blank=True)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    # Who wrote down who came; from then on the session is a record.
    noted_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="session_has_hours",
                condition=Q(hours_hundredths__gt=0, hours_hundredths__lte=10_000),
                violation_error_message=_("A session lasts longer than nothing and at most 100 hours."),
            ),
            models.CheckConstraint(
                name="session_noted_or_cancelled",
                condition=Q(noted_at__isnull=True) | Q(cancelled_at__isnull=True),
                violation_error_message=_(
                    "A session that was held is not cancelled, and one that was cancelled not held."
                ),
            ),
            models.CheckConstraint(
                name="session_cancelled_with_a_reason",
                condition=Q(cancelled_at__isnull=True) | (Q(cancelled_by__isnull=False) & ~Q(cancel_reason="")),
                violation_error_message=_("Say why."),
            ),
        )
        indexes = (
            # The sessions of a branch, newest first.
            models.Index(fields=("branch", "-held_on"), name="session_of_branch"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def stage(self) -> str:
        """planned, to_note (it is over and nobody has written down who came), noted, cancelled."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.noted_at is not None:
            return "noted"
        return "planned" if self.held_on > timezone.localdate() else "to_note"


class Attendance(models.Model):
    """Who was asked to a session, and who came."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="attendances")
    attended = models.BooleanField(_("attended"), null=True, blank=True)
    # Of one who came; somebody may have left early.
    hours_hundredths = models.PositiveIntegerField(_("hours"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        ordering = ("session", "employee__employee_no")
        constraints = (
            models.UniqueConstraint(name="attendance_once", fields=("session", "employee")),
            models.CheckConstraint(
                name="attendance_has_hours",
                # Without the look at null, hours of somebody not noted yet would be unknown, which a check lets pass.
                condition=Q(
                    attended__isnull=False, attended=True, hours_hundredths__isnull=False, hours_hundredths__gt=0
                )
                | (Q(hours_hundredths__isnull=True) & (Q(attended=False) | Q(attended__isnull=True))),
                violation_error_message=_("Who came has hours, who did not come has none."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.employee_id}"


class Inspection(models.Model):
    """An inspection of a manager's work by the branch 履职检查, with findings and what follows from them (article 14)."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="inspections")
    planned_on = models.DateField(_("planned for"))
    subject = models.CharField(_("subject"), max_length=150)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    inspected_on = models.DateField(_("inspected on"), null=True, blank=True)
    inspector = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.TextField(_("findings"), max_length=4000, blank=True)
    follow_up = models.TextField(_("to be mended"), max_length=4000, blank=True)
    follow_up_by = models.DateField(_("to be mended by"), null=True, blank=True)
    mended_on = models.DateField(_("mended on"), null=True, blank=True)
    mended_words = models.CharField(_("how it was mended"), max_length=1000, blank=True)
    # The inspector, or the director, has looked at what was mended.
    accepted_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        ordering = ("-planned_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="inspection_by_another",
                condition=Q(inspector__isnull=True) | ~Q(inspector=F("employee")),
                violation_error_message=_("Nobody inspects his or her own work."),
            ),
            models.CheckConstraint(
                name="inspection_accepted_by_another",
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("employee")),
                violation_error_message=_("Nobody accepts his or her own mending. Ask another person."),
            ),
            models.CheckConstraint(
                name="inspection_done_has_findings",
                condition=Q(inspected_on__isnull=True) | (Q(inspector__isnull=False) & ~Q(findings="")),
                violation_error_message=_("Write down who inspected and what was found."),
            ),
            models.CheckConstraint(
                name="inspection_follow_up_has_a_day",
                condition=Q(follow_up="") | Q(follow_up_by__isnull=False),
                violation_error_message=_("Say by which day it is to be mended."),
            ),
            models.CheckConstraint(
                name="inspection_mended_after_findings",
                condition=Q(mended_on__isnull=True) | (Q(inspected_on__isnull=False) & ~Q(follow_up="")),
                violation_error_message=_("There is nothing to be mended."),
            ),
            models.CheckConstraint(
                name="inspection_accepted_after_mending",
                condition=Q(accepted_at__isnull=True) | Q(accepted_by__isnull=False, mended_on__isnull=False),
                violation_error_message=_("It is not mended yet."),
            ),
            models.CheckConstraint(
                name="inspection_done_or_cancelled",
                condition=Q(cancelled_at__isnull=True)
                | (Q(cancelled_by__isnull=False, inspected_on__isnull=True) & ~Q(cancel_reason="")),
                violation_error_message=_("Only an inspection that was not held is cancelled, and with a reason."),
            ),
        )
        indexes = (
            # What is due at a branch.
            models.Index(fields=("branch", "planned_on"), name="inspection_of_branch"),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def stage(self) -> str:
        """How far it has come today, as managers.rules.inspections says."""
        return inspection_stage(self, timezone.localdate())


class Honour(models.Model):
    """An honour 评先表模 (article 17)."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="honours")
    awarded_on = models.DateField(_("date"))
    title = models.CharField(_("honour"), max_length=150)
    issuer = models.CharField(_("awarded by"), max_length=100)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        ordering = ("-awarded_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="honour_by_another",
                condition=~Q(made_by=F("employee")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
        )
        indexes = (
            # The honours of a branch, newest first.
            models.Index(fields=("branch", "-awarded_on"), name="honour_of_branch"),
        )

    def __str__(self) -> str:
        return self.title


class PenaltyQuerySet(OfPersonQuerySet["Penalty"]):
    def in_force(self, day: object) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day, lifted_at__isnull=True)


class Penalty(models.Model):
    """A disciplinary penalty; while it is in force the person cannot become an account manager (article 6)."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("warning")
        DEMERIT = "demerit", _("demerit")
        SERIOUS_DEMERIT = "serious_demerit", _("serious demerit")
        DEMOTION = "demotion", _("demotion")
        PROBATION = "probation", _("probation")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="penalties")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    issuer = models.CharField(_("decided by"), max_length=100)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-pk")
        constraints = (
            models.CheckConstraint(
                name="penalty_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="penalty_by_another",
                condition=~Q(made_by=F("employee")) & (Q(lifted_by__isnull=True) | ~Q(lifted_by=F("employee"))),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="penalty_lifted_with_a_reason",
                condition=Q(lifted_at__isnull=True) | (Q(lifted_by__isnull=False) & ~Q(lift_reason="")),
                violation_error_message=_("Say why."),
            ),
        )
        indexes = (
            # The penalties of a branch, newest first.
            models.Index(fields=("branch", "-first_day"), name="penalty_of_branch"),
        )

    def __str__(self) -> str:
        return self.kind

    @property
    def stage(self) -> str:
        """to_come, in_force, over, lifted."""
        return "lifted" if self.lifted_at is not None else _stage_of_days(self)


class AuthorisationLetterQuerySet(OfPersonQuerySet["AuthorisationLetter"]):
    def in_force(self, day: object) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day, revoked_on__isnull=True)


class AuthorisationLetter(models.Model):
    """A letter of authority 授权书: what a manager may do in the branch's name, up to which amount, from when to when."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="authorisation_letters")
    letter_no = models.CharField(_("letter no."), max_length=40)
    scope = models.TextField(_("scope"), max_length=2000)
    limit_fen = models.BigIntegerField(_("up to"), null=True, blank=True)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    issued_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AuthorisationLetterQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-pk")
        constraints = (
            models.UniqueConstraint(
                name="authorisation_letter_once",
                fields=("branch", "letter_no"),
                violation_error_message=_("There is a letter with this number already."),
            ),
            models.CheckConstraint(
                name="authorisation_letter_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="authorisation_letter_by_another",
                condition=~Q(issued_by=F("employee")) & (Q(revoked_by__isnull=True) | ~Q(revoked_by=F("employee"))),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="authorisation_letter_revoked_with_a_reason",
                condition=Q(revoked_on__isnull=True) | (Q(revoked_by__isnull=False) & ~Q(revoke_reason="")),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="authorisation_letter_limit_above_zero",
                condition=Q(limit_fen__isnull=True) | Q(limit_fen__gt=0),
                violation_error_message=_("An amount is above zero."),
            ),
        )
        indexes = (
            # The letters of a branch, newest first.
            models.Index(fields=("branch", "-first_day"), name="letter_of_branch"),
        )

    def __str__(self) -> str:
        return self.letter_no

    @property
    def stage(self) -> str:
        """to_come, in_force, over, revoked."""
        return "revoked" if self.revoked_on is not None else _stage_of_days(self)


def _stage_of_days(row: Penalty | AuthorisationLetter) -> str:
    today = timezone.localdate()
    if row.first_day > today:
        return "to_come"
    return "in_force" if row.last_day is None or row.last_day >= today else "over"


class WorkReportQuerySet(models.QuerySet["WorkReport"]):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; of others what was sent, at the branches where one reads reports."""
        if actor.is_system:
            return self
        readers = actor.branches_of(Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR)
        return self.filter(Q(employee=actor.employee_id) | (Q(branch__in=readers) & ~Q(state=WorkReport.State.DRAFT)))


class WorkReport(models.Model):
    """A report of an account manager to the branch's director: daily log, weekly or monthly (article 9(8))."""

    class Kind(models.TextChoices):
        DAILY = "daily", _("daily log")
        WEEKLY = "weekly", _("weekly report")
        MONTHLY = "monthly", _("monthly report")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        READ = "read", _("read")
        REPLIED = "replied", _("replied")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="work_reports")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # The day, the Monday of the week, or the first day of the month.
    period_first_day = models.DateField(_("period"))
    done = models.TextField(_("what was done"), max_length=8000, blank=True)
    plans = models.TextField(_("what comes next"), max_length=8000, blank=True)
    needs = models.TextField(_("what is needed"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(_("reply"), max_length=4000, blank=True)
    replied_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    # What the records said of the period when the report was sent (managers.queries.work).
    work = models.JSONField(default=list)

    objects = WorkReportQuerySet.as_manager()

    class Meta:
        ordering = ("-period_first_day", "employee__employee_no")
        constraints = (
            models.UniqueConstraint(
                name="work_report_once",
                fields=("employee", "kind", "period_first_day"),
                violation_error_message=_("There is a report of this period already."),
            ),
            models.CheckConstraint(
                name="work_report_period_begins",
                condition=Q(kind="daily")
                | Q(kind="weekly", period_first_day__iso_week_day=1)
                | Q(kind="monthly", period_first_day__day=1),
                violation_error_message=_("A week begins on a Monday, a month on its first day."),
            ),
            models.CheckConstraint(
                name="work_report_replied_by_another",
                condition=Q(replied_by__isnull=True) | ~Q(replied_by=F("employee")),
                violation_error_message=_("Nobody replies to his or her own report."),
            ),
            models.CheckConstraint(
                name="work_report_sent_has_a_time",
                condition=Q(state="draft", sent_at__isnull=True) | (~Q(state="draft") & Q(sent_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="work_report_reply_has_words",
                condition=~Q(state="replied") | (Q(replied_by__isnull=False) & ~Q(reply="")),
                violation_error_message=_("Write a reply."),
            ),
        )
        indexes = (
            # What a director has not read yet.
            models.Index(fields=("branch", "state", "-period_first_day"), name="work_report_of_branch"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.period_first_day}"

    @property
    def period_last_day(self) -> dt.date:
        return report_period(self.kind, self.period_first_day)[1]


class LateReportQuerySet(models.QuerySet["LateReport"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES))


class LateReport(models.Model):
    """A report that was owed and not sent in time: a candidate for an entry about conduct, which the turn of the day
    proposes once and a person confirms or dismisses (articles 9(8) and 18(4))."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        DISMISSED = "dismissed", _("dismissed")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="late_reports")
    kind = models.CharField(_("kind"), max_length=8, choices=WorkReport.Kind)
    period_first_day = models.DateField(_("period"))
    due_on = models.DateField(_("in time until"))
    proposed_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    dismiss_reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Of a confirmed one: the entry that it has become.
    entry = models.OneToOneField(
        "managers.ConductEntry", models.PROTECT, null=True, blank=True, related_name="late_report"
    )

    objects = LateReportQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "employee__employee_no", "kind")
        constraints = (
            models.UniqueConstraint(name="late_report_once", fields=("employee", "kind", "period_first_day")),
            models.CheckConstraint(
                name="late_report_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("employee")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="late_report_decided_has_a_name",
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | Q(~Q(state="proposed"), decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="late_report_confirmed_is_an_entry",
                condition=Q(state="confirmed", entry__isnull=False) | Q(~Q(state="confirmed"), entry__isnull=True),
            ),
            models.CheckConstraint(
                name="late_report_dismissed_has_a_reason",
                condition=~Q(state="dismissed") | ~Q(dismiss_reason=""),
                violation_error_message=_("Say why."),
            ),
        )
        indexes = (
            # What waits for a director.
            models.Index(fields=("branch", "due_on"), name="late_report_to_decide", condition=Q(state="proposed")),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.period_first_day}"

    @property
    def period_last_day(self) -> dt.date:
        return report_period(self.kind, self.period_first_day)[1]
