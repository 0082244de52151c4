"""The customer economic dossier 客户经济档案 (article 9(6)): what is typed about a customer, section by section.

Business with us is nowhere here: the ledgers hold it. Every change of a field is kept, so that a section can be seen as
of any day.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models.customers import Customer
from organization.models import Branch, Employee


class Section(models.TextChoices):
    """The sections that people edit."""

    BASICS = "basics", _("basic facts")
    LEADERS = "leaders", _("leaders")
    FAMILY = "family", _("family")
    HOLDINGS = "holdings", _("land, livestock, machinery")
    CREDIT = "credit", _("credit standing")
    EVENTS = "events", _("major events")
    OTHER_BANKS = "other_banks", _("business with other banks")


class BasicFacts(models.Model):
    """What is typed about a customer beside what files bring in; which fields matter follows from the kind.

    Unit: amounts in fen. Shape: one row a customer, made with the first word.
    """

    class Gender(models.TextChoices):
        MALE = "male", _("male")
        FEMALE = "female", _("female")

    class Marriage(models.TextChoices):
        SINGLE = "single", _("single")
        MARRIED = "married", _("married")
        DIVORCED = "divorced", _("divorced")
        WIDOWED = "widowed", _("widowed")

    customer = models.OneToOneField(Customer, models.PROTECT, related_name="basics", primary_key=True)
    # Of units.
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    legal_form = models.CharField(_("legal form"), max_length=60, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    registered_capital_fen = models.BigIntegerField(_("registered capital"), null=True, blank=True)
    employee_count = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    main_business = models.CharField(_("main business"), max_length=300, blank=True)
    premises = models.CharField(_("premises"), max_length=200, blank=True)
    yearly_sales_fen = models.BigIntegerField(_("yearly sales"), null=True, blank=True)
    # Of individuals and farm households.
    born_on = models.DateField(_("born on"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=8, choices=Gender, blank=True)
    marriage = models.CharField(_("marriage"), max_length=10, choices=Marriage, blank=True)
    education = models.CharField(_("education"), max_length=40, blank=True)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    employer = models.CharField(_("employer"), max_length=100, blank=True)
    labourers = models.PositiveSmallIntegerField(_("people who work"), null=True, blank=True)
    main_produce = models.CharField(_("main produce"), max_length=200, blank=True)
    yearly_income_fen = models.BigIntegerField(_("yearly income"), null=True, blank=True)
    # Of everybody.
    second_phone = models.CharField(_("second phone"), max_length=40, blank=True)
    preferences = models.CharField(_("likes and dislikes"), max_length=300, blank=True)
    remarks = models.TextField(_("remarks"), max_length=2000, blank=True)
    # Goes up with every change: a page opened before somebody else's change shows both.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="basics_amounts_not_negative",
                condition=(Q(registered_capital_fen__isnull=True) | Q(registered_capital_fen__gte=0))
                & (Q(yearly_sales_fen__isnull=True) | Q(yearly_sales_fen__gte=0)),
                violation_error_message=_("An amount is not below zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.customer_id}"


class Entry(models.Model):
    """One entry of a section that is a list. It is taken out with a reason and never deleted."""

    version = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Leader(Entry):
    """A principal leader of a unit."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="leaders")
    name = models.CharField(_("name"), max_length=60)
    position = models.CharField(pgettext_lazy("in a unit", "position"), max_length=60)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    education = models.CharField(_("education"), max_length=40, blank=True)
    since = models.DateField(_("in the position since"), null=True, blank=True)
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)

    class Meta:
        ordering = ("customer", "pk")

    def __str__(self) -> str:
        return self.name


class FamilyMember(Entry):
    """A member of an individual's family or of a farm household."""

    class Relation(models.TextChoices):
        HEAD = "head", _("head of the household")
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        SIBLING = "sibling", _("brother or sister")
        OTHER = "other", _("other")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="family_members")
    name = models.CharField(_("name"), max_length=60)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    work = models.CharField(pgettext_lazy("of a family member", "work"), max_length=100, blank=True)
    yearly_income_fen = models.BigIntegerField(_("yearly income"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    remarks = models.CharField(_("remarks"), max_length=300, blank=True)

    class Meta:
        ordering = ("customer", "pk")

    def __str__(self) -> str:
        return self.name


class Holding(Entry):
    """Land, livestock, machinery, buildings."""

    class Kind(models.TextChoices):
        LAND = "land", _("land")
        LIVESTOCK = "livestock", _("livestock")
        MACHINERY = "machinery", _("machinery")
        BUILDING = "building", _("building")
        VEHICLE = "vehicle", _("vehicle")
        OTHER = "other", _("other")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="holdings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    description = models.CharField(_("what"), max_length=150)
    # In hundredths of the unit: 3.5 亩 is 350.
    quantity_hundredths = models.BigIntegerField(_("quantity"), null=True, blank=True)
    unit = models.CharField(_("unit of quantity"), max_length=20, blank=True)
    value_fen = models.BigIntegerField(_("worth about"), null=True, blank=True)
    is_mortgaged = models.BooleanField(_("mortgaged"), default=False)

    class Meta:
        ordering = ("customer", "pk")

    def __str__(self) -> str:
        return self.description


class CreditRecord(Entry):
    """Something on a customer's credit standing: a rating, a guarantee given, a default, a court record."""

    class Kind(models.TextChoices):
        RATING = "rating", _("rating")
        GUARANTEE = "guarantee", _("guarantee given")
        DEFAULT = "default", pgettext_lazy("of a debt", "default")
        COURT = "court", _("court record")
        HONOUR = "honour", _("credit honour")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="credit_records")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    happened_on = models.DateField(_("date"))
    words = models.CharField(_("what"), max_length=300)
    by_whom = models.CharField(_("by or towards whom"), max_length=100, blank=True)
    amount_fen = models.BigIntegerField(pgettext_lazy("sum of money", "amount"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("how known"), max_length=100, blank=True)

    class Meta:
        ordering = ("customer", "-happened_on", "-pk")

    def __str__(self) -> str:
        return self.words


class MajorEvent(Entry):
    """A major event in a customer's life or business."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="major_events")
    happened_on = models.DateField(_("date"))
    words = models.CharField(_("what"), max_length=500)
    meaning = models.CharField(_("what it means for us"), max_length=300, blank=True)

    class Meta:
        ordering = ("customer", "-happened_on", "-pk")

    def __str__(self) -> str:
        return self.words


class OtherBank(Entry):
    """Business that a customer has with another bank, as far as it is known."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("deposit")
        LOAN = "loan", _("loan")
        SETTLEMENT = "settlement", _("settlement")
        CARD = "card", _("card")
        INVESTMENT = "investment", _("investment")
        OTHER = "other", _("other")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="other_banks")
    bank = models.CharField(_("bank"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    amount_fen = models.BigIntegerField(pgettext_lazy("sum of money", "amount"), null=True, blank=True)
    # Hundredths of a percent a year.
    rate_bp = models.PositiveIntegerField(_("rate a year"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    source = models.CharField(_("how known"), max_length=100)
    known_on = models.DateField(_("known since"))

    class Meta:
        ordering = ("customer", "pk")

    def __str__(self) -> str:
        return self.bank


class DossierChange(models.Model):
    """One save of a section: every field before and after, by whom, when and why. Only added, never changed.

    Shape: entry is the key of the list entry, none for the basic facts; changes is {field: [before, after]}, with amounts
    in fen and days as ISO text. Law: replaying the changes from nothing gives the section as it stands.
    """

    class What(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("taken out")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="dossier_changes")
    section = models.CharField(_("section"), max_length=12, choices=Section)
    entry = models.BigIntegerField(null=True, blank=True)
    what = models.CharField(max_length=8, choices=What)
    changes = models.JSONField()
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # A number that the page made, so that a form sent twice adds one entry.
    token = models.UUIDField(null=True, blank=True, unique=True, editable=False)

    class Meta:
        ordering = ("customer", "pk")
        indexes = (
            # The history of a customer's section, and the section as of a day.
            models.Index(fields=("customer", "section", "id"), name="dossier_history"),
        )

    def __str__(self) -> str:
        return f"{self.section} {self.what}"


class RequiredFact(models.Model):
    """A fact that a complete dossier of a kind holds, with its weight in the percentage; the union edits the table.

    Shape: fact is "section.field" for basic facts and customers' own fields, or "section" for a list that needs an entry.
    """

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    customer_kind = models.CharField(_("kind"), max_length=16, choices=Customer.Kind)
    fact = models.CharField(_("fact"), max_length=40)
    weight = models.PositiveSmallIntegerField(_("weight"))

    class Meta:
        ordering = ("customer_kind", "pk")
        constraints = (
            models.UniqueConstraint(
                name="required_fact_once",
                fields=("branch", "customer_kind", "fact"),
                violation_error_message=_("This fact is in the table already."),
            ),
            models.CheckConstraint(
                name="required_fact_weighs",
                condition=Q(weight__gte=1, weight__lte=100),
                violation_error_message=_("A weight lies between 1 and 100."),
            ),
        )

    def __str__(self) -> str:
        return self.fact


class DossierReview(models.Model):
    """A person has looked through a dossier and found it right, or mended it."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="dossier_reviews")
    reviewed_on = models.DateField(_("reviewed on"))
    reviewed_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    words = models.CharField(_("words"), max_length=300, blank=True)

    class Meta:
        ordering = ("customer", "-reviewed_on", "-pk")
        indexes = (
            # The last review of a customer: what is due.
            models.Index(fields=("customer", "-reviewed_on"), name="review_of_customer"),
        )

    def __str__(self) -> str:
        return f"{self.reviewed_on}"
