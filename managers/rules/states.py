"""States and the steps between them (roles.md, The flows). The database holds the same tables (migrations/sql/states.sql)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Withdrawn from any state before the decision; the director returns, approves or rejects from the notice.
APPLICATION_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"submitted", "withdrawn"}),
        "submitted": frozenset({"returned", "qualified", "not_qualified", "withdrawn"}),
        "returned": frozenset({"submitted", "withdrawn"}),
        "qualified": frozenset({"assessed", "returned", "withdrawn"}),
        "not_qualified": frozenset(),
        "assessed": frozenset({"on_notice", "returned", "withdrawn"}),
        "on_notice": frozenset({"approved", "returned", "rejected", "withdrawn"}),
        "approved": frozenset({"contracted"}),
        "rejected": frozenset(),
        "contracted": frozenset({"in_office"}),
        "in_office": frozenset({"ended"}),
        "ended": frozenset(),
        "withdrawn": frozenset(),
    }
)
CONTRACT_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"agreed"}),
        "agreed": frozenset({"in_force", "ended", "replaced"}),
        "in_force": frozenset({"ended", "replaced"}),
        "ended": frozenset(),
        "replaced": frozenset({"ended"}),
    }
)
APPOINTMENT_CHANGE_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "proposed": frozenset({"approved", "rejected", "withdrawn"}),
        # Withdrawn by the director while the hand-over is under way: nothing has changed yet.
        "approved": frozenset({"done", "withdrawn"}),
        "done": frozenset(),
        "rejected": frozenset(),
        "withdrawn": frozenset(),
    }
)
HAND_OVER_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"signing", "cancelled"}),
        "signing": frozenset({"draft", "done", "cancelled"}),
        "done": frozenset(),
        "cancelled": frozenset(),
    }
)
OBJECTION_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "raised": frozenset({"investigated", "upheld", "dismissed"}),
        "investigated": frozenset({"upheld", "dismissed"}),
        "upheld": frozenset(),
        "dismissed": frozenset(),
    }
)
PLAN_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"approved"}),
        "approved": frozenset({"replaced"}),
        "replaced": frozenset(),
    }
)
WORK_REPORT_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"sent"}),
        "sent": frozenset({"read", "replied"}),
        "read": frozenset({"replied"}),
        "replied": frozenset(),
    }
)
