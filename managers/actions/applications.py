"""Applications on their way to the check: begun, written, handed in, withdrawn; colleagues who recommend (article 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.notices import take_down
from managers.actions.steps import lock_application, step_application
from managers.models import Application, Call, Recommendation
from managers.queries.applications import CHECKERS, SUBJECT, UNIT_ROLES, missing_of
from managers.queries.headcount import runs_scheme
from managers.rules.applications import ANSWERABLE, EDITABLE, WITHDRAWABLE, next_application_no
from organization.actions.documents import add_document, remove_document
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Document, Employee, Role
from organization.queries import holders_of
from organization.rules import Actor

_PUT_FORWARD = gettext_noop(
    "%(name)s puts you forward as account manager. Look at application %(number)s, declare in person and hand it in."
)
_HANDED_IN = gettext_noop("%(name)s applies to become account manager (%(number)s). Check the conditions.")
_ASK = gettext_noop("%(proposer)s names you as recommending %(name)s as account manager. Say whether you do.")
_WITHDRAWN = gettext_noop("Application %(number)s of %(name)s is withdrawn: %(reason)s")
_ANSWERED = {
    Recommendation.State.CONFIRMED: gettext_noop("%(name)s recommends %(candidate)s."),
    Recommendation.State.DECLINED: gettext_noop("%(name)s does not recommend %(candidate)s."),
}
# Any number that no other advisory lock of the program uses; the second key is the year.
_NUMBER_LOCK = 20_512


def start_application(
    *,
    actor: Actor,
    route: str,
    candidate: Employee,
    call: Call | None = None,
    unit: Branch | None = None,
    colleagues: Sequence[Employee] = (),
) -> Application:
    """Begins an application as a draft, on one of the three ways, with the next number of the year.

    Shape: the same person beginning the same draft once more (a double click) gets the draft that there is.
    Raises: RuleError for a way that is not the actor's to go, a call of another branch or one that is over, and while
    the candidate has another application.
    Source: article 7.
    """
    _refuse_way(actor, route, candidate, unit)
    _refuse_call(call, candidate)
    with obeying_laws(), transaction.atomic():
        same = {"candidate": candidate, "route": route, "call": call, "proposer_id": actor.employee_id}
        if found := Application.objects.filter(state=Application.State.DRAFT, **same).first():
            return found
        row = Application.objects.create(
            application_no=_next_number(),
            branch_id=candidate.branch_id,
            recommending_unit=unit if route == Application.Route.UNIT else None,
            made_at=timezone.now(),
            **same,
        )
        _name(row, colleagues)
        if candidate.pk != actor.employee_id:
            notify(
                employee_ids=[candidate.pk],
                sentence=_PUT_FORWARD,
                values={"name": actor.name, "number": row.application_no},
                address=row.get_absolute_url(),
            )
        changes = {"candidate": [None, candidate.employee_no], "route": [None, route]}
        _record(actor, "start_application", row, {**changes, "call": [None, call.pk if call else None]})
    return row


def choose_call(
    *, actor: Actor, application: Application, version: int, call: Call | None, colleagues: Sequence[Employee] = ()
) -> Application:
    """Writes the first step of a draft anew: which call it answers, which colleagues recommend.

    Raises: RuleError for a call of another branch or one that is over; as write_statement.
    """
    with obeying_laws(), transaction.atomic():
        row = _lock_draft(actor, application)
        if call != row.call:
            _refuse_call(call, row.candidate)
        _refuse_stale(row, version, same=row.call == call and _named(row) == {one.pk for one in colleagues})
        named = _name(row, colleagues) if row.route == Application.Route.COLLEAGUES else {}
        return _write(actor, row, "choose_call", {"call": call}, named)


def write_statement(
    *, actor: Actor, application: Application, version: int, statement: str, resume: str
) -> Application:
    """Keeps the statement and the résumé of a draft, finished or not.

    Shape: the same words once more (a double click, a page sent again) change nothing and are no conflict.
    Raises: RuleError when it is not the actor's draft or no draft any more; Conflict when it has changed since the page
    was opened.
    """
    fields = {"statement": statement.strip(), "resume": resume.strip()}
    return _rewrite(actor, application, version, "write_statement", fields)


def declare(
    *, actor: Actor, application: Application, version: int, declares_capacity: bool, relatives: str
) -> Application:
    """Keeps the candidate's own word on full civil capacity and on relatives in credit posts.

    Raises: RuleError for anybody but the candidate; as write_statement. Source: article 6(5).
    """
    if actor.employee_id != application.candidate_id:
        raise RuleError(_("Only the candidate declares, in person."), article=6)
    fields = {"declares_capacity": declares_capacity, "relatives": relatives.strip()}
    return _rewrite(actor, application, version, "declare", fields)


def submit_application(*, actor: Actor, application: Application, version: int) -> None:
    """Hands an application in: the branch's people are told to check it, the colleagues named to say yes or no.

    Raises: RuleError for what is still missing; Conflict when it has changed since, or was handed in already.
    Source: articles 4 and 7.
    """
    today = timezone.localdate()
    with obeying_laws(), transaction.atomic():
        row = lock_application(application, version=version)
        _refuse_stranger(actor, row)
        if row.state in EDITABLE:
            for missing in missing_of(row):
                raise RuleError(missing, article=7)
            if row.submitted_at is None:
                _refuse_call(row.call, row.candidate)
            if not runs_scheme(row.branch, today):
                raise RuleError(
                    _("The account-manager system does not run at %(branch)s. Head office switches it on.")
                    % {"branch": row.branch.name},
                    article=4,
                )
        step_application(
            actor=actor,
            row=row,
            to=Application.State.SUBMITTED,
            action="submit_application",
            submitted_at=timezone.now(),
        )
        _tell_of_hand_in(actor, row)


def withdraw_application(*, actor: Actor, application: Application, version: int, reason: str) -> None:
    """Withdraws an application before it is decided; it stays on record, and the candidate may apply anew.

    Raises: RuleError for anybody but candidate and proposer; BadInput without a reason; Conflict when somebody was faster.
    """
    with obeying_laws(), transaction.atomic():
        row = lock_application(application, version=version)
        _refuse_stranger(actor, row)
        if not reason.strip():
            raise BadInput(_("Say why."), field="reason")
        if row.state not in WITHDRAWABLE:
            raise RuleError(_("This application is decided or over. It stays as it is."))
        told = {row.candidate_id, row.proposer_id} - {actor.employee_id}
        if row.submitted_at is not None:
            told |= set(holders_of(row.branch_id, *CHECKERS, Role.DIRECTOR))
        take_down(row)
        step_application(
            actor=actor,
            row=row,
            to=Application.State.WITHDRAWN,
            action="withdraw_application",
            reason=reason.strip(),
        )
        values = {"number": row.application_no, "name": row.candidate.name, "reason": reason.strip()[:150]}
        notify(employee_ids=told, sentence=_WITHDRAWN, values=values, address=row.get_absolute_url())


def name_colleagues(*, actor: Actor, application: Application, colleagues: Sequence[Employee]) -> None:
    """Names further colleagues who recommend, when the application is handed in and some have declined or are silent.

    Raises: RuleError for anybody but the proposer, on another way, or when the check is over.
    """
    with obeying_laws(), transaction.atomic():
        row = lock_application(application)
        if row.route != Application.Route.COLLEAGUES or actor.employee_id != row.proposer_id:
            raise RuleError(_("Only who puts a candidate forward names the colleagues who recommend."), article=7)
        if row.state != Application.State.SUBMITTED:
            raise RuleError(_("Colleagues are named until the conditions are checked."), article=7)
        if not colleagues:
            raise BadInput(_("Name at least one colleague."), field="colleagues")
        asked = Recommendation.objects.filter(application=row)
        added = _add(row, [one for one in colleagues if not asked.filter(recommender=one).exists()])
        if not added:
            raise BadInput(_("These colleagues are named already."), field="colleagues")
        _tell_the_asked(row, [one.pk for one in added])
        _record(actor, "name_colleagues", row, {"colleagues": [None, [one.employee_no for one in added]]})


def answer_recommendation(*, actor: Actor, application: Application, confirms: bool, words: str) -> None:
    """Confirms or declines, in person and with a few words, to recommend a candidate. The answer is final.

    Raises: RuleError for somebody who was not asked, or after the check; BadInput without words; Conflict when answered.
    Source: article 7.
    """
    with obeying_laws(), transaction.atomic():
        # The application before the recommendation, as the check locks them, which counts the confirmed ones.
        row = lock_application(application)
        asked = row.recommendations.filter(recommender=actor.employee_id).first()
        if asked is None:
            raise RuleError(_("You were not asked to recommend this candidate."), article=7)
        if asked.state != Recommendation.State.ASKED:
            raise Conflict(_("You have answered already. An answer is final."))
        if row.state not in ANSWERABLE:
            raise RuleError(_("Colleagues answer until the conditions are checked."), article=7)
        if not words.strip():
            raise BadInput(_("Say in a few words why."), field="words")
        state = Recommendation.State.CONFIRMED if confirms else Recommendation.State.DECLINED
        asked.state, asked.words, asked.answered_at = state, words.strip(), timezone.now()
        asked.save(update_fields=["state", "words", "answered_at"])
        values = {"name": actor.name, "candidate": row.candidate.name}
        notify(employee_ids=[row.proposer_id], sentence=_ANSWERED[state], values=values, address=row.get_absolute_url())
        changes = {"recommendation": [Recommendation.State.ASKED, state], "words": [None, asked.words]}
        _record(actor, "answer_recommendation", row, changes)


def attach_document(
    *, actor: Actor, application: Application, name: str, content: Iterable[bytes], title: str = ""
) -> Document:
    """Adds a document to a draft: a certificate, a diploma, a photograph. Raises: RuleError, BadInput as add_document."""
    with transaction.atomic():
        row = _lock_draft(actor, application)
        return add_document(
            actor=actor,
            subject=SUBJECT,
            subject_key=str(row.pk),
            branch=row.branch,
            name=name,
            content=content,
            title=title,
        )


def put_document_aside(*, actor: Actor, application: Application, document: Document, reason: str) -> None:
    """Takes a document out of a draft; it stays on record. Raises: RuleError, BadInput, Conflict as remove_document."""
    with transaction.atomic():
        _lock_draft(actor, application)
        remove_document(actor=actor, document=document, reason=reason)


# --- what the actions share


def _refuse_way(actor: Actor, route: str, candidate: Employee, unit: Branch | None) -> None:
    own = Application.Route.OWN
    if actor.employee_id is None:
        raise RuleError(_("Employees apply and recommend, in person."), article=7)
    if route not in Application.Route.values:
        raise BadInput(_("Choose one of the three ways."), field="route")
    if (candidate.pk == actor.employee_id) != (route == own):
        sentence = _("On the own way the candidate applies in person.")
        raise RuleError(sentence if route == own else _("Nobody recommends himself or herself."), 7, "candidate")
    if route == Application.Route.UNIT:
        if unit is None or not actor.holds(unit.pk, *UNIT_ROLES):
            raise RuleError(_("A unit recommends through its clerk, its director or a supervisor."), 7, "unit")
        if not actor.holds(candidate.branch_id, *UNIT_ROLES):
            raise RuleError(_("The candidate does not belong to a unit that you answer for."), 7, "candidate")
    if route == Application.Route.COLLEAGUES and candidate.branch_id != actor.branch_id:
        raise RuleError(_("Colleagues of one branch recommend each other."), 7, "candidate")


def _refuse_call(call: Call | None, candidate: Employee) -> None:
    """Whether the call is one that the candidate may answer today."""
    if call is None:
        return
    if call.branch_id != candidate.branch_id:
        raise RuleError(_("This call is for the people of %(branch)s.") % {"branch": call.branch.name}, 7, "call")
    if not Call.objects.open_on(timezone.localdate()).filter(pk=call.pk).exists():
        raise RuleError(_("This call takes no applications today. Apply without it, or wait for another."), 7, "call")


def _refuse_stranger(actor: Actor, row: Application) -> None:
    if actor.employee_id is None or actor.employee_id not in (row.candidate_id, row.proposer_id):
        raise RuleError(_("Only the candidate and who put the candidate forward do this."), article=7)


def _lock_draft(actor: Actor, application: Application) -> Application:
    row = lock_application(application)
    _refuse_stranger(actor, row)
    if row.state not in EDITABLE:
        raise Conflict(
            _("This application is “%(state)s” and is not written any more.") % {"state": row.get_state_display()}
        )
    return row


def _refuse_stale(row: Application, version: int, *, same: bool) -> None:
    """Refuses a page that is older than the draft, unless it says what the draft says already."""
    if row.version != version and not same:
        raise Conflict(
            _(
                "The application has changed since you opened this page. What you typed stands below: compare, and save it"
                " again."
            )
        )


def _rewrite(actor: Actor, application: Application, version: int, action: str, fields: dict[str, Any]) -> Application:
    with obeying_laws(), transaction.atomic():
        row = _lock_draft(actor, application)
        _refuse_stale(row, version, same=all(getattr(row, name) == value for name, value in fields.items()))
        return _write(actor, row, action, fields, {})


def _write(actor: Actor, row: Application, action: str, fields: dict[str, Any], changes: dict[str, Any]) -> Application:
    """Keeps what differs, with its trail; nothing happens when nothing does."""
    for name, value in fields.items():
        if (before := getattr(row, name)) != value:
            changes[name] = [getattr(before, "pk", before), getattr(value, "pk", value)]
            setattr(row, name, value)
    if changes:
        row.version += 1
        row.save(update_fields=[*fields, "version"])
        _record(actor, action, row, changes)
    return row


def _named(row: Application) -> set[int]:
    return set(row.recommendations.values_list("recommender", flat=True))


def _name(row: Application, colleagues: Sequence[Employee]) -> dict[str, Any]:
    """Makes those who are asked the colleagues named; who has answered stays. Returns what it changes."""
    before = list(row.recommendations.values_list("recommender__employee_no", flat=True))
    wanted = {one.pk for one in colleagues}
    row.recommendations.filter(state=Recommendation.State.ASKED).exclude(recommender__in=wanted).delete()
    known = _named(row)
    _add(row, [one for one in colleagues if one.pk not in known])
    after = list(row.recommendations.values_list("recommender__employee_no", flat=True))
    return {} if before == after else {"colleagues": [before, after]}


def _add(row: Application, colleagues: Sequence[Employee]) -> list[Employee]:
    if any(one.pk in (row.candidate_id, row.proposer_id) for one in colleagues):
        sentence = _("Colleagues recommend, neither the candidate nor who puts the candidate forward.")
        raise RuleError(sentence, 7, "colleagues")
    if any(one.branch_id != row.branch_id for one in colleagues):
        raise RuleError(_("Colleagues of one branch recommend each other."), 7, "colleagues")
    unique = list({one.pk: one for one in colleagues}.values())
    Recommendation.objects.bulk_create(Recommendation(application=row, recommender=one) for one in unique)
    return unique


def _tell_of_hand_in(actor: Actor, row: Application) -> None:
    parties = {row.candidate_id, row.proposer_id}
    values = {"name": row.candidate.name, "number": row.application_no}
    checkers = set(holders_of(row.branch_id, *CHECKERS)) - parties
    others = parties - {actor.employee_id}
    notify(employee_ids=checkers, sentence=_HANDED_IN, values=values, address=row.get_absolute_url())
    sentence = gettext_noop("%(actor)s has handed in application %(number)s.")
    values = {"actor": actor.name, "number": row.application_no}
    notify(employee_ids=others, sentence=sentence, values=values, address=row.get_absolute_url())
    waiting = row.recommendations.filter(state=Recommendation.State.ASKED)
    _tell_the_asked(row, list(waiting.values_list("recommender", flat=True)))


def _tell_the_asked(row: Application, employee_ids: list[int]) -> None:
    values = {"proposer": row.proposer.name, "name": row.candidate.name}
    notify(employee_ids=employee_ids, sentence=_ASK, values=values, address=row.get_absolute_url())


def _next_number() -> str:
    """The next number of the year. Locks: the numbers of the year until the transaction ends, so that none is given twice."""
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBER_LOCK, year])
    of_year = Application.objects.filter(application_no__startswith=f"{year}-")
    latest = of_year.order_by(Length("application_no").desc(), "-application_no").first()
    return next_application_no(year, latest.application_no if latest else None)


def _record(actor: Actor, action: str, row: Application, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_key=row.application_no,
        branch_id=row.branch_id,
        changes=changes,
    )
