"""Branches, people, their sign-ins and their roles."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from organization.rules import Actor


class Role(models.TextChoices):
    """Who may do what: roles.md. No role contains another."""

    EMPLOYEE = "employee", _("employee")
    ACCOUNT_MANAGER = "account_manager", _("account manager")
    CLERK = "clerk", _("branch clerk")
    LOAN_REVIEWER = "loan_reviewer", _("loan reviewer")
    DIRECTOR = "director", _("branch director")
    LOAN_APPROVER = "loan_approver", _("loan approver of the union")
    SUPERVISOR = "supervisor", _("supervisor")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class BranchQuerySet(models.QuerySet["Branch"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(pk__in=actor.all_branches)

    def reached_by(self, actor: Actor, *roles: str) -> Self:
        """Branches where the actor holds one of the roles."""
        return self if actor.is_system else self.filter(pk__in=actor.branches_of(*roles))


class Branch(models.Model):
    """A cooperative 信用社, the union 联社 at the root of the tree (articles 4 and 5)."""

    class Kind(models.TextChoices):
        URBAN = "urban", _("urban")
        RURAL = "rural", _("rural")
        HEAD_OFFICE = "head_office", _("head office")

    branch_code = models.CharField(_("branch code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    headcount = models.PositiveIntegerField(_("headcount"))
    batch = models.ForeignKey("ImportBatch", models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ("branch_code",)
        constraints = (
            models.CheckConstraint(
                name="branch_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message=_("A branch cannot stand below itself. Name another parent branch."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(pk=actor.employee_id) | Q(branch__in=actor.branches_of(*PEOPLE_ROLES)))


# Who reads employees of a branch beside their own record. An administrator sees people and no business data.
PEOPLE_ROLES = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)
# Who reads everything of a branch that is business data.
BUSINESS_ROLES = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR)


class Employee(models.Model):
    """A person on record; roles and appointments stand beside post and title, which they never replace (article 3)."""

    class Employment(models.TextChoices):
        FORMAL = "formal", _("formal")
        CONTRACT = "contract", _("contract")
        AGENCY = "agency", _("agency")

    employee_no = models.CharField(_("employee no."), max_length=20, unique=True, db_collation="C")
    name = models.CharField(_("name"), max_length=60)
    # Pinyin initials of the name, lower case, so that "zs" finds 张三; also the order of names in a list.
    initials = models.CharField(max_length=60, editable=False, default="", db_collation="C")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="employees")
    employment = models.CharField(_("employment"), max_length=10, choices=Employment)
    hired_on = models.DateField(_("hired on"))
    joined_system_on = models.DateField(_("joined the cooperatives on"), null=True, blank=True)
    id_number = models.CharField(_("ID number"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=60, blank=True)
    monthly_wage_fen = models.BigIntegerField(_("monthly wage"), null=True, blank=True)
    batch = models.ForeignKey("ImportBatch", models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ("employee_no",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet[User]:
        """With the person and the branch, which every page names."""
        return super().get_queryset().select_related("employee__branch")

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(employee_no=username)


class User(AbstractBaseUser):
    """The sign-in of an employee; what the person may do comes from role grants alone."""

    employee_no = models.CharField(_("employee no."), max_length=20, unique=True)
    employee = models.OneToOneField(Employee, models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "employee_no"
    objects = UserManager()

    def __str__(self) -> str:
        return self.employee_no


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)


class RoleGrant(models.Model):
    """A role for one branch and the branches below it, from a first to a last day."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="role_grants")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    granted_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="role_grant_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="role_grant_not_to_oneself",
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("employee")),
                violation_error_message=_("Nobody grants a role to himself or herself. Ask another administrator."),
            ),
            models.UniqueConstraint(
                name="role_grant_once",
                fields=("employee", "role", "branch", "first_day"),
                violation_error_message=_("This role is already granted from that day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.first_day}"
