"""The attributions on a hand-over sheet: drawn up, given to takers or kept with a reason, and moved when all have signed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from deposits.models import Attribution, AttributionHandOver
from deposits.queries.handovers import balance_before, held_from, lines_of
from deposits.rules import WHOLE_BP, passed_on, summed_shares
from managers.actions.handovers import lock_sheet, record_sheet, refuse_changing
from managers.models import Appointment, HandOver
from managers.queries.offices import terms_at
from managers.rules import ONE_DAY, Term, first_day_out_of_office
from organization.actions.trail import record
from organization.models import Employee
from organization.rules import Actor

_Terms = dict[int, tuple[list[Term], list[Term]]]


def draw_up(*, sheet: HandOver) -> int:
    """Writes a line for every attribution that the giver holds from the sheet's first day on; what was decided stays.

    The caller has locked the sheet, a draft. Shape: returns the number of lines.
    """
    lines = {(line.account_id, line.first_day): line for line in lines_of(sheet)}
    made, found = [], 0
    for held in held_from(sheet.appointment, sheet.first_day, sheet.last_day):
        found += 1
        facts = {"last_day": held.last_day, "share_bp": held.share_bp, "basis": held.basis}
        line = lines.pop((held.account_id, held.first_day), None)
        if line is None:
            made.append(
                AttributionHandOver(hand_over=sheet, account_id=held.account_id, first_day=held.first_day, **facts)
            )
        elif any(getattr(line, name) != value for name, value in facts.items()):
            AttributionHandOver.objects.filter(pk=line.pk).update(**facts)
    AttributionHandOver.objects.filter(pk__in=[line.pk for line in lines.values()]).delete()
    AttributionHandOver.objects.bulk_create(made)
    return found


def decide_lines(
    *, actor: Actor, sheet: HandOver, lines: Iterable[int], taker: Employee | None = None, kept_reason: str = ""
) -> int:
    """Gives lines of a draft to a taker, or keeps them with a reason: they end with the giver's last day, as nobody's.

    Shape: ids of lines; those that are not the sheet's are passed over; returns how many were decided.
    Raises: RuleError without the right, for oneself, the giver or the witness as taker, and for a taker who is not in
    office at the branch on the first day; Conflict when the sheet is no draft.
    Source: article 9(1).
    """
    if (taker is None) == (not kept_reason.strip()):
        raise BadInput(_("Name a taker, or say why nobody takes over."), field="taker")
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        refuse_changing(actor, row)
        if taker is not None:
            _refuse_taker(actor, row, taker)
        wanted = AttributionHandOver.objects.filter(hand_over=row, pk__in=list(lines))
        accounts = sorted(wanted.values_list("account__account_no", flat=True))
        if not accounts:
            raise BadInput(_("Choose at least one line."), field="lines")
        changed = wanted.update(taker=taker, kept_reason=kept_reason.strip())
        record_sheet(
            actor,
            "decide_hand_over_lines",
            row,
            {
                "accounts": [None, accounts],
                "taker": [None, taker.employee_no if taker else None],
                "kept_reason": [None, kept_reason.strip()],
            },
        )
    return changed


def undecided(*, sheet: HandOver) -> int:
    """How many lines are neither taken over nor kept with a reason."""
    return AttributionHandOver.objects.filter(hand_over=sheet, taker__isnull=True, kept_reason="").count()


def takers(*, sheet: HandOver) -> set[int]:
    """The employees who take something over."""
    found = AttributionHandOver.objects.filter(hand_over=sheet, taker__isnull=False)
    return set(found.values_list("taker_id", flat=True))


def write_out(*, sheet: HandOver) -> list[str]:
    """Puts the lines of a draft in the form in which they are signed: with balances, without what stays. Returns them as text.

    The caller has locked the sheet.
    """
    rows = AttributionHandOver.objects.filter(hand_over=sheet)
    rows.filter(taker__isnull=True, kept_reason="").delete()
    rows.update(balance_fen=Coalesce(balance_before(sheet.first_day), 0))
    lines = list(lines_of(sheet))
    return [
        f"{line.account.account_no} {line.first_day} {line.last_day} {line.share_bp} {line.balance_fen}"
        f" {line.taker.employee_no if line.taker else line.kept_reason}"
        for line in lines
    ]


def move(*, sheet: HandOver) -> dict[str, Any]:
    """Ends the giver's attributions the day before and begins the takers', as the lines say. Returns what the trail keeps.

    The caller has seen that everybody has signed, has locked the branch's open months and the sheet, and has the laws
    looked at when all is moved.
    Raises: Conflict when the giver's attributions are no longer those that were signed; RuleError when a taker is not in
    office, or has the account from that very day already.
    Locks: the attributions, by account.
    """
    held = {
        (one.account_id, one.first_day): one
        for one in held_from(sheet.appointment, sheet.first_day, sheet.last_day).select_for_update(of=("self",))
    }
    lines = list(lines_of(sheet))
    offices = terms_at({line.taker_id for line in lines if line.taker_id}, sheet.branch_id)
    parts: dict[tuple[int, int], list[tuple[Term, int]]] = defaultdict(list)
    returned: list[Attribution] = []
    taken_back: list[int] = []
    cut: list[int] = []
    for line in lines:
        stands = held.pop((line.account_id, line.first_day), None)
        if stands is None or (stands.last_day, stands.share_bp) != (line.last_day, line.share_bp):
            raise _other_than_signed(sheet, line.account.account_no)
        term = Term(line.first_day, line.last_day)
        passed = passed_on(term, sheet.first_day, sheet.last_day, sheet.appointment.last_day)
        if passed.keeps_until is None:
            taken_back.append(stands.pk)
        else:
            cut.append(stands.pk)
        if line.taker_id is not None:
            taken = _within_office(line, passed.taken, offices[line.taker_id])
            parts[line.account_id, line.taker_id].append((taken, line.share_bp))
        if passed.returns is not None:
            returned.append(
                _attribution(sheet, line.account_id, sheet.employee_id, passed.returns, line.share_bp, line.basis)
            )
    if held and sheet.occasion != HandOver.Occasion.CHANGE:
        raise _other_than_signed(sheet, next(iter(held.values())).account.account_no)
    Attribution.objects.filter(pk__in=taken_back).delete()
    Attribution.objects.filter(pk__in=cut).exclude(last_day=sheet.first_day - ONE_DAY).update(
        last_day=sheet.first_day - ONE_DAY
    )
    begun = [
        _attribution(sheet, account_id, taker_id, term, share_bp, Attribution.Basis.ASSIGNED)
        for (account_id, taker_id), of_taker in parts.items()
        for term, share_bp in summed_shares(of_taker)
    ]
    _refuse_twice_from_one_day(begun + returned)
    Attribution.objects.bulk_create(begun + returned)
    return {"attributions": [_was(line) for line in lines]}


def extend(*, actor: Actor, appointment: Appointment, ended: dt.date, last_day: dt.date) -> int:
    """Lets attributions that end with a term go on with its extension, where their share is still free afterwards.

    The caller has locked the branch's open months and has the laws looked at afterwards. Returns how many go on.
    """
    with_term = Attribution.objects.filter(
        manager=appointment.employee_id, branch=appointment.branch_id, last_day=ended
    ).select_related("account")
    rows = list(with_term.order_by("account__account_no").select_for_update(of=("self",)))
    after = Attribution.objects.in_force(ended + ONE_DAY).filter(account__in=[one.account_id for one in rows])
    held = dict(after.order_by().values_list("account").annotate(share=Sum("share_bp")))
    free = [one for one in rows if held.get(one.account_id, 0) + one.share_bp <= WHOLE_BP]
    Attribution.objects.filter(pk__in=[one.pk for one in free]).update(last_day=last_day)
    record(
        actor=actor,
        action="extend_attributions",
        subject="managers.appointment",
        subject_key=f"{appointment.employee.employee_no} {appointment.first_day}",
        branch_id=appointment.branch_id,
        changes={"accounts": [None, [one.account.account_no for one in free]], "last_day": [ended, last_day]},
    )
    return len(free)


def _refuse_taker(actor: Actor, sheet: HandOver, taker: Employee) -> None:
    if taker.pk == actor.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."), field="taker")
    if taker.pk in (sheet.employee_id, sheet.witness_id):
        raise RuleError(_("The taker is neither the giver nor the witness. Name another manager."), field="taker")
    terms, away = terms_at([taker.pk], sheet.branch_id)[taker.pk]
    if first_day_out_of_office(sheet.first_day, sheet.first_day, terms, away) is not None:
        raise _not_in_office(taker, sheet.first_day)


def _within_office(line: AttributionHandOver, term: Term, office: tuple[list[Term], list[Term]]) -> Term:
    """The taker's days, ending with the taker's own term where that ends earlier."""
    out = first_day_out_of_office(term.first_day, term.last_day, *office)
    if out is None:
        return term
    if out == term.first_day and line.taker is not None:
        raise _not_in_office(line.taker, term.first_day)
    return Term(term.first_day, out - ONE_DAY)


def _not_in_office(taker: Employee, day: dt.date) -> RuleError:
    return RuleError(
        _("%(name)s is not in office here on %(day)s. Name another manager.") % {"name": taker.name, "day": day},
        article=14,
        field="taker",
    )


def _attribution(
    sheet: HandOver, account_id: int, manager_id: int, term: Term, share_bp: int, basis: str
) -> Attribution:
    return Attribution(
        account_id=account_id,
        branch_id=sheet.branch_id,
        manager_id=manager_id,
        first_day=term.first_day,
        last_day=term.last_day,
        share_bp=share_bp,
        basis=basis,
    )


def _refuse_twice_from_one_day(made: list[Attribution]) -> None:
    """An account has at most one attribution of a manager that begins on a day."""
    wanted = {(one.account_id, one.manager_id, one.first_day) for one in made}
    same = Attribution.objects.filter(
        account__in={one.account_id for one in made}, first_day__in={d for _a, _m, d in wanted}
    )
    for one in same.select_related("account", "manager"):
        if (one.account_id, one.manager_id, one.first_day) in wanted:
            raise RuleError(
                _(
                    "%(name)s has a share of account %(account)s from %(day)s on already. Name another taker or another day."
                )
                % {"name": one.manager.name, "account": one.account.account_no, "day": one.first_day}
            )


def _was(line: AttributionHandOver) -> str:
    becomes = line.taker.employee_no if line.taker else f"({line.kept_reason})"
    return f"{line.account.account_no} {line.share_bp} {line.first_day} {line.last_day} → {becomes}"


def _other_than_signed(sheet: HandOver, account_no: str) -> Conflict:
    return Conflict(
        _(
            "The attribution of account %(account)s is no longer what was signed. Take the sheet back and draw it up again."
        )
        % {"account": account_no}
    )
