"""Managers: the way into office, the office, contracts and targets, entries, hand-overs, and the manager's dossier."""

from django.utils.translation import gettext_lazy as _

from managers.models.applications import (
    Application,
    ApplicationQuerySet,
    ApplicationStep,
    Assessor,
    Call,
    Criterion,
    ExamResult,
    Mark,
    Objection,
    PeerReview,
    PeerVoter,
    PublicNotice,
    Recommendation,
)
from managers.models.contracts import (
    Contract,
    ContractTarget,
    MonthlyCost,
    Plan,
    PlanPart,
    Target,
    TargetAcceptance,
)
from managers.models.dossier import (
    Attendance,
    AuthorisationLetter,
    Honour,
    Inspection,
    Penalty,
    Session,
    WorkReport,
)
from managers.models.entries import ConductEntry, ConductEntryQuerySet
from managers.models.handovers import HandOver, HandOverSignature
from managers.models.offices import Appointment, AppointmentQuerySet, Suspension
from managers.models.vocabulary import DayRange, Indicator, Int8Point, TargetKind

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ApplicationStep",
    "Appointment",
    "AppointmentQuerySet",
    "Assessor",
    "Attendance",
    "AuthorisationLetter",
    "Call",
    "ConductEntry",
    "ConductEntryQuerySet",
    "Contract",
    "ContractTarget",
    "Criterion",
    "DayRange",
    "ExamResult",
    "HandOver",
    "HandOverSignature",
    "Honour",
    "Indicator",
    "Inspection",
    "Int8Point",
    "Mark",
    "MonthlyCost",
    "Objection",
    "PeerReview",
    "PeerVoter",
    "Penalty",
    "Plan",
    "PlanPart",
    "PublicNotice",
    "Recommendation",
    "Session",
    "Suspension",
    "Target",
    "TargetAcceptance",
    "TargetKind",
    "WorkReport",
]

# What the database refuses, by the name of the constraint, where a form's own look at it comes too early.
LAWS = {
    "conduct_entry_once": _(
        "There is an entry of this manager, day, indicator and number already. A second fact takes another number."
    ),
}
