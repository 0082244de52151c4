"""One step of an application, from whichever action: along the table, on the newest version, with its trail."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Conflict
from managers.models import Application, ApplicationStep
from managers.rules.states import APPLICATION_STEPS
from organization.actions.trail import record
from organization.rules import Actor, may_step

# A decided application keeps the reason that it was decided with.
_DECIDED = (Application.State.APPROVED, Application.State.CONTRACTED, Application.State.IN_OFFICE)


def lock_application(application: Application, *, version: int | None = None) -> Application:
    """The application as it stands now, locked until the transaction ends.

    Raises: Conflict when somebody has changed it since the version that the page showed.
    """
    locked = Application.objects.select_for_update(no_key=True, of=("self",)).select_related("candidate", "branch")
    row = locked.get(pk=application.pk)
    if version is not None and row.version != version:
        raise _changed_since(row)
    return row


def step_application(*, actor: Actor, row: Application, to: str, action: str, reason: str = "", **fields: Any) -> None:
    """Moves a locked application to a state, with the fields that belong to the step, its record and its trail.

    Shape: the reason of the latest step up to the decision stands on the application too; later steps have theirs alone.
    Raises: Conflict when no step leads there: somebody else was faster.
    """
    before = row.state
    if not may_step(APPLICATION_STEPS, before, to):
        raise _changed_since(row)
    row.state, row.version = to, row.version + 1
    changes: dict[str, Any] = {"state": [before, to]}
    for name, value in fields.items():
        changes[name] = [_plain(getattr(row, name)), _plain(value)]
        setattr(row, name, value)
    if before not in _DECIDED:
        row.reason, fields = reason, {**fields, "reason": reason}
    row.save(update_fields=["state", "version", *fields])
    ApplicationStep.objects.create(
        application=row,
        state_before=before,
        state_after=to,
        made_by_id=actor.employee_id,
        made_at=timezone.now(),
        reason=reason,
    )
    if reason:
        changes.setdefault("reason", [None, reason])
    record(
        actor=actor,
        action=action,
        subject="managers.application",
        subject_key=row.application_no,
        branch_id=row.branch_id,
        changes=changes,
    )


def _plain(value: Any) -> Any:
    """What the trail writes: a row by its key, everything else as it is."""
    return value.pk if hasattr(value, "pk") else value


def _changed_since(row: Application) -> Conflict:
    step = row.steps.select_related("made_by").last()
    if step is None or step.made_by is None:
        return Conflict(_("The application has changed since you opened it. Look at it again."))
    return Conflict(
        _("%(name)s has moved this application to “%(state)s” at %(time)s. Look at it again.")
        % {
            "name": step.made_by.name,
            "state": row.get_state_display(),
            "time": f"{timezone.localtime(step.made_at):%Y-%m-%d %H:%M}",
        }
    )
