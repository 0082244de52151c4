"""Where a row came from: file, row, SHA-256; opened by those who may see the batch."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string

from organization.models import BUSINESS_ROLES, ImportBatch
from organization.rules import Actor

register = template.Library()


@register.inclusion_tag("partials/evidence.html", takes_context=True)
def evidence(context: dict[str, Any], batch: ImportBatch | None, row_no: int | None) -> dict[str, Any]:
    """In a page: {% evidence row.batch row.row_no %}."""
    return _shown(context.get("actor"), batch, row_no)


def evidence_cell(actor: Actor | None, batch: ImportBatch | None, row_no: int | None) -> str:
    """The same as the cell of a table."""
    return render_to_string("partials/evidence.html", _shown(actor, batch, row_no))


def _shown(actor: Actor | None, batch: ImportBatch | None, row_no: int | None) -> dict[str, Any]:
    opens = batch is not None and actor is not None and actor.holds(batch.branch_id, *BUSINESS_ROLES)
    # A batch of the union's: whoever reads a branch's business opens the rows of that branch.
    own = not opens and actor is not None and bool(actor.branches_of(*BUSINESS_ROLES))
    return {"batch": batch, "row_no": row_no, "opens": opens, "own": own}
