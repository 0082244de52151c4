"""Customers: who they are, their dossiers, who looks after them, and the work with them."""

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
    "Leader",
    "MajorEvent",
    "MarketInformation",
    "MarketInformationQuerySet",
    "Merge",
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
]
