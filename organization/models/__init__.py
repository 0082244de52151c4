"""Branches, people and their roles; files, import batches, jobs, month closes; policies; the trail."""

from django.utils.translation import gettext_lazy as _

from organization.models.files import (
    Document,
    FilePiece,
    StoredFile,
)
from organization.models.imports import (
    HeaderMapping,
    ImportBatch,
    ImportBatchQuerySet,
    RefusedRow,
    RowChange,
)
from organization.models.jobs import (
    Job,
    JobQuerySet,
)
from organization.models.months import (
    MonthClose,
    MonthCloseQuerySet,
)
from organization.models.people import (
    BUSINESS_ROLES,
    PEOPLE_ROLES,
    Branch,
    BranchQuerySet,
    Employee,
    EmployeeQuerySet,
    Role,
    RoleGrant,
    RoleGrantQuerySet,
    User,
    UserManager,
)
from organization.models.policies import (
    Holiday,
    HolidayQuerySet,
    Notification,
    NotificationQuerySet,
    Policy,
    PolicyQuerySet,
)
from organization.models.trail import (
    TrailEntry,
    TrailEntryQuerySet,
    TrailHead,
)

__all__ = [
    "BUSINESS_ROLES",
    "PEOPLE_ROLES",
    "Branch",
    "BranchQuerySet",
    "Document",
    "Employee",
    "EmployeeQuerySet",
    "FilePiece",
    "HeaderMapping",
    "Holiday",
    "HolidayQuerySet",
    "ImportBatch",
    "ImportBatchQuerySet",
    "Job",
    "JobQuerySet",
    "MonthClose",
    "MonthCloseQuerySet",
    "Notification",
    "NotificationQuerySet",
    "Policy",
    "PolicyQuerySet",
    "RefusedRow",
    "Role",
    "RoleGrant",
    "RoleGrantQuerySet",
    "RowChange",
    "StoredFile",
    "TrailEntry",
    "TrailEntryQuerySet",
    "TrailHead",
    "User",
    "UserManager",
]

# What triggers refuse, by the name that they give (migrations/sql/).
LAWS = {
    "law_needs_read_committed": _("This change needs the isolation level “read committed”."),
    "computed_month_stays": _("A month that was computed once is not removed."),
    "closed_month_stays": _("The month is closed. Its figures no longer change."),
    "months_close_in_order": _("Months close in order. Close the earlier month first."),
    "closed_month_takes_nothing": _("The month is closed and takes no further rows or changes. Look at it again."),
    "trail_only_grows": _("The trail only grows. What is in it is neither changed nor removed."),
    "state_step_allowed": _(
        "This step is not possible from there. Somebody else may have been faster: look at it again."
    ),
    "trail_is_a_chain": _("This entry does not follow the chain of the trail."),
}
