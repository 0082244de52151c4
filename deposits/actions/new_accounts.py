"""New accounts of assigned customers: attributed by themselves, told about, and taken back (articles 9(1) and 9(2))."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlencode

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from deposits.models import Attribution
from deposits.queries.new_accounts import FOLLOWED, UNDOERS, Received, first_days_followed, new_accounts, received
from organization.actions.months import check_laws_now, mark_stale
from organization.actions.notifications import notify
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import ImportBatch
from organization.queries import earliest_open_months
from organization.rules import Actor

# So many account numbers a notice or the trail names.
NAMED = 5

_ONE = gettext_noop("The new account %(accounts)s of your customer is attributed to you.")
_SEVERAL = gettext_noop("%(number)s new accounts of your customers are attributed to you: %(accounts)s")
_BACK = gettext_noop("%(name)s has taken back that the account %(accounts)s is attributed to you: %(reason)s")
_SEVERAL_BACK = gettext_noop(
    "%(name)s has taken back that %(number)s accounts are attributed to you (%(accounts)s): %(reason)s"
)


def attribute_new_accounts(*, actor: Actor, batch: ImportBatch) -> int:
    """Attributes the accounts that a file has brought in to the managers to whom their customers are assigned.

    One step of applying the file, inside its transaction (settings.FOLLOWS_BATCH); the branches are locked already, and the
    caller has the laws looked at. Shape: whole accounts, on the days that rules.followed_days says, with the assignment's
    basis; returns how many accounts.
    Locks: the branches' open months from the first of these days on.
    Source: formats.md, customer_assignments; articles 9(1) and 9(2).
    """
    mark_stale(first_days=first_days_followed(batch))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deposits_attribution (account_id, branch_id, manager_id, first_day, last_day, share_bp, basis,"
            f" assignment_id) {FOLLOWED}",
            [batch.pk],
        )
    parts = received(batch, NAMED)
    by_branch: dict[int, list[Received]] = defaultdict(list)
    for part in parts:
        by_branch[part.branch_id].append(part)
        sentence = _ONE if part.number == 1 else _SEVERAL
        address = f"{reverse('deposits:new_account_list')}?{urlencode({'batch': batch.pk})}"
        if part.number == 1:
            address = reverse("deposits:account_detail", args=part.account_nos)
        values = {"number": part.number, "accounts": _named(part.account_nos, part.number)}
        notify(employee_ids=[part.manager_id], sentence=sentence, values=values, address=address)
    for branch_id, of_branch in by_branch.items():
        record(
            actor=actor,
            action="attribute_new_accounts",
            subject="organization.ImportBatch",
            subject_key=str(batch.pk),
            branch_id=branch_id,
            changes={
                part.manager_no: [None, {"accounts": part.number, "first": part.account_nos}] for part in of_branch
            },
        )
    return sum(part.number for part in parts)


def undo_new_accounts(*, actor: Actor, attributions: Sequence[Attribution], reason: str) -> int:
    """Takes back attributions that came about by themselves, as if they had never been; the accounts are nobody's.

    Shape: all of them or none; returns how many. The managers are told.
    Raises: BadInput without a reason or without any; RuleError without the right, for oneself, for one that somebody has
    decided about since, and where its first day lies in a closed month; Conflict when somebody else was faster.
    Locks: the branches and their open months, then the attributions, by number.
    """
    if not attributions:
        raise BadInput(_("Tick the accounts that you take back."), field="attribution")
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    for one in attributions:
        refuse_without(actor, one.branch, *UNDOERS)
        if one.manager_id == actor.employee_id:
            raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    wanted = {one.pk for one in attributions}
    with obeying_laws(), transaction.atomic():
        mark_stale(first_days=[(one.branch_id, Month.of(one.first_day)) for one in attributions])
        rows = list(new_accounts(actor).filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk"))
        if len(rows) != len(wanted):
            raise Conflict(_("Somebody else has taken some of them back a moment ago. Look at the list again."))
        _refuse_touched(rows)
        _refuse_closed(rows)
        Attribution.objects.filter(pk__in=wanted).delete()
        check_laws_now()
        _tell_and_record(actor, rows, reason.strip())
    return len(rows)


def _refuse_touched(rows: Sequence[Attribution]) -> None:
    for one in rows:
        if one.touched:  # type: ignore[attr-defined]
            raise RuleError(
                _("Account %(account)s has been attributed otherwise since. Change its shares instead.")
                % {"account": one.account.account_no}
            )


def _refuse_closed(rows: Sequence[Attribution]) -> None:
    earliest = earliest_open_months({one.branch_id for one in rows})
    for one in rows:
        month = earliest.get(one.branch_id)
        if month is not None and one.first_day < month.first_day:
            raise RuleError(
                _(
                    "Account %(account)s counts for %(name)s in %(month)s, which is closed. Hand it over from a later day."
                )
                % {"account": one.account.account_no, "name": one.manager.name, "month": Month.of(one.first_day)}
            )


def _tell_and_record(actor: Actor, rows: Sequence[Attribution], reason: str) -> None:
    by_manager: dict[int, list[str]] = defaultdict(list)
    for one in rows:
        by_manager[one.manager_id].append(one.account.account_no)
        days = {"first_day": str(one.first_day), "last_day": str(one.last_day) if one.last_day else None}
        record(
            actor=actor,
            action="undo_new_account",
            subject="deposits.depositaccount",
            subject_key=one.account.account_no,
            branch_id=one.branch_id,
            changes={one.manager.employee_no: [{**days, "share_bp": one.share_bp}, None], "reason": [None, reason]},
        )
    for manager_id, numbers in by_manager.items():
        notify(
            employee_ids=[manager_id],
            sentence=_BACK if len(numbers) == 1 else _SEVERAL_BACK,
            values={
                "name": actor.name,
                "number": len(numbers),
                "accounts": _named(numbers[:NAMED], len(numbers)),
                "reason": reason,
            },
            address=reverse("deposits:new_account_list"),
        )


def _named(numbers: Sequence[str], count: int) -> str:
    return "、".join(numbers) + (" …" if count > len(numbers) else "")
