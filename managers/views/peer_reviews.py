"""The peer review of a candidate: opening, extending and closing it, and the secret vote."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.views import refuse
from managers.actions import peer_reviews as actions
from managers.forms.assessment import ExtendForm, PeerReviewForm, VoteForm
from managers.models import PeerReview
from managers.queries import assessment as queries
from managers.views.assessment import application_to_assess
from organization.requests import Request


def peer_review_open(request: Request, pk: int) -> HttpResponse:
    application = application_to_assess(request, pk, leading=True)
    back = reverse("managers:assessment_detail", args=[pk])
    people = queries.colleagues_of(application)
    form = PeerReviewForm(request.POST or None, people=people, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            review = actions.open_peer_review(
                actor=request.actor,
                application=application,
                last_day=form.cleaned_data["last_day"],
                voters=list(form.cleaned_data["voters"]),
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            asked = queries.voters_of(review)
            messages.success(request, _("The peer review is open, %(number)s people are asked.") % {"number": asked})
            return redirect(back)
    lead = _(
        "Votes are secret: only their number and their mean are kept. The mean is shown once the review is closed."
    )
    context = {"application": application, "form": form, "heading": _("Open a peer review"), "lead": lead}
    return render(request, "managers/assessment_form.html", context)


@require_POST
def peer_review_extend(request: Request, pk: int) -> HttpResponse:
    review = _led(request, pk)
    form = ExtendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write a day like 2026-10-31."))
        return redirect("managers:assessment_detail", review.application_id)
    try:
        actions.extend_peer_review(actor=request.actor, review=review, last_day=form.cleaned_data["last_day"])
    except RuleError as error:
        return refuse(request, error, "managers:assessment_detail", review.application_id)
    messages.success(request, _("The voters have more time."))
    return redirect("managers:assessment_detail", review.application_id)


@require_POST
def peer_review_close(request: Request, pk: int) -> HttpResponse:
    review = _led(request, pk)
    try:
        actions.close_peer_review(actor=request.actor, review=review)
    except RuleError as error:
        return refuse(request, error, "managers:assessment_detail", review.application_id)
    messages.success(request, _("The peer review is closed."))
    return redirect("managers:assessment_detail", review.application_id)


@sensitive_post_parameters()
def peer_vote(request: Request, pk: int) -> HttpResponse:
    review = get_object_or_404(queries.reviews_of_voter(request.actor), pk=pk)
    form = VoteForm(request.POST or None, cancel_url=reverse("desk:home"))
    if request.method == "POST" and form.is_valid():
        try:
            actions.vote(actor=request.actor, review=review, mark=form.cleaned_data["mark"])
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("Your vote is counted. Nobody can find out what you gave."))
            return redirect("managers:peer_vote", pk)
    context = {
        "review": review,
        "application": review.application,
        "has_voted": queries.has_voted(request.actor, review),
        "is_over": not queries.takes_votes(review, timezone.localdate()),
        "form": form,
    }
    return render(request, "managers/peer_vote.html", context)


def _led(request: Request, pk: int) -> PeerReview:
    review = get_object_or_404(PeerReview, pk=pk)
    application_to_assess(request, review.application_id)
    return review
