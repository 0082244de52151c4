"""Customers: who they are, their dossiers, who looks after them, and the work with them."""

from django.utils.translation import gettext_lazy as _

from customers.models.assignments import (
    Assignment,
    AssignmentQuerySet,
    CustomerHandOver,
    Merge,
)
from customers.models.customers import (
    Customer,
    CustomerQuerySet,
    Household,
    HouseholdMember,
    IdentityKey,
)
from customers.models.dossier import (
    BasicFacts,
    CreditRecord,
    DossierChange,
    DossierReview,
    FamilyMember,
    Holding,
    Leader,
    MajorEvent,
    OtherBank,
    RequiredFact,
    Section,
)
from customers.models.identity import LAWS as _OF_IDENTITY
from customers.models.identity import NotSame
from customers.models.products import (
    Sale,
    ServiceProduct,
)
from customers.models.work import (
    MarketInformation,
    MarketInformationQuerySet,
    OfManagerQuerySet,
    Prospect,
    ProspectStep,
    ServiceRequest,
    Visit,
    VisitCorrection,
    VisitQuerySet,
)

__all__ = [
    "Assignment",
    "AssignmentQuerySet",
    "BasicFacts",
    "CreditRecord",
    "Customer",
    "CustomerHandOver",
    "CustomerQuerySet",
    "DossierChange",
    "DossierReview",
    "FamilyMember",
    "Holding",
    "Household",
    "HouseholdMember",
    "IdentityKey",
    "Leader",
    "MajorEvent",
    "MarketInformation",
    "MarketInformationQuerySet",
    "Merge",
    "NotSame",
    "OfManagerQuerySet",
    "OtherBank",
    "Prospect",
    "ProspectStep",
    "RequiredFact",
    "Sale",
    "Section",
    "ServiceProduct",
    "ServiceRequest",
    "Visit",
    "VisitCorrection",
    "VisitQuerySet",
]

# What the database refuses, by the name of the constraint, where a form's own look at it comes too early.
LAWS = {
    "assignment_within_office": _(
        "A customer is assigned within its manager’s days in office at the branch. Choose other days or another manager."
    ),
    "assignment_at_the_customers_branch": _("A customer is assigned at the branch that it belongs to."),
    "assigned_customer_stays": _(
        "This customer is assigned to an account manager of its branch. End the assignment before it changes the branch."
    ),
    "dossier_changes_only_grow": _("The history of a dossier only grows. Nobody changes or deletes what it tells."),
    "dossier_entry_is_kept": _("What stands in a dossier is not deleted. Take it out with a reason."),
    "dossier_removed_stays": _("This was taken out of the dossier and stays as it was. Add it once more instead."),
    "dossier_version_counts": _("Somebody else has changed this since you opened it. Open it again."),
    **_OF_IDENTITY,
    "visit_by_own_manager": _("Only the customer’s or the prospect’s own manager writes its visits, at its branch."),
    "visit_note_stays": _(
        "A note of a visit stays as it was written a day ago, and so does a cancelled one. Add a correction instead."
    ),
    "visit_corrections_only_grow": _("A correction stays as it was written. Add another one."),
    "prospect_steps_only_grow": _("The steps of a prospect stay as they were taken."),
    "prospect_stays": _("A prospect stays on record. Mark it as lost instead."),
    "prospect_stage_allowed": _("No step leads from this stage to that one."),
    "prospect_manager_of_branch": _("A prospect is looked after by an account manager of its branch."),
    "information_sent_stays": _("Market information that is sent stays as it is, and so does the reply."),
    "information_kept": _("Market information stays on record. It is not deleted."),
    "service_product_stays": _("A product stays in the catalogue. End it instead."),
    "sold_product_stays": _(
        "Sales count by this product as it is. For other points end it, and add a new row from a day on."
    ),
    "service_product_code_once": _(
        "A branch above or below has a product with this code on some of these days. Choose another code."
    ),
    "sale_by_manager_in_office": _(
        "A sale is an account manager’s who is in office at the customer’s branch on that day. Choose another day."
    ),
    "sale_stays": _("A sale stays as it was entered and decided. Have it rejected and enter it anew."),
    "sale_of_a_product_in_force": _("This product is not in the catalogue of this branch on that day. Choose another."),
    "request_stays": _("A request stays as it was taken, and so does its answer."),
    "request_kept": _("A request stays on record. Cancel it instead."),
}
