"""States and the steps between them (roles.md, The flows). The database holds the same tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INFORMATION_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"sent"}),
        "sent": frozenset({"read", "replied"}),
        "read": frozenset({"replied"}),
        "replied": frozenset(),
    }
)
# A note is written down at once, or first planned; its author takes it back within a day.
VISIT_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "planned": frozenset({"done", "cancelled"}),
        "done": frozenset({"cancelled"}),
        "cancelled": frozenset(),
    }
)
# A prospect comes nearer by any number of stages and falls back by one; who is lost may be found again.
PROSPECT_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "found": frozenset({"visited", "interested", "promised", "won", "lost"}),
        "visited": frozenset({"interested", "promised", "won", "lost"}),
        "interested": frozenset({"visited", "promised", "won", "lost"}),
        "promised": frozenset({"interested", "won", "lost"}),
        "won": frozenset(),
        "lost": frozenset({"found"}),
    }
)
# Confirmed by a second person, or rejected; a director takes a confirmed one back while its month is open.
SALE_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "draft": frozenset({"confirmed", "rejected"}),
        "confirmed": frozenset({"rejected"}),
        "rejected": frozenset(),
    }
)
SERVICE_REQUEST_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "received": frozenset({"answered", "cancelled"}),
        "answered": frozenset(),
        "cancelled": frozenset(),
    }
)
# One person proposes, another decides; a merge is not taken back.
MERGE_STEPS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "proposed": frozenset({"merged", "rejected"}),
        "merged": frozenset(),
        "rejected": frozenset(),
    }
)
