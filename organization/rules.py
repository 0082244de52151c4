"""Who a person is to the program, and which changes of state there are. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SYSTEM_NO = "system"


@dataclass(frozen=True)
class Actor:
    """Somebody who acts today: the roles in force and the branches that each one reaches (roles.md).

    Shape: grants maps a role to the ids of its branches and all branches below them; empty = no rights.
    The system (no employee) may make, but never check, decide or close.
    """

    employee_id: int | None
    employee_no: str
    name: str
    branch_id: int | None = None
    grants: Mapping[str, frozenset[int]] = field(default_factory=dict)
    address: str = ""  # where the request came from, for the trail

    @property
    def is_system(self) -> bool:
        return self.employee_id is None and self.employee_no == SYSTEM_NO

    @property
    def all_branches(self) -> frozenset[int]:
        """Ids of every branch that any role reaches, and the person's own."""
        own = frozenset() if self.branch_id is None else frozenset({self.branch_id})
        return own.union(*self.grants.values())

    def branches_of(self, *roles: str) -> frozenset[int]:
        """Ids of the branches where the person holds one of the roles."""
        return frozenset().union(*(self.grants.get(role, frozenset()) for role in roles))

    def holds(self, branch_id: int | None, *roles: str) -> bool:
        """Whether one of the roles reaches the branch; the system holds none."""
        return branch_id is not None and branch_id in self.branches_of(*roles)


SYSTEM = Actor(employee_id=None, employee_no=SYSTEM_NO, name=SYSTEM_NO)

# From state to the states that one step may lead to (roles.md, The flows). "with_managers" and "published" are steps that
# a branch's policy may leave out, so the steps around them are here too.
MONTH_STEPS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"computed"}),
    "computed": frozenset({"computed", "with_managers", "approved"}),
    "with_managers": frozenset({"computed", "approved"}),
    "approved": frozenset({"computed", "published", "closed"}),
    "published": frozenset({"closed"}),
    "closed": frozenset({"reopened"}),
    "reopened": frozenset({"computed"}),
}
IMPORT_STEPS: Mapping[str, frozenset[str]] = {
    "uploaded": frozenset({"previewed", "discarded"}),
    "previewed": frozenset({"previewed", "applied", "discarded"}),
    "applied": frozenset({"undone"}),
    "discarded": frozenset(),
    "undone": frozenset(),
}


def may_step(steps: Mapping[str, frozenset[str]], state: str, to: str) -> bool:
    """Whether the table of states allows the change."""
    return to in steps.get(state, frozenset())
