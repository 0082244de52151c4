"""Two customers on record are one: somebody proposes, a director decides, and all that hung on the one hangs on the other."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.templatetags.figures import instant
from customers.actions.households import end_membership
from customers.models import Assignment, Customer, CustomerHandOver, DossierChange, HouseholdMember, Merge
from customers.queries.dossier import MODELS, entry_now
from customers.queries.households import open_membership
from customers.queries.merges import LISTS, MOVED, SUBJECT, goes_on, household_taken_over, open_assignment
from customers.rules.dossier import BASICS, blank
from customers.rules.merges import conflicting, filled, history
from customers.rules.states import MERGE_STEPS
from managers.models import HandOver
from managers.queries.reports import directors_of
from managers.rules import ONE_DAY
from organization.actions.months import check_laws_now
from organization.actions.notifications import notify
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Document, Role
from organization.rules import Actor, may_step


def propose_merge(*, actor: Actor, kept: Customer, archived: Customer, reason: str) -> Merge:
    """Proposes that two customers are one: which goes on, which is put aside for it, and why. The directors are told.

    Raises: RuleError without the right at both branches, for two different kinds, or for one that is put aside; BadInput
    without a reason.
    """
    for one in (kept, archived):
        refuse_without(actor, one.branch, Role.CLERK, Role.DIRECTOR)
    if actor.employee_id is None:
        raise RuleError(_("A person proposes a merge."))
    if kept.pk == archived.pk:
        raise BadInput(_("Choose two different customers."), field="other")
    if not reason.strip():
        raise BadInput(_("Say why these are one."), field="reason")
    _refuse_unlike(kept, archived)
    with obeying_laws(), transaction.atomic():
        merge = Merge.objects.create(
            kept=kept,
            archived=archived,
            branch=kept.branch,
            reason=reason.strip()[:300],
            proposed_by_id=actor.employee_id,
            proposed_at=timezone.now(),
        )
        today = timezone.localdate()
        notify(
            employee_ids=directors_of(kept.branch, today) - {actor.employee_id},
            sentence=gettext_noop("%(name)s proposes to merge customer %(archived)s into %(kept)s. Decide it."),
            values={"name": actor.name, "archived": archived.customer_no, "kept": kept.customer_no},
            address=reverse("customers:merge_detail", args=[merge.pk]),
        )
        _record(actor, "propose_merge", kept, {"archived": archived.customer_no, "reason": merge.reason})
    return merge


def reject_merge(*, actor: Actor, merge: Merge, words: str) -> None:
    """The director finds that the two are not to be merged; who proposed it is told why.

    Raises: as decide_merge; BadInput without words.
    """
    if not words.strip():
        raise BadInput(_("Say why not."), field="words")
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, merge, Merge.State.REJECTED)
        _decide(actor, row, Merge.State.REJECTED, words, {})
        _record(actor, "reject_merge", row.kept, {"archived": row.archived.customer_no, "words": row.decided_words})


def decide_merge(*, actor: Actor, merge: Merge, words: str = "") -> None:
    """Merges the two, in one transaction; this is not taken back.

    Dossier, visits, prospects, requests, sales, information, documents and the ledgers' accounts and loans of the one hang
    on the other afterwards. Empty facts are filled, and of differing ones the other's value stays in the history. The
    manager of the one that goes on stays; where it has none, the other's goes on with it. The one put aside keeps its number.
    Raises: RuleError for others than the director of both branches, for who proposed it, and where a law of a ledger refuses;
    Conflict when somebody else has decided. Locks: the merge, then both customers by number.
    """
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, merge, Merge.State.MERGED)
        both = Customer.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").order_by("pk")
        found = {one.pk: one for one in both.filter(pk__in=[row.kept_id, row.archived_id])}
        kept, archived = found[row.kept_id], found[row.archived_id]
        _refuse_unlike(kept, archived)
        moved: dict[str, Any] = {}
        for name in settings.CUSTOMER_MERGES:
            moved |= import_string(name)(kept=kept, archived=archived)
        for model in MOVED:
            rows = model.objects.filter(customer=archived)
            moved[model._meta.label_lower] = list(rows.order_by("pk").values_list("pk", flat=True))
            rows.update(customer=kept)
        moved |= _move_documents(kept, archived)
        moved |= _move_dossier(actor, kept, archived, _said(kept, archived))
        moved |= _settle_assignments(actor, kept, archived)
        _settle_household(kept, archived)
        Customer.objects.filter(merged_into=archived).update(merged_into=kept)
        moved = {what: keys for what, keys in moved.items() if keys}
        _decide(actor, row, Merge.State.MERGED, words, moved)
        archived.archived_at, archived.archived_by_id = timezone.now(), actor.employee_id
        archived.archive_reason, archived.merged_into = row.reason, kept
        archived.save(update_fields=["archived_at", "archived_by", "archive_reason", "merged_into"])
        check_laws_now()
        _record(actor, "merge_customer", archived, {"merged_into": [None, kept.customer_no], "reason": row.reason})
        _record(actor, "merge_customer", kept, {"archived": archived.customer_no, "moved": moved, "reason": row.reason})


def _opened(actor: Actor, merge: Merge, to: str) -> Merge:
    """The proposal, locked, for who may decide it. Raises: as decide_merge."""
    rows = Merge.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("kept__branch", "archived__branch", "decided_by").get(pk=merge.pk)
    for one in (row.kept, row.archived):
        refuse_without(actor, one.branch, Role.DIRECTOR)
    if actor.employee_id is None or actor.employee_id == row.proposed_by_id:
        raise RuleError(_("Who proposes a merge does not decide it. Ask another person."))
    if not may_step(MERGE_STEPS, row.state, to):
        raise Conflict(
            _("%(name)s has decided this merge at %(at)s.")
            % {"name": row.decided_by.name if row.decided_by else "", "at": instant(row.decided_at)}
        )
    return row


def _refuse_unlike(kept: Customer, archived: Customer) -> None:
    for one in (kept, archived):
        if one.archived_at is not None:
            raise RuleError(_("%(customer)s is put aside and is not merged.") % {"customer": one.name}, field="other")
    if (kept.kind == Customer.Kind.UNIT) != (archived.kind == Customer.Kind.UNIT):
        raise RuleError(_("A unit and a person are never one customer."), field="other")


def _decide(actor: Actor, row: Merge, state: str, words: str, moved: dict[str, Any]) -> None:
    row.state, row.decided_by_id, row.decided_at = state, actor.employee_id, timezone.now()
    row.decided_words, row.moved = words.strip()[:300], moved
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_words", "moved"])
    sentence = (
        gettext_noop("%(name)s has merged customer %(archived)s into %(kept)s.")
        if state == Merge.State.MERGED
        else gettext_noop("%(name)s has not merged customer %(archived)s into %(kept)s: %(words)s")
    )
    notify(
        employee_ids={row.proposed_by_id},
        sentence=sentence,
        values={
            "name": actor.name,
            "archived": row.archived.customer_no,
            "kept": row.kept.customer_no,
            "words": row.decided_words,
        },
        address=reverse("customers:merge_detail", args=[row.pk]),
    )


def _said(kept: Customer, archived: Customer) -> str:
    """What the history says of a merge."""
    return _("Merged: %(archived)s into %(kept)s.") % {"archived": archived.customer_no, "kept": kept.customer_no}


def _move_documents(kept: Customer, archived: Customer) -> dict[str, Any]:
    rows = Document.objects.filter(subject=SUBJECT, subject_key=archived.customer_no)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(subject_key=kept.customer_no)
    return {"organization.document": keys}


def _move_dossier(actor: Actor, kept: Customer, archived: Customer, said: str) -> dict[str, Any]:
    """Facts and entries, each with its change in the history of both; entries that were taken out stay where they were.

    Law: replaying the history of either gives its sections as they stand.
    """
    moved: dict[str, Any] = {}
    told: list[DossierChange] = []

    def tell(customer: Customer, section: str, entry: int | None, what: str, changes: dict[str, Any]) -> None:
        told.append(
            DossierChange(
                customer=customer,
                section=section,
                entry=entry,
                what=what,
                changes=changes,
                made_by_id=actor.employee_id,
                made_at=timezone.now(),
                reason=said,
            )
        )

    _fill_basics(kept, archived, tell)
    for section, model in LISTS.items():
        rows = list(model.objects.filter(customer=archived, removed_at__isnull=True).order_by("pk"))
        nothing = blank(section)
        for row in rows:
            record_of = {
                name: value for name, value in entry_now(section, row).record.items() if value != nothing[name]
            }
            gone = {name: [value, None] for name, value in record_of.items()}
            tell(archived, section, row.pk, DossierChange.What.REMOVED, gone)
            come = {name: [nothing[name], value] for name, value in record_of.items()}
            tell(kept, section, row.pk, DossierChange.What.ADDED, come)
        model.objects.filter(pk__in=[row.pk for row in rows]).update(customer=kept)
        moved[model._meta.label_lower] = [row.pk for row in rows]
    DossierChange.objects.bulk_create(told)
    return moved


def _fill_basics(kept: Customer, archived: Customer, tell: Any) -> None:
    model, nothing = MODELS[BASICS], blank(BASICS)
    of_other = model.objects.filter(customer=archived).first()
    if of_other is None:
        return
    row = model.objects.filter(customer=kept).first()
    one, other = entry_now(BASICS, row).record, entry_now(BASICS, of_other).record
    taken, clashes = filled(one, other, nothing), conflicting(one, other, nothing)
    if not taken and not clashes:
        return
    what = DossierChange.What.ADDED if row is None else DossierChange.What.CHANGED
    row = row or model(customer=kept, version=0)
    for name in taken:
        setattr(row, name, getattr(of_other, name))
    row.version += 1
    is_new = what == DossierChange.What.ADDED
    row.save(force_insert=True) if is_new else row.save(update_fields=[*taken, "version"])
    tell(kept, BASICS, None, what, history(taken, clashes, nothing))


def _settle_assignments(actor: Actor, kept: Customer, archived: Customer) -> dict[str, Any]:
    """The assignments of the one that goes on stay; the other's ends today, and its manager goes on where there is none.

    Raises: RuleError while the other's assignment stands on a hand-over sheet, or begins only later.
    """
    today = timezone.localdate()
    if Assignment.objects.filter(customer=archived, first_day__gt=today).exists():
        raise RuleError(
            _("%(customer)s is to be assigned from a later day on. Take that back first.") % {"customer": archived.name}
        )
    under_way = CustomerHandOver.objects.filter(
        customer=archived, hand_over__state__in=(HandOver.State.DRAFT, HandOver.State.SIGNING)
    )
    if under_way.exists():
        raise RuleError(
            _("%(customer)s stands on a hand-over sheet. Finish or cancel the sheet first.")
            % {"customer": archived.name}
        )
    held = open_assignment(archived)
    if held is None:
        return {}
    is_taken_over = goes_on(kept, held)
    Assignment.objects.filter(pk=held.pk).update(last_day=today)
    if is_taken_over:
        Assignment.objects.create(
            customer=kept,
            branch=kept.branch,
            manager=held.manager,
            first_day=today,
            last_day=held.last_day,
            basis=held.basis,
            how=held.how,
            made_by_id=actor.employee_id,
        )
    return {"customers.assignment": [held.pk]}


def _settle_household(kept: Customer, archived: Customer) -> None:
    """The other leaves its household; the one that goes on takes its place there if it has no household of its own."""
    today = timezone.localdate()
    taken_over, left, own = household_taken_over(kept, archived), open_membership(archived), open_membership(kept)
    if left is not None:
        end_membership(left, today - ONE_DAY)
    if taken_over is None:
        return
    if own is not None:
        end_membership(own, today - ONE_DAY)
    HouseholdMember.objects.create(
        household=taken_over.household, customer=kept, first_day=today, is_head=taken_over.is_head
    )


def _record(actor: Actor, action: str, customer: Customer, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.customer",
        subject_key=customer.customer_no,
        branch_id=customer.branch_id,
        changes=changes,
    )
