"""The peer review 民主评议 of a candidate: colleagues vote in secret, and only sums are kept (article 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.assessment import open_assessment
from managers.models import Application, PeerReview, PeerVoter
from managers.queries.assessment import assessment_of, colleagues_of
from managers.rules.assessment import PEER_REVIEW
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Employee
from organization.rules import Actor

_ASKED = gettext_noop("Give your vote in the peer review of %(name)s by %(day)s. Votes are secret.")
MOST_MARK = 100


def open_peer_review(
    *, actor: Actor, application: Application, last_day: dt.date, voters: Collection[Employee] | None = None
) -> PeerReview:
    """Opens a peer review until a day, and asks the voters: those named, else everyone of the branch with a sign-in.

    Raises: RuleError without the right, for the candidate or strangers among the voters, with fewer voters than the branch
    asks for, for a day that is over, a second time, and outside the assessment.
    """
    with obeying_laws(), transaction.atomic():
        row, me = open_assessment(actor, application)
        if last_day < timezone.localdate():
            raise BadInput(_("The last day of a peer review is today or later."), field="last_day")
        if PeerReview.objects.filter(application=row).exists():
            raise Conflict(_("The peer review of this candidate is open already, or over."))
        colleagues = set(colleagues_of(row).values_list("pk", flat=True))
        asked = colleagues if voters is None else {one.pk for one in voters}
        if not asked <= colleagues:
            raise RuleError(
                _("Only people of %(branch)s with a sign-in vote, and never the candidate.")
                % {"branch": row.branch.name},
                field="voters",
            )
        required = assessment_of(row).votes_required
        if len(asked) < required:
            raise RuleError(
                _("The branch asks for %(required)s votes. Name at least as many voters.") % {"required": required},
                article=6,
                field="voters",
            )
        review = PeerReview.objects.create(
            application=row, last_day=last_day, opened_by_id=me, opened_at=timezone.now()
        )
        PeerVoter.objects.bulk_create(PeerVoter(review=review, employee_id=pk) for pk in sorted(asked))
        notify(
            employee_ids=asked,
            sentence=_ASKED,
            values={"name": row.candidate.name, "day": str(last_day)},
            address=reverse("managers:peer_vote", args=[review.pk]),
        )
        _record(actor, row, "open_peer_review", {"last_day": [None, last_day], "voters": [None, len(asked)]})
    return review


def extend_peer_review(*, actor: Actor, review: PeerReview, last_day: dt.date) -> None:
    """Gives the voters more time. Raises: RuleError without the right, for an earlier day, once it is closed."""
    with obeying_laws(), transaction.atomic():
        row, _me = open_assessment(actor, review.application)
        held = _open_review(review)
        if last_day <= held.last_day or last_day < timezone.localdate():
            raise BadInput(_("Choose a later day than %(day)s.") % {"day": held.last_day}, field="last_day")
        PeerReview.objects.filter(pk=held.pk).update(last_day=last_day)
        _record(actor, row, "extend_peer_review", {"last_day": [held.last_day, last_day]})


def vote(*, actor: Actor, review: PeerReview, mark: int) -> None:
    """Counts the person's vote, once. Only the number of votes and the sum of the marks grow.

    Unit: marks 0 to 100. There is no entry on the trail, no time and no mark beside the name, so that nobody can find out
    who gave what or when.
    Raises: RuleError for somebody who is not asked, or when the review is over; Conflict for a second vote; BadInput.
    """
    if not 0 <= mark <= MOST_MARK:
        raise BadInput(_("Give a mark from 0 to 100."), field="mark")
    with obeying_laws(), transaction.atomic():
        voter = PeerVoter.objects.filter(review=review, employee=actor.employee_id)
        if actor.employee_id is None or not voter.exists():
            raise RuleError(_("You are not asked in this peer review."))
        if not voter.filter(has_voted=False).update(has_voted=True):
            raise Conflict(_("You have voted already. A vote counts once and stays."))
        # No join: each condition is looked at once more on the row that another vote has just changed.
        qualified = Application.objects.filter(pk=OuterRef("application"), state=Application.State.QUALIFIED)
        counted = PeerReview.objects.filter(
            Exists(qualified), pk=review.pk, closed_at__isnull=True, last_day__gte=timezone.localdate()
        ).update(votes=F("votes") + 1, marks_sum=F("marks_sum") + mark)
        if not counted:
            raise RuleError(_("This peer review is over and takes no further votes."))


def close_peer_review(*, actor: Actor, review: PeerReview) -> None:
    """Closes a peer review: from now on its mean is shown, if enough people have voted.

    Raises: RuleError without the right, before its last day is over while somebody has not voted, and with too few votes
    where the peer review has a weight; Conflict when it is closed.
    """
    with obeying_laws(), transaction.atomic():
        row, _me = open_assessment(actor, review.application)
        held = _open_review(review)
        waiting = PeerVoter.objects.filter(review=held, has_voted=False).count()
        if waiting and held.last_day >= timezone.localdate():
            raise RuleError(
                _("%(number)s people have not voted and have time until %(day)s. Close it then.")
                % {"number": waiting, "day": held.last_day}
            )
        found = assessment_of(row)
        if held.votes < found.votes_required and found.weights_percent[PEER_REVIEW]:
            raise RuleError(
                _("%(votes)s people have voted, the branch asks for %(required)s. Give the others more time.")
                % {"votes": held.votes, "required": found.votes_required},
                article=6,
            )
        PeerReview.objects.filter(pk=held.pk).update(closed_at=timezone.now())
        # The sum of few votes would betray them.
        shown = held.marks_sum if held.votes >= found.votes_required else None
        _record(actor, row, "close_peer_review", {"votes": [None, held.votes], "marks_sum": [None, shown]})


def _open_review(review: PeerReview) -> PeerReview:
    held = PeerReview.objects.select_for_update(no_key=True).get(pk=review.pk)
    if held.closed_at is not None:
        raise Conflict(_("The peer review is closed."))
    return held


def _record(actor: Actor, row: Application, action: str, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.application",
        subject_key=row.application_no,
        branch_id=row.branch_id,
        changes=changes,
    )
