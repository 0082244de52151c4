"""Managers: the way into office, the office, contracts and targets, entries, hand-overs, and the manager's dossier."""

from django.utils.translation import gettext_lazy as _

from managers.models.applications import (
    Application,
    ApplicationQuerySet,
    ApplicationStep,
    AssessmentGrade,
    Assessor,
    Call,
    Criterion,
    ExamResult,
    Mark,
    Objection,
    PeerReview,
    PeerVoter,
    PublicNotice,
    Qualification,
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
    LateReport,
    Penalty,
    Session,
    WorkReport,
)
from managers.models.entries import ConductEntry, ConductEntryQuerySet
from managers.models.handovers import HandOver, HandOverLine, HandOverQuerySet, HandOverSignature
from managers.models.offices import Appointment, AppointmentChange, AppointmentQuerySet, Suspension
from managers.models.vocabulary import DayRange, Indicator, Int8Point, TargetKind

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ApplicationStep",
    "Appointment",
    "AppointmentChange",
    "AppointmentQuerySet",
    "AssessmentGrade",
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
    "HandOverLine",
    "HandOverQuerySet",
    "HandOverSignature",
    "Honour",
    "Indicator",
    "Inspection",
    "Int8Point",
    "LateReport",
    "Mark",
    "MonthlyCost",
    "Objection",
    "PeerReview",
    "PeerVoter",
    "Penalty",
    "Plan",
    "PlanPart",
    "PublicNotice",
    "Qualification",
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
    "application_begins_as_draft": _("An application begins as a draft."),
    "decided_application_stays": _("This application is decided or over. It stays as it is."),
    "submitted_application_is_kept": _("What was handed in is kept. Withdraw it instead."),
    "application_conditions_hold": _(
        "A condition of article 6 fails, or is not shown by the records. Nobody qualifies or approves the candidate while it"
        " does."
    ),
    "application_steps_only_grow": _("The steps of an application stay as they were taken."),
    "answered_recommendation_stays": _("An answered recommendation stays as it was given."),
    "recommendation_by_another": _("Colleagues recommend, neither the candidate nor who puts the candidate forward."),
    "announced_call_stays": _("A call stays as it was announced. Close it and announce another one."),
    "assessment_closed_stays": _(
        "The assessment is not open. Marks and results change only after qualification and before it is closed."
    ),
    "peer_review_only_grows": _("A vote counts once and stays, and a closed peer review takes no further ones."),
    "notice_stays": _("A notice stays as it was published. Take it down by a decision, and publish another one."),
    "objection_needs_a_notice": _("This notice is taken down and takes no further objections."),
    "objection_stays": _("An objection keeps its words, and its answer is final."),
    "objection_looked_into_by_another": _(
        "Neither the candidate nor who objects looks into an objection or answers it. Ask another person."
    ),
    "approval_needs_objections_dismissed": _(
        "An objection is open or upheld. Nobody is approved before every objection is answered and dismissed."
    ),
    "conduct_entry_once": _(
        "There is an entry of this manager, day, indicator and number already. A second fact takes another number."
    ),
    "signed_contract_stays": _("A signed contract stays as it was signed. Draft another one that replaces it."),
    "contract_not_with_oneself": _("Nobody drafts or signs a contract with himself or herself. Ask another person."),
    "contract_within_office": _("A contract lies inside the days of its appointment."),
    "approved_plan_stays": _("An approved plan stays as it was approved. Draft another version of it."),
    "plan_adds_up": _("The parts of a plan add up to its whole before it is approved."),
    "session_stays": _("The attendance of this session is written down, or it is cancelled. It stays as it is."),
    "attendance_stays": _("The attendance of this session is written down. It stays as it is."),
    "inspection_done_stays": _("What an inspection has found stays as it is. Plan another inspection."),
    "honour_stays": _("An honour stays as it was entered."),
    "penalty_stays": _("A penalty stays as it was entered. It is lifted with a reason."),
    "authorisation_letter_stays": _("A letter of authority stays as it was issued. Revoke it and issue another one."),
    "work_report_sent_stays": _("A report that is sent stays as it is, and so does the reply."),
    "late_report_stays": _("A late report stays as it was proposed, and so does the decision on it."),
    "dossier_row_stays": _("What stands in a dossier is not deleted."),
    "suspension_within_appointment": _("A suspension lies inside its appointment. Choose other days."),
    "appointment_of_a_contract_stays": _(
        "A contract was signed for this appointment: its person, branch and first day stay. End it and make another."
    ),
    "appointment_end_stays": _("This appointment was ended by a decision. Its last day stays."),
    "change_of_its_appointment": _("A change names the person and the branch of its appointment."),
    "appointment_change_stays": _("What was proposed and decided stays as it is. Propose another change."),
    "hand_over_stays": _("This sheet no longer changes. Make another one."),
    "hand_over_done_when_all_signed": _("Not everybody who was asked has signed this sheet as it is."),
    "hand_over_signature_stays": _("A signature stays. To change the sheet, take it back and send it round again."),
    # Of the lines, which the floors above keep.
    "hand_over_line_stays": _("The sheet has been sent round. Take it back first, then change its lines."),
    "hand_over_to_a_third_person": _("The taker is neither the giver nor the witness. Name another manager."),
    "hand_over_line_of_the_branch": _("A hand-over sheet is about customers and accounts of its own branch."),
}
