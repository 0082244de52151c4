"""The trail: append-only, a chain of hashes a branch, so that branches do not wait for each other."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from organization.models import TrailEntry, TrailHead
from organization.rules import Actor

UNION_KEY = 0


def record(
    *,
    actor: Actor,
    action: str,
    subject: str,
    subject_key: str,
    branch_id: int | None,
    changes: dict[str, Any] | None = None,
) -> TrailEntry:
    """Adds an entry to the branch's chain, inside the caller's transaction, so that change and trail stand or fall together.

    Shape: changes maps a field to [before, after], or says what else a reader needs to know; values that JSON knows.
    Locks: the head of the chain until the transaction ends: call it last in an action.
    Raises: TransactionManagementError outside a transaction.
    """
    key = UNION_KEY if branch_id is None else branch_id
    TrailHead.objects.bulk_create([TrailHead(branch_key=key)], ignore_conflicts=True)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("The trail is kept in the same transaction as the change.")
    head = TrailHead.objects.select_for_update().get(branch_key=key)
    at = timezone.now()
    body = json.dumps(
        {
            "branch": key,
            "seq": head.last_seq + 1,
            "at": at.isoformat(),
            "actor": actor.employee_no,
            "address": actor.address,
            "action": action,
            "subject": subject,
            "key": subject_key,
            "changes": changes or {},
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=str,
    )
    entry = TrailEntry.objects.create(
        branch_key=key,
        seq=head.last_seq + 1,
        at=at,
        actor_no=actor.employee_no,
        action=action,
        subject=subject,
        subject_key=subject_key,
        body=body,
        previous_hash=head.last_hash,
        hash=hashlib.sha256((head.last_hash + body).encode()).hexdigest(),
    )
    TrailHead.objects.filter(branch_key=key).update(last_seq=entry.seq, last_hash=entry.hash)
    return entry
