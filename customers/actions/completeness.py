"""The union says which facts a complete dossier holds, and what each weighs (article 9(6))."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.models import Customer, RequiredFact
from customers.queries.completeness import required_of
from customers.rules.completeness import HIGHEST, LOWEST, facts_of
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Branch, Role
from organization.rules import Actor

ARTICLE = "9(6)"


def require_facts(
    *, actor: Actor, union: Branch, kind: str, weights: Mapping[str, int], opened: Mapping[str, int]
) -> None:
    """Replaces the union's table of required facts of a kind of customer.

    Shape: {fact: weight}; `opened` is the table as the page was opened. Nothing is written when nothing changes.
    Raises: RuleError for everybody but the union's supervisor; BadInput for what is no fact of the kind, for a weight
    outside 1 … 100, and without any fact; Conflict when somebody has changed the table meanwhile. Locks: the union.
    """
    refuse_without(actor, union, Role.SUPERVISOR)
    if union.kind != Branch.Kind.HEAD_OFFICE:
        raise RuleError(_("The union says what a complete dossier holds, not a branch."), article=ARTICLE)
    if kind not in Customer.Kind.values or not set(weights) <= set(facts_of(kind)):
        raise BadInput(_("A dossier of this kind has no such fact."), article=ARTICLE)
    if not weights:
        raise BadInput(_("A complete dossier holds something: give at least one fact a weight."), article=ARTICLE)
    if any(not LOWEST <= weight <= HIGHEST for weight in weights.values()):
        raise BadInput(_("A weight lies between 1 and 100."), article=ARTICLE)
    with obeying_laws(), transaction.atomic():
        Branch.objects.select_for_update(no_key=True).get(pk=union.pk)
        before = required_of(union)[kind]
        if before != dict(opened):
            raise Conflict(_("Somebody else has changed this table. Look at it once more."), article=ARTICLE)
        changed = {
            fact: [before.get(fact), weights.get(fact)]
            for fact in facts_of(kind)
            if before.get(fact) != weights.get(fact)
        }
        if not changed:
            return
        RequiredFact.objects.filter(branch=union, customer_kind=kind).delete()
        RequiredFact.objects.bulk_create(
            RequiredFact(branch=union, customer_kind=kind, fact=fact, weight=weight) for fact, weight in weights.items()
        )
        record(
            actor=actor,
            action="require_facts",
            subject="customers.requiredfact",
            subject_key=kind,
            branch_id=union.pk,
            changes=changed,
        )
