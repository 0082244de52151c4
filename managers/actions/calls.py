"""Calls: an announcement of posts, and closing it early (article 7)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.models import Call
from managers.queries.calls import CALLERS
from managers.queries.headcount import runs_scheme
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Employee
from organization.rules import Actor

_ANNOUNCED = gettext_noop("%(branch)s calls for account managers until %(day)s: %(title)s")


def announce_call(
    *,
    actor: Actor,
    branch: Branch,
    title: str,
    text: str,
    posts: int,
    first_day: dt.date,
    last_day: dt.date,
    target_kind: str = "",
) -> Call:
    """Announces posts for account managers, and tells the people of the branch who can sign in.

    Raises: RuleError without the right or where the system does not run; BadInput for days that are over or in no order.
    Source: articles 4 and 7.
    """
    announcer = _caller(actor, branch)
    today = timezone.localdate()
    if not title.strip():
        raise BadInput(_("Give the call a title."), field="title")
    if last_day < first_day:
        raise BadInput(_("The last day lies before the first."), field="last_day")
    if last_day < today:
        raise BadInput(_("The last day is over. Choose a later one."), field="last_day")
    if not runs_scheme(branch, max(first_day, today)):
        raise RuleError(
            _("The account-manager system does not run at %(branch)s. Head office switches it on.")
            % {"branch": branch.name},
            article=4,
        )
    with obeying_laws(), transaction.atomic():
        call = Call.objects.create(
            branch=branch,
            title=title.strip(),
            text=text.strip(),
            posts=posts,
            target_kind=target_kind,
            first_day=first_day,
            last_day=last_day,
            made_by_id=announcer,
            made_at=timezone.now(),
        )
        people = Employee.objects.filter(branch=branch, user__is_active=True).exclude(pk=announcer)
        notify(
            employee_ids=people.values_list("pk", flat=True),
            sentence=_ANNOUNCED,
            values={"branch": branch.name, "day": str(last_day), "title": call.title},
            address=call.get_absolute_url(),
        )
        _record(actor, "announce_call", call, {"posts": [None, posts], "first_day": [None, first_day]})
    return call


def close_call(*, actor: Actor, call: Call) -> None:
    """Closes a call before its last day; who has answered it stays in the running.

    Raises: RuleError without the right; Conflict when somebody has closed it.
    """
    closer = _caller(actor, call.branch)
    with obeying_laws(), transaction.atomic():
        row = Call.objects.select_for_update(no_key=True, of=("self",)).select_related("closed_by").get(pk=call.pk)
        if row.closed_by is not None:
            raise Conflict(
                _("%(name)s has closed this call at %(time)s.")
                % {"name": row.closed_by.name, "time": f"{timezone.localtime(row.closed_at):%Y-%m-%d %H:%M}"}
            )
        row.closed_by_id, row.closed_at = closer, timezone.now()
        row.save(update_fields=["closed_by", "closed_at"])
        _record(actor, "close_call", row, {"closed_at": [None, row.closed_at]})


def _caller(actor: Actor, branch: Branch) -> int:
    """The id of the person, who may announce and close calls of the branch. Raises: RuleError."""
    if actor.employee_id is None or not actor.holds(branch.pk, *CALLERS):
        raise RuleError(
            _("Only the director of %(branch)s or a supervisor announces and closes calls.") % {"branch": branch.name}
        )
    return actor.employee_id


def _record(actor: Actor, action: str, call: Call, changes: dict[str, list[object]]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.call",
        subject_key=f"{call.pk} {call.title}"[:200],
        branch_id=call.branch_id,
        changes={**changes, "last_day": [None, call.last_day]},
    )
