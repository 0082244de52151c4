"""Contracts: drafted, signed by both, in force, ended or replaced (articles 11, 12 and 15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.actions.offices import appoint
from managers.actions.steps import lock_application
from managers.models import Application, Appointment, Contract, ContractTarget, TargetKind
from managers.queries.contracts import ANNEX, DRAFTERS, SCAN, SUBJECT, branch_of, person_of, side_of, text_of
from managers.rules import ENTRIES, INDICATOR_KINDS, ONE_DAY
from managers.rules.contracts import (
    ACCUMULATED,
    ALL,
    DEVELOPED,
    GROWTH,
    TargetTerms,
    digest_of,
    may_count_developed,
    may_grow,
)
from managers.rules.states import CONTRACT_STEPS
from organization.actions.documents import add_document, remove_document
from organization.actions.months import check_laws_now, mark_stale
from organization.actions.notifications import notify
from organization.actions.people import confirm_person
from organization.actions.trail import record
from organization.models import Branch, Document, Role, User
from organization.queries import earliest_open_months, holders_of
from organization.rules import SYSTEM, Actor, may_step

State = Contract.State

# What a draft may say beside its targets.
_FIELDS = ("target_kind", "first_day", "last_day", "includes_dedicated_recovery", "remarks", "contract_no")


def draft_contract(
    *,
    actor: Actor,
    target_kind: str,
    first_day: dt.date,
    last_day: dt.date | None,
    targets: Sequence[TargetTerms],
    application: Application | None = None,
    appointment: Appointment | None = None,
    includes_dedicated_recovery: bool = False,
    remarks: str = "",
    contract_no: str = "",
) -> Contract:
    """Drafts the first contract of an approved candidate, or one that replaces the contract of an appointment.

    Shape: either an application or an appointment; without a number the contract gets one of its own.
    Raises: RuleError without the right, about oneself, outside the term, for targets that make no sense.
    Source: articles 11, 12 and 15.
    """
    with obeying_laws(), transaction.atomic():
        row = Contract(made_by_id=actor.employee_id, made_at=timezone.now(), state=State.DRAFT)
        if application is not None:
            row.application = lock_application(application)
            if row.application.state != Application.State.APPROVED:
                raise RuleError(_("A contract follows the director's approval. This application is not approved."))
            others = Contract.objects.filter(application=application)
        elif appointment is not None:
            row.appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
            others = Contract.objects.filter(appointment=appointment, state=State.DRAFT)
            signed = Contract.objects.filter(appointment=appointment).exclude(state=State.DRAFT)
            row.replaces = signed.order_by("-first_day").first()
        else:
            raise BadInput(_("Say whose contract it is."))
        _refuse_without_right(actor, row)
        if others.exists():
            raise RuleError(_("There is a draft already. Change that one."))
        wanted = {
            "target_kind": target_kind,
            "first_day": first_day,
            "last_day": last_day,
            "includes_dedicated_recovery": includes_dedicated_recovery,
            "remarks": remarks.strip(),
            "contract_no": contract_no.strip(),
        }
        _check_terms(row, wanted, targets)
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        if not row.contract_no:
            row.contract_no = f"HT-{first_day.year}-{row.pk:05d}"
            row.save(update_fields=["contract_no"])
        _write_targets(row, targets)
        _record(actor, row, "draft_contract", {name: [None, getattr(row, name)] for name in _FIELDS}, targets)
        _ask_for_signatures(row, gettext_noop("Contract %(contract_no)s of %(name)s is drafted. Read it and sign it."))
        check_laws_now()
    return row


def change_contract(
    *, actor: Actor, contract: Contract, digest: str, targets: Sequence[TargetTerms], **changed: Any
) -> Contract:
    """Changes a draft; signatures of a text that is no longer the contract's are cleared, and who signed is told.

    Shape: digest = of the text that the page showed. `changed` are the fields that a draft may say.
    Raises: RuleError as draft_contract; Conflict when somebody else has changed or signed it in the meantime.
    """
    with obeying_laws(), transaction.atomic():
        row = _locked_draft(contract)
        _refuse_without_right(actor, row)
        if digest_of(text_of(row)) != digest:
            raise Conflict(_("Somebody else has changed this contract since you opened it. Look at it again."))
        wanted = {name: changed.get(name, getattr(row, name)) for name in _FIELDS}
        wanted["remarks"] = wanted["remarks"].strip()
        wanted["contract_no"] = wanted["contract_no"].strip() or row.contract_no
        _check_terms(row, wanted, targets)
        changes = {name: [getattr(row, name), value] for name, value in wanted.items() if getattr(row, name) != value}
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(_FIELDS))
        before = _targets_plain(row)
        row.targets.all().delete()
        _write_targets(row, targets)
        if before != (after := _targets_plain(row)):
            changes["targets"] = [before, after]
        _record(actor, row, "change_contract", changes)
        _clear_old_signatures(actor, row)
        check_laws_now()
    return row


def discard_contract(*, actor: Actor, contract: Contract, reason: str) -> None:
    """Throws a draft away; its trail stays. Raises: RuleError without right or reason; Conflict when it is no draft."""
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _locked_draft(contract)
        _refuse_without_right(actor, row)
        changes = {"targets": [_targets_plain(row), None], "reason": [None, reason.strip()]}
        _record(actor, row, "discard_contract", {"state": [row.state, None], **changes})
        row.delete()


def add_annex(
    *, actor: Actor, contract: Contract, name: str, content: Iterable[bytes], title: str = "", scan: bool = False
) -> Document:
    """Adds an annex to a draft, which changes its text; or the scan of a signed paper, which changes nothing.

    Raises: RuleError without the right; Conflict for an annex when both have signed.
    """
    with obeying_laws(), transaction.atomic():
        row = _locked(contract) if scan else _locked_draft(contract)
        _refuse_without_right(actor, row)
        document = add_document(
            actor=actor,
            subject=SUBJECT,
            subject_key=str(row.pk),
            branch=branch_of(row),
            name=name,
            content=content,
            kind=SCAN if scan else ANNEX,
            title=title,
        )
        if not scan:
            _clear_old_signatures(actor, row)
    return document


def remove_annex(*, actor: Actor, contract: Contract, document: Document, reason: str) -> None:
    """Puts an annex of a draft, or a scan, aside. Raises: as add_annex."""
    with obeying_laws(), transaction.atomic():
        row = _locked_draft(contract) if document.kind == ANNEX else _locked(contract)
        _refuse_without_right(actor, row)
        remove_document(actor=actor, document=document, reason=reason)
        if document.kind == ANNEX:
            _clear_old_signatures(actor, row)


def sign_contract(*, actor: Actor, contract: Contract, user: User, password: str, digest: str) -> Contract:
    """Signs a draft, the manager in person or a director for the branch who did not draft it; the second makes it hold.

    Both signed: the candidate is appointed, or the contract before it ends the day before; from its first day the contract
    is in force. Shape: digest = of the text that the page showed, which is what the person signs.
    Raises: BadInput for another's password; RuleError without the right or for a day in a closed month; Conflict when the
    text has changed meanwhile.
    Source: article 11.
    """
    if user.employee_id != actor.employee_id:
        raise RuleError(_("Everybody signs in person."))
    confirm_person(user=user, password=password)
    branch = branch_of(contract)
    with obeying_laws(), transaction.atomic():
        # The branch before the contract, as everybody locks them: the second signature changes what months are scored on.
        mark_stale(first_days=[(branch.pk, Month.of(contract.first_day))] if _completes(actor, contract) else [])
        row = _locked_draft(contract)
        side = side_of(actor, row)
        if not side:
            raise RuleError(
                _(
                    "This contract does not wait for your signature. The manager signs, and a director who did not draft it."
                )
            )
        text = text_of(row)
        if digest_of(text) != digest:
            raise Conflict(_("The text has changed since you opened it. Read it again before you sign."))
        now = timezone.now()
        signed: dict[str, Any] = {f"{side}_signed_at": now, f"{side}_digest": digest}
        if side == "branch":
            signed["branch_signed_by_id"] = actor.employee_id
        for name, value in signed.items():
            setattr(row, name, value)
        row.save(update_fields=list(signed))
        _record(actor, row, "sign_contract", {"side": [None, side], "digest": [None, digest]})
        if row.manager_digest == row.branch_digest == digest:
            if not _completes(actor, contract):
                raise Conflict(_("Somebody else has signed a moment ago. Open the contract again."))
            _agree(actor, row, text)
        check_laws_now()
    return row


def end_contracts(*, actor: Actor, appointment: Appointment, last_day: dt.date) -> None:
    """Ends the contracts of an appointment that ends on a day: none holds beyond it, drafts are thrown away.

    Call it inside the transaction that shortens the appointment.
    """
    for row in Contract.objects.select_for_update(no_key=True).filter(appointment=appointment).order_by("pk"):
        if row.state == State.DRAFT:
            _record(actor, row, "discard_contract", {"state": [row.state, None]})
            row.delete()
        elif row.first_day > last_day:
            if row.state != State.ENDED:
                _step(actor, row, State.ENDED)
        elif row.last_day is None or row.last_day > last_day:
            before, row.last_day = row.last_day, last_day
            row.save(update_fields=["last_day"])
            _record(actor, row, "end_contract", {"last_day": [before, last_day]})
            if last_day < timezone.localdate() and may_step(CONTRACT_STEPS, row.state, State.ENDED):
                _step(actor, row, State.ENDED)


def turn_contracts(day: dt.date) -> int:
    """The turn of the day: agreed contracts come into force, those past their last day have ended or are replaced.

    Shape: returns how many moved; doing it again moves nothing.
    """
    with obeying_laws(), transaction.atomic():
        due = Contract.objects.select_for_update(no_key=True).filter(
            Q(state=State.AGREED, first_day__lte=day) | Q(state=State.IN_FORCE, last_day__lt=day)
        )
        rows = list(due.order_by("pk"))
        for row in rows:
            _settle(SYSTEM, row, day)
        check_laws_now()
    return len(rows)


# --- one contract ------------------------------------------------------------------------------------------------------


def _completes(actor: Actor, contract: Contract) -> bool:
    """Whether the person's signature would be the second one, as the page saw it."""
    own = actor.employee_id == person_of(contract).pk
    return bool(contract.branch_digest if own else contract.manager_digest)


def _agree(actor: Actor, row: Contract, text: str) -> None:
    """Both have signed: the appointment begins, or the contract before it ends; the text is kept as it was read."""
    branch = branch_of(row)
    earliest = earliest_open_months([branch.pk]).get(branch.pk)
    if earliest is not None and row.first_day < earliest.first_day:
        raise RuleError(
            _("%(branch)s has closed the month of %(day)s. Let the contract begin on %(first)s or later.")
            % {"branch": branch.name, "day": row.first_day, "first": earliest.first_day},
            article=11,
        )
    if row.appointment is None:
        assert row.application is not None  # noqa: S101 - contract_of_an_appointment
        application = lock_application(row.application)
        row.appointment = appoint(
            actor=actor, application=application, first_day=row.first_day, last_day=application.term_last_day
        )
    elif row.replaces is not None:
        _shorten(actor, Contract.objects.select_for_update(no_key=True).get(pk=row.replaces.pk), row)
    row.signed_text = text
    row.state = State.AGREED
    row.save(update_fields=["appointment", "signed_text", "state"])
    _record(actor, row, "agree_contract", {"state": [State.DRAFT, State.AGREED]})
    notify(
        employee_ids={person_of(row).pk, row.made_by_id} - {actor.employee_id},
        sentence=gettext_noop("Contract %(contract_no)s of %(name)s is signed by both."),
        values=_named(row),
        address=_address(row),
    )
    _settle(actor, row, timezone.localdate())


def _shorten(actor: Actor, old: Contract, new: Contract) -> None:
    """The contract before ends the day before the new one begins. Raises: RuleError when it began later."""
    if old.last_day is not None and old.last_day < new.first_day:
        return
    if old.first_day >= new.first_day:
        raise RuleError(
            _("The contract %(no)s begins on %(day)s. Let the new one begin later.")
            % {"no": old.contract_no, "day": old.first_day},
            field="first_day",
        )
    before, old.last_day = old.last_day, new.first_day - ONE_DAY
    old.save(update_fields=["last_day"])
    _record(actor, old, "replace_contract", {"last_day": [before, old.last_day], "by": [None, new.contract_no]})
    if old.last_day < timezone.localdate() and may_step(CONTRACT_STEPS, old.state, State.REPLACED):
        _step(actor, old, State.REPLACED)


def _settle(actor: Actor, row: Contract, day: dt.date) -> None:
    """Moves a signed contract to the state that the day asks for."""
    if row.state == State.AGREED and row.first_day <= day:
        _step(actor, row, State.IN_FORCE)
    if row.state == State.IN_FORCE and row.last_day is not None and row.last_day < day:
        followed = row.replaced_by.exclude(state=State.DRAFT).exists()
        _step(actor, row, State.REPLACED if followed else State.ENDED)


def _step(actor: Actor, row: Contract, to: str) -> None:
    before, row.state = row.state, to
    row.save(update_fields=["state"])
    _record(actor, row, "turn_contract", {"state": [before, to]})


def _locked(contract: Contract) -> Contract:
    rows = Contract.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "appointment__employee", "appointment__branch", "application__candidate", "application__branch", "replaces"
    )
    row = rows.filter(pk=contract.pk).first()
    if row is None:
        raise Conflict(_("Somebody else has thrown this draft away."))
    return row


def _locked_draft(contract: Contract) -> Contract:
    row = _locked(contract)
    if row.state != State.DRAFT:
        raise Conflict(_("This contract is signed by both and no longer changes. Draft another one that replaces it."))
    return row


def _refuse_without_right(actor: Actor, row: Contract) -> None:
    branch = branch_of(row)
    if not actor.holds(branch.pk, *DRAFTERS):
        raise RuleError(_("Only the people of %(branch)s draft its contracts.") % {"branch": branch.name}, article=11)
    if actor.employee_id == person_of(row).pk:
        raise RuleError(_("Nobody drafts a contract with himself or herself. Ask another person."))


def _check_terms(row: Contract, wanted: dict[str, Any], targets: Sequence[TargetTerms]) -> None:
    first, last = wanted["first_day"], wanted["last_day"]
    if wanted["target_kind"] not in TargetKind.values:
        raise BadInput(_("Choose a target kind."), field="target_kind")
    if last is not None and last < first:
        raise RuleError(_("The last day lies before the first."), field="last_day")
    term: tuple[dt.date | None, dt.date | None]
    if row.appointment is not None:
        term = row.appointment.first_day, row.appointment.last_day
    else:
        assert row.application is not None  # noqa: S101 - contract_of_an_appointment
        term = row.application.term_first_day, row.application.term_last_day
    if term[0] is not None and first < term[0]:
        raise RuleError(_("The term begins on %(day)s.") % {"day": term[0]}, field="first_day")
    if term[1] is not None and (last is None or last > term[1]):
        raise RuleError(_("The term ends on %(day)s; a contract lies inside it.") % {"day": term[1]}, field="last_day")
    if row.replaces is not None and row.replaces.first_day >= first:
        raise RuleError(
            _("The contract %(no)s begins on %(day)s. Let the new one begin later.")
            % {"no": row.replaces.contract_no, "day": row.replaces.first_day},
            field="first_day",
        )
    if not any(not one.not_applicable for one in targets):
        raise RuleError(_("A contract names at least one target."), article=15)
    for one in targets:
        _check_target(one)


def _check_target(one: TargetTerms) -> None:
    """Refuses a target that the month end could not score exactly as it says."""
    field = f"{one.indicator}_target"
    if INDICATOR_KINDS.get(one.indicator, ENTRIES) == ENTRIES:
        raise BadInput(_("This indicator has no target. It is scored by entries."), field=field)
    if one.target_hundredths is not None and one.target_hundredths <= 0:
        raise RuleError(_("A target is above zero."), article=11, field=field)
    if one.counts not in (ALL, DEVELOPED, GROWTH) or (
        one.counts == DEVELOPED and not may_count_developed(one.indicator)
    ):
        raise RuleError(
            _(
                "Newly developed business alone is counted of deposits. Count all business of this indicator, or growth."
            ),
            article=15,
            field=field,
        )
    if one.counts == GROWTH and not may_grow(one.indicator):
        raise RuleError(_("Growth over a baseline is for amounts of a month, not for this indicator."), field=field)
    if (one.counts == GROWTH) != (one.baseline_hundredths is not None):
        raise RuleError(
            _("Growth is counted over a baseline: give one. Other targets have none."),
            field=f"{one.indicator}_baseline",
        )
    if one.times_days and (one.indicator != ACCUMULATED or one.not_applicable):
        raise RuleError(_("Only an accumulated balance is a figure of one day × the days of the month."), field=field)


def _write_targets(row: Contract, targets: Sequence[TargetTerms]) -> None:
    ContractTarget.objects.bulk_create(
        ContractTarget(
            contract=row,
            indicator=one.indicator,
            target_hundredths=one.target_hundredths,
            not_applicable=one.not_applicable,
            counts=ALL if one.not_applicable else one.counts,
            baseline_hundredths=None if one.not_applicable else one.baseline_hundredths,
            times_days=one.times_days,
        )
        for one in targets
    )


def _clear_old_signatures(actor: Actor, row: Contract) -> None:
    """Signatures of another text than the contract's are worth nothing: they go, with the trail, and who signed is told."""
    digest = digest_of(text_of(row))
    cleared: dict[str, Any] = {}
    signers: list[int | None] = []
    if row.manager_digest and row.manager_digest != digest:
        cleared |= {"manager_signed_at": None, "manager_digest": ""}
        signers.append(person_of(row).pk)
    if row.branch_digest and row.branch_digest != digest:
        cleared |= {"branch_signed_at": None, "branch_digest": "", "branch_signed_by_id": None}
        signers.append(row.branch_signed_by_id)
    if not cleared:
        return
    changes = {name: [getattr(row, name), value] for name, value in cleared.items()}
    for name, value in cleared.items():
        setattr(row, name, value)
    row.save(update_fields=list(cleared))
    _record(actor, row, "clear_signatures", changes)
    notify(
        employee_ids=signers,
        sentence=gettext_noop("Contract %(contract_no)s of %(name)s has changed since you signed it. Read it again."),
        values=_named(row),
        address=_address(row),
    )


def _ask_for_signatures(row: Contract, sentence: str) -> None:
    people = {person_of(row).pk, *holders_of(branch_of(row).pk, Role.DIRECTOR)} - {row.made_by_id}
    notify(employee_ids=people, sentence=sentence, values=_named(row), address=_address(row))


def _named(row: Contract) -> dict[str, str]:
    return {"contract_no": row.contract_no, "name": person_of(row).name}


def _address(row: Contract) -> str:
    return reverse("managers:contract_detail", args=[row.pk])


def _targets_plain(row: Contract) -> dict[str, Any]:
    """The targets as the trail writes them."""
    names = ("target_hundredths", "counts", "baseline_hundredths", "times_days")
    return {
        one.indicator: {name: getattr(one, name) for name in names} for one in row.targets.order_by("indicator").all()
    }


def _record(
    actor: Actor, row: Contract, action: str, changes: dict[str, Any], targets: Sequence[TargetTerms] | None = None
) -> None:
    if targets is not None:
        changes = {**changes, "targets": [None, _targets_plain(row)]}
    branch: Branch = branch_of(row)
    record(
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_key=f"{row.pk} {row.contract_no}",
        branch_id=branch.pk,
        changes=changes,
    )
