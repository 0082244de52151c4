"""Photographs and papers of a customer: added by the own manager, put aside with a reason (article 9(6))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from customers.actions.rights import refuse_unless_own
from customers.models import Customer
from customers.queries.completeness import SUBJECT
from organization.actions.documents import add_document, remove_document
from organization.models import Document
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that comes in. Shape: content in parts of any size."""

    name: str
    content: Iterable[bytes]


def add_papers(*, actor: Actor, customer: Customer, papers: Sequence[Paper], title: str = "") -> list[Document]:
    """Keeps the files with the customer's dossier, all or none of them.

    Raises: RuleError for everybody but the own manager; BadInput for a file that is not taken. Locks: the customer.
    """
    with transaction.atomic():
        row = Customer.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").get(pk=customer.pk)
        refuse_unless_own(actor, row)
        return [
            add_document(
                actor=actor,
                subject=SUBJECT,
                subject_key=row.customer_no,
                branch=row.branch,
                name=paper.name,
                content=paper.content,
                title=title,
            )
            for paper in papers
        ]


def put_paper_aside(*, actor: Actor, customer: Customer, document: Document, reason: str) -> None:
    """Raises: RuleError for everybody but the own manager; BadInput without a reason; Conflict when it is put aside."""
    with transaction.atomic():
        row = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        refuse_unless_own(actor, row)
        remove_document(actor=actor, document=document, reason=reason)
