"""Documents of a manager's dossier: added and put aside by the branch's people (article 14)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from common.errors import RuleError
from desk.queries.dossier import DOSSIER, keeps_dossier
from organization.actions.documents import add_document, remove_document
from organization.models import Document, Employee
from organization.rules import Actor


def add_to_dossier(
    *, actor: Actor, employee: Employee, name: str, content: Iterable[bytes], kind: str, title: str
) -> Document:
    """Adds a document to the dossier, such as the scan of a signed contract. Raises: RuleError without the right; BadInput."""
    _refuse_others(actor, employee)
    return add_document(
        actor=actor,
        subject=DOSSIER,
        subject_key=employee.employee_no,
        branch=employee.branch,
        name=name,
        content=content,
        kind=kind,
        title=title,
    )


def put_aside(*, actor: Actor, employee: Employee, document: Document, reason: str) -> None:
    """Puts a document of the dossier aside; it stays on record. Raises: RuleError without the right; BadInput; Conflict."""
    _refuse_others(actor, employee)
    remove_document(actor=actor, document=document, reason=reason)


def _refuse_others(actor: Actor, employee: Employee) -> None:
    if not keeps_dossier(actor, employee):
        raise RuleError(
            _(
                "Only a clerk, the director or a supervisor of %(branch)s keeps the dossiers there, and never the own one."
            )
            % {"branch": employee.branch.name},
            article=14,
        )
