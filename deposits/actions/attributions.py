"""Attributions of accounts to managers: by share, from a first to a last day (article 9(2))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from deposits.models import Attribution, DepositAccount
from deposits.rules import WHOLE_BP
from managers.queries.offices import terms_at
from managers.rules import ONE_DAY, first_day_out_of_office
from organization.actions.months import check_laws_now, mark_stale
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.queries import earliest_open_months
from organization.rules import Actor


def assign_account(
    *,
    actor: Actor,
    account: DepositAccount,
    manager: Employee,
    first_day: dt.date,
    last_day: dt.date | None = None,
    share_bp: int = WHOLE_BP,
    basis: str = Attribution.Basis.ASSIGNED,
) -> Attribution:
    """Attributes a share of the account to the manager from a first to a last day (none = open).

    Raises: RuleError without the right, for oneself, outside the manager's days in office, in a closed month, or when
    the shares of some day would pass the whole.
    Locks: the branch and its open months from the first day on, then the account.
    Source: articles 9(2) and 14.
    """
    _refuse_attributing(actor, account, [manager])
    _refuse_out_of_office(manager, account.branch, first_day, last_day)
    with obeying_laws(), transaction.atomic():
        _open_for_change(account, first_day)
        attribution = Attribution.objects.create(
            account=account,
            branch_id=account.branch_id,
            manager=manager,
            first_day=first_day,
            last_day=last_day,
            share_bp=share_bp,
            basis=basis,
        )
        check_laws_now()
        _record(actor, "assign_account", account, {manager.employee_no: [None, _written(attribution)]})
    return attribution


def end_attribution(*, actor: Actor, attribution: Attribution, last_day: dt.date) -> None:
    """Sets the attribution's last day, earlier or later than it was.

    Raises: RuleError as assign_account; Conflict when somebody changed the attribution meanwhile.
    Locks: the branch and its open months from the first changed day on, then the account.
    """
    account, manager = attribution.account, attribution.manager
    _refuse_attributing(actor, account, [manager])
    if last_day < attribution.first_day:
        raise RuleError(_("The last day lies before the first."), field="last_day")
    _refuse_out_of_office(manager, account.branch, attribution.first_day, last_day)
    before = _written(attribution)
    with obeying_laws(), transaction.atomic():
        _open_for_change(account, min(last_day, attribution.last_day or last_day) + ONE_DAY)
        _change(attribution, last_day=last_day)
        check_laws_now()
        _record(actor, "end_attribution", account, {manager.employee_no: [before, _written(attribution)]})


def change_shares(
    *, actor: Actor, account: DepositAccount, first_day: dt.date, shares: Sequence[tuple[Employee, int]]
) -> None:
    """From a day on, the account is shared as the list says and not as before.

    Shape: managers with their shares in hundredths of a percent; an empty list leaves the account to the branch. What
    holds already with the same share and no last day goes on; what else holds ends the day before; what was to begin
    later is taken back. New ones keep the basis that their manager had.
    Raises: RuleError as assign_account.
    Locks: the branch and its open months from the first day on, then the account.
    Source: article 9(2); arithmetic.md, Attribution.
    """
    _refuse_attributing(actor, account, [manager for manager, _share in shares])
    for manager, _share in shares:
        _refuse_out_of_office(manager, account.branch, first_day, None)
    wanted = {manager.pk: (manager, share_bp) for manager, share_bp in shares}
    if len(wanted) != len(shares):
        raise RuleError(_("Name each manager once."), field="shares")
    with obeying_laws(), transaction.atomic():
        _open_for_change(account, first_day)
        later = Q(last_day__isnull=True) | Q(last_day__gte=first_day)
        held = (
            Attribution.objects.select_for_update(of=("self",)).select_related("manager").filter(later, account=account)
        )
        before = list(held.order_by("first_day", "manager__employee_no"))
        basis = {one.manager_id: one.basis for one in before}
        changes: dict[str, list[Any]] = {
            no: [[_written(one) for one in before if one.manager.employee_no == no], []]
            for no in sorted({one.manager.employee_no for one in before})
        }
        for one in before:
            goes_on = one.first_day < first_day and one.last_day is None
            if goes_on and wanted.get(one.manager_id, (None, None))[1] == one.share_bp:
                del wanted[one.manager_id]
            elif one.first_day >= first_day:
                one.delete()
                continue
            else:
                _change(one, last_day=first_day - ONE_DAY)
            changes[one.manager.employee_no][1].append(_written(one))
        for manager, share_bp in wanted.values():
            made = Attribution.objects.create(
                account=account,
                branch_id=account.branch_id,
                manager=manager,
                first_day=first_day,
                share_bp=share_bp,
                basis=basis.get(manager.pk, Attribution.Basis.ASSIGNED),
            )
            changes.setdefault(manager.employee_no, [[], []])[1].append(_written(made))
        check_laws_now()
        _record(actor, "change_shares", account, changes)


def _refuse_attributing(actor: Actor, account: DepositAccount, managers: Sequence[Employee]) -> None:
    refuse_without(actor, account.branch, Role.CLERK, Role.DIRECTOR)
    if any(manager.pk == actor.employee_id for manager in managers):
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))


def _refuse_out_of_office(manager: Employee, branch: Branch, first_day: dt.date, last_day: dt.date | None) -> None:
    terms, away = terms_at([manager.pk], branch.pk)[manager.pk]
    if (day := first_day_out_of_office(first_day, last_day, terms, away)) is not None:
        raise RuleError(
            _("%(name)s is not in office at %(branch)s on %(day)s. Choose other days or another manager.")
            % {"name": manager.name, "branch": branch.name, "day": day},
            article=14,
            field="manager",
        )


def _open_for_change(account: DepositAccount, first_day: dt.date) -> None:
    """Marks what the change makes stale; refuses a day of a closed month with the month's name.

    Locks: the branch and its open months from that day on.
    """
    mark_stale(first_days=[(account.branch_id, Month.of(first_day))])
    earliest = earliest_open_months([account.branch_id]).get(account.branch_id)
    if earliest is not None and first_day < earliest.first_day:
        raise RuleError(
            _("%(month)s is closed; its attributions no longer change. Choose %(day)s or a later day.")
            % {"month": Month.of(first_day), "day": earliest.first_day},
            field="first_day",
        )


def _change(attribution: Attribution, *, last_day: dt.date) -> None:
    """Sets the last day if nobody else has set another meanwhile. Raises: Conflict."""
    same = Attribution.objects.filter(pk=attribution.pk, last_day=attribution.last_day)
    if attribution.last_day is None:
        same = Attribution.objects.filter(pk=attribution.pk, last_day__isnull=True)
    if same.update(last_day=last_day) != 1:
        raise Conflict(_("Somebody else has changed this attribution a moment ago. Look at it again."))
    attribution.last_day = last_day


def _written(attribution: Attribution) -> dict[str, Any]:
    return {
        "first_day": str(attribution.first_day),
        "last_day": str(attribution.last_day) if attribution.last_day else None,
        "share_bp": attribution.share_bp,
        "basis": str(attribution.basis),
    }


def _record(actor: Actor, action: str, account: DepositAccount, managers: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="deposits.depositaccount",
        subject_key=account.account_no,
        branch_id=account.branch_id,
        changes=managers,
    )
