"""The pages of the appraisal: the checklist, ranking, card, and the way from a point down to a row of a file."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from appraisal.actions.months import approve_month, close_month
from appraisal.actions.workbooks import do_workbook
from appraisal.models import ScoreLine, Workbook
from appraisal.queries import cards, checklist, parts
from appraisal.queries.cards import score_card_of
from appraisal.queries.checklist import month_overview
from appraisal.queries.lines import line_of
from common.errors import RuleError
from common.months import Month
from deposits.models import ControlTotal
from managers.models import ConductEntry, Target
from organization.actions.jobs import NO_PROGRESS
from organization.actions.months import mark_stale, open_months
from organization.models import Employee, Job, MonthClose, TrailEntry
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.make import (
    grant,
    make_account,
    make_attribution,
    make_entry,
    make_manager,
    make_posting,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

MONTH = f"/appraisal/S01/{SEPTEMBER}/"


@pytest.fixture
def cast() -> Cast:
    """The cast, with Wang's example month and nobody else in office in the south."""
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


@pytest.fixture
def sign_in() -> Callable[[Employee], Client]:
    def signed_in(employee: Employee) -> Client:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(make_user(employee))
        return client

    return signed_in


def words(client: Client, url: str, *, status: int = 200) -> str:
    """What a page says, without its marks."""
    response = client.get(url)
    assert response.status_code == status, response.status_code
    return said(response.content.decode())


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(strip_tags(page))).strip()


def step(page: str, code: str) -> str:
    """One step of the checklist, with its marks."""
    found = re.search(rf'<li class="[^"]*" id="{code}">.*?</li>\s*(?=<li class="step|</ol>)', page, re.S)
    assert found, code
    return found[0]


# --- the checklist


def test_a_month_without_anything_leads_to_the_import(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    page = sign_in(cast.chen).get("/appraisal/S01/2026-12/").content.decode()
    assert "nothing entered yet" in page
    assert "next" in step(page, "imports").split(">")[0]
    assert "Bring in files" in step(page, "imports")


def test_the_clerk_finds_the_button_that_computes_and_no_other(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    page = sign_in(cast.chen).get(MONTH).content.decode()
    assert f'action="{MONTH}run/"' in step(page, "computed")
    assert "<form" not in step(page, "approved")
    assert "Only the director of 城南信用社 approves its month." in step(page, "approved")
    assert "Only the director of 城南信用社 closes its month." in step(page, "closed")


def test_the_director_finds_the_buttons_that_approve_and_close(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    client = sign_in(cast.zhou)
    page = client.get(MONTH).content.decode()
    assert "<form" not in step(page, "computed")
    assert "disabled" not in step(page, "approved")
    assert "disabled" in step(page, "closed")
    assert "2026-08 is not closed yet. Close 2026-08 first." in step(page, "closed") or (
        "2026-09 is not approved yet. Approve it first." in step(page, "closed")
    )


def test_a_supervisor_and_an_auditor_read_and_press_nothing(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    for person in (cast.wu, cast.qian):
        page = sign_in(person).get(MONTH).content.decode()
        assert re.findall(rf'action="{MONTH}(run|approve|close)/"', page) == []


def test_a_missing_target_is_named_on_the_page(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    Target.objects.filter(indicator="loans_granted").delete()
    compute(cast)
    client = sign_in(cast.zhou)
    page = client.get(MONTH).content.decode()
    assert "王小明" in step(page, "targets")
    assert "loans granted" in step(page, "targets")
    assert "1 target is not set." in step(page, "approved")
    assert "no result yet" in words(client, f"{MONTH}cards/S101/")


def test_what_changed_since_the_computation_is_said_on_top(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    mark_stale(first_days=[(cast.south.pk, SEPTEMBER)])
    client = sign_in(cast.zhou)
    assert "Compute the month again." in words(client, MONTH)
    assert "Something has changed since these points were computed." in words(client, f"{MONTH}ranking/")


def test_the_checklist_says_what_the_unowned_accounts_are_worth(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    make_posting(make_account(cast.south), "2026-09-01", "30000.00")
    compute(cast)
    shown = said(step(sign_in(cast.zhou).get(MONTH).content.decode(), "attributions"))
    assert "worth 0.86 points" in shown
    assert "Had the manager appraised on deposits owned it, the card would show 0.86 points more." in shown


def test_the_checklist_names_the_totals_that_the_run_has_changed(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    client = sign_in(cast.chen)
    assert "since the run before" not in client.get(MONTH).content.decode()
    compute(cast)
    assert "no total changed since the run before" in said(client.get(MONTH).content.decode())
    Target.objects.filter(indicator="loans_granted").update(target_hundredths=1_00)
    compute(cast)
    shown = said(step(client.get(MONTH).content.decode(), "computed"))
    assert "1 total changed since the run before" in shown
    assert "王小明 79.75 → 87.25" in shown


def test_a_month_that_still_runs_is_shown_as_so_far(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    running = Month.of(timezone.localdate())
    compute(cast, running)
    compute(cast)
    client = sign_in(cast.zhou)
    page = client.get(f"/appraisal/S01/{running}/").content.decode()
    assert "so far" in said(page)
    assert f"It is approved and closed from {running.next.first_day} on." in step(page, "approved")
    for address in ("ranking/", "cards/S101/"):
        assert "so far" in words(client, f"/appraisal/S01/{running}/{address}"), address
        assert "so far" not in words(client, f"{MONTH}{address}"), address
    assert "so far" not in words(client, MONTH)


def test_running_the_month_end_asks_for_a_job_and_shows_its_bar(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    client = sign_in(cast.chen)
    response = client.post(f"{MONTH}run/", follow=True)
    job = Job.objects.get(kind="appraisal.month_end_branch")
    page = response.content.decode()
    assert response.redirect_chain == [(MONTH, 302)]
    assert f'hx-get="/organization/jobs/{job.pk}/"' in page
    assert "the work goes on" in page
    assert "disabled" in step(page, "computed")


def test_a_union_clerk_runs_every_branch_at_once_and_a_branch_clerk_only_the_own(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    open_months(pairs=[(cast.north.pk, SEPTEMBER)])
    grant(cast.song, "clerk", cast.union)
    client = sign_in(cast.song)
    assert "Run the month end of 3 branches" in words(client, f"/appraisal/?month={SEPTEMBER}")
    client.post(f"/appraisal/run/{SEPTEMBER}/")
    assert set(Job.objects.exclude(kind="").values_list("branch__branch_code", flat=True)) == {"S01", "N01", "L01"}
    Job.objects.all().delete()
    sign_in(cast.chen).post(f"/appraisal/run/{SEPTEMBER}/")
    assert set(Job.objects.exclude(kind="").values_list("branch__branch_code", flat=True)) == {"S01"}


def test_approving_and_closing_ask_with_the_names_of_month_and_branch(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    MonthClose.objects.filter(month__lt=SEPTEMBER.first_day).delete()
    compute(cast)
    client = sign_in(cast.zhou)
    for verb, question, state in (
        ("approve", f"Approve {SEPTEMBER} of 城南信用社?", "computed"),
        ("close", f"Close {SEPTEMBER} of 城南信用社?", "approved"),
    ):
        assert question in said(client.post(f"{MONTH}{verb}/").content.decode())
        assert MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).state == state
        client.post(f"{MONTH}{verb}/", {"asked": "yes"})
    row = MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day)
    assert (row.state, row.closed_by) == ("closed", cast.zhou)
    page = client.get(MONTH).content.decode()
    assert row.digest in page
    assert re.findall(rf'action="{MONTH}(run|approve|close)/"', page) == []


def test_a_refusal_stands_on_top_of_the_month(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    response = sign_in(cast.zhou).post(f"{MONTH}approve/", {"asked": "yes"}, follow=True)
    assert "2026-09 is not computed yet. Run the month end first." in said(response.content.decode())


# What the page says keeps a step is what the action would refuse; the stages are ways to a month that is ready or not.
STAGES: dict[str, Callable[[Cast], None]] = {
    "nothing": lambda cast: None,
    "computed": compute,
    "stale": lambda cast: (compute(cast), mark_stale(first_days=[(cast.south.pk, SEPTEMBER)]))[0],
    "no target": lambda cast: (Target.objects.filter(indicator="loans_granted").delete(), compute(cast))[1],
    "a draft": lambda cast: (make_entry(cast.wang, "2026-09-09", -1_00), _approve(cast))[1],
    "a difference": lambda cast: (
        ControlTotal.objects.create(branch=cast.south, day=SEPTEMBER.last_day, accounts=1, balance_fen=5),
        _approve(cast),
    )[1],
    "an earlier month": lambda cast: (open_months(pairs=[(cast.south.pk, Month(2026, 8))]), _approve(cast))[1],
    "approved": lambda cast: _approve(cast),
    "computed by the director": lambda cast: _computed_by(cast, cast.zhou),
    "closed": lambda cast: (_approve(cast), close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER))[
        0
    ],
}


def _approve(cast: Cast) -> None:
    compute(cast)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


def _computed_by(cast: Cast, person: Employee) -> None:
    compute(cast)
    MonthClose.objects.filter(branch=cast.south, month=SEPTEMBER.first_day).update(computed_by=person)


@pytest.mark.parametrize("person", ["zhou", "chen", "wu"])
@pytest.mark.parametrize("stage", STAGES)
def test_the_page_refuses_what_the_action_refuses(cast: Cast, stage: str, person: str) -> None:
    MonthClose.objects.filter(month__lt=SEPTEMBER.first_day).delete()
    STAGES[stage](cast)
    actor = cast.actor(person)
    overview = month_overview(actor=actor, branch=cast.south, month=SEPTEMBER)
    facts = checklist.month_facts(actor=actor, overview=overview)
    state = MonthClose.objects.filter(branch=cast.south, month=SEPTEMBER.first_day).values_list("state", flat=True)
    for step_name, action in (("close", close_month), ("approve", approve_month)):
        if state.first() == "closed" or (state.first() == "approved" and step_name == "approve"):
            continue  # done already: the page shows no button
        refused = False
        try:
            action(actor=actor, branch=cast.south, month=SEPTEMBER)
        except RuleError:
            refused = True
        assert bool(facts.keeps[step_name]) == refused, facts.keeps[step_name]


# --- ranking and cards


def test_the_ranking_shows_managers_names_and_totals_and_opens_the_own_card_alone(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    make_manager(
        cast.south, "S103", name="冯春梅", targets=dict.fromkeys(("deposit_average", "deposit_accumulated"), "1.00")
    )
    compute(cast)
    page = sign_in(cast.wang).get(f"{MONTH}ranking/").content.decode()
    assert "冯春梅" in page
    assert "79.75" in page
    assert f"{MONTH}cards/S101/" in page
    assert f"{MONTH}cards/S103/" not in page
    assert sign_in(cast.zhao).get(f"{MONTH}ranking/").status_code == 404


def test_a_manager_is_led_to_the_ranking_and_a_director_to_the_own_months(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    assert sign_in(cast.wang).get(f"/appraisal/?month={SEPTEMBER}").url == f"{MONTH}ranking/"
    assert sign_in(cast.zhou).get("/appraisal/").url == "/appraisal/S01/"


def test_movement_is_a_mark_and_a_number_of_places(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    august = Month(2026, 8)
    other = make_manager(
        cast.south,
        "S103",
        name="冯春梅",
        target_kind="deposits",
        targets={"deposit_average": "1.00", "deposit_accumulated": "1.00"},
    )
    account = make_account(cast.south)
    make_attribution(account, other, "2026-08-01", "2026-08-31")
    make_posting(account, "2026-08-01", "10.00")
    for indicator in ("deposit_average", "deposit_accumulated", "loans_granted", "interest_received"):
        make_target(cast.wang, indicator, "5.00", month=august)
    compute(cast, august)
    compute(cast)
    page = sign_in(cast.zhou).get(f"{MONTH}ranking/").content.decode()
    assert "▲1" in page
    assert "▼1" in page


def test_the_card_is_the_example_of_the_spec(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    text = words(sign_in(cast.wang), f"{MONTH}cards/S101/")
    for figure in ("79.75", "17.33", "20.00", "2.50", "10.00", "3.00", "18.42", "8.50"):
        assert figure in text
    assert "86.67 %" in text
    assert "121.33 % → 100.00 %" in text
    assert "700,000.00" in text
    assert "606,666.67" in text


def test_a_spread_weight_is_shown_exactly(sign_in: Callable[[Employee], Client]) -> None:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast, loans_granted_not_applicable=True)
    compute(cast)
    client = sign_in(cast.zhou)
    text = words(client, f"{MONTH}cards/S101/")
    assert "22.22" in text
    assert "200/9" in text
    assert "86.23" in text
    assert "its weight is spread over the others" in words(client, f"{MONTH}lines/loans_granted/S101/")


def test_cards_lead_to_the_one_before_and_after(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    make_manager(cast.south, "S103", name="冯春梅")
    compute(cast)
    page = sign_in(cast.zhou).get(f"{MONTH}cards/S101/").content.decode()
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page


def test_a_month_without_a_card_says_so_and_leads_to_the_latest(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    client = sign_in(cast.wang)
    text = words(client, "/appraisal/S01/2026-10/cards/S101/")
    assert "There is no score card of 2026-10." in text
    assert words(client, "/appraisal/S01/2026-10/cards/S102/", status=404)


def test_the_month_switch_leads_to_the_same_page_of_another_month(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    client = sign_in(cast.wang)
    assert client.get(f"{MONTH}ranking/?month=2026-08&size=50").url == "/appraisal/S01/2026-08/ranking/?size=50"
    assert client.get(f"{MONTH}ranking/?month=nonsense").status_code == 200


# --- from a point down to a row of a file


def test_a_point_opens_to_accounts_to_postings_to_file_row_and_digest(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    client = sign_in(cast.zhou)
    card = client.get(f"{MONTH}cards/S101/").content.decode()
    assert f'href="{MONTH}lines/deposit_average/S101/"' in card
    line = client.get(f"{MONTH}lines/deposit_average/S101/").content.decode()
    assert "18,200,000.00 ÷ 30 days" in said(line)
    assert f'href="{MONTH}lines/deposit_average/S101/accounts/6210001/"' in line
    account = client.get(f"{MONTH}lines/deposit_average/S101/accounts/6210001/").content.decode()
    posting = cast.south.deposit_accounts.get(account_no="6210001").postings.first()
    assert posting is not None
    assert posting.batch.file_name in account
    assert posting.batch.sha256 in account
    assert f"/imports/{posting.batch_id}/rows/{posting.row_no}/" in account
    assert "Something has changed" not in account


def test_shares_that_change_are_segments_that_sum_to_the_part(cast: Cast) -> None:
    li = make_manager(cast.south, "S105", name="李四")
    account = make_account(cast.south, "6210009")
    make_posting(account, "2026-09-01", "1234.57")
    make_attribution(account, cast.wang, "2026-09-01", "2026-09-14", share_bp=6_000)
    make_attribution(account, li, "2026-09-01", "2026-09-14", share_bp=4_000)
    make_attribution(account, cast.wang, "2026-09-15")
    make_posting(account, "2026-09-20", "-100.01", value="2026-09-17")
    compute(cast)
    line = line_of(
        actor=cast.actor("zhou"),
        branch=cast.south,
        month=SEPTEMBER,
        employee_no="S101",
        indicator="deposit_accumulated",
    )
    assert line is not None
    part = parts.part_of_line(line, "6210009")
    assert part is not None
    page = parts.part_page(part, "S101")
    assert [(one.first_day.day, one.last_day.day, one.share_bp) for one in page.segments] == [
        (1, 14, 6_000),
        (15, 30, 10_000),
    ]
    assert [one.amount_fen_days for one in page.adjustments] == [-100_01 * 3]
    assert page.sum_fen_days == part.accumulated_fen_days


def test_a_loan_opens_to_what_was_due_and_repaid(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    client = sign_in(cast.wang)
    assert "could be recovered" in words(client, f"{MONTH}lines/principal_recovered/S101/")
    text = words(client, f"{MONTH}lines/principal_recovered/S101/loans/L2/")
    assert "60,000.00" in text
    assert "90,000.00" in text
    assert words(client, f"{MONTH}lines/principal_recovered/S101/loans/L1/", status=404)


def test_a_deduction_opens_to_its_entries(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    text = words(sign_in(cast.wang), f"{MONTH}lines/conduct/S101/")
    assert "2 confirmed entries, −1.50 points" in text
    assert "10.00 −1.50 = 8.50" in text


def test_every_line_of_a_card_opens(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    client = sign_in(cast.zhou)
    for indicator in ScoreLine.objects.values_list("indicator", flat=True):
        words(client, f"{MONTH}lines/{indicator}/S101/")


# --- a running month


def test_a_running_month_says_what_each_day_still_needs(cast: Cast) -> None:
    manager = make_manager(
        cast.south,
        "S107",
        target_kind="deposits",
        targets={"deposit_average": None, "deposit_accumulated": "15000000.00"},
    )
    account = make_account(cast.south)
    make_attribution(account, manager, "2026-09-01")
    make_posting(account, "2026-09-01", "450000.00")
    make_posting(account, "2026-09-20", "30000.00", value="2026-09-20")
    compute(cast)
    card = score_card_of(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER, employee_no="S107")
    assert card is not None
    line = card.lines.get(indicator="deposit_accumulated")
    # 450,000 × 19 + 480,000 = 9,030,000 by the 20th: 5,970,000 on ten days.
    assert cards.still_missing(line, dt.date(2026, 9, 20), 480_000_00) == [
        "597,000.00 yuan as the balance of each of the 10 days left",
        "117,000.00 yuan more from 2026-09-21 on",
    ]


def test_a_month_that_has_ended_asks_for_nothing_more(cast: Cast) -> None:
    compute(cast)
    card = score_card_of(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER, employee_no="S101")
    assert card is not None
    after = cards.card_page(actor=cast.actor("zhou"), card=card, today=dt.date(2026, 10, 1))
    assert [view.missing for view in after.lines if view.missing] == []
    during = cards.card_page(actor=cast.actor("zhou"), card=card, today=dt.date(2026, 9, 20))
    assert [view.line.indicator for view in during.lines if view.missing] != []


# --- targets, control totals, entries


def test_the_director_sets_a_target_with_a_reason_and_the_clerk_finds_no_such_page(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    client = sign_in(cast.zhou)
    url = f"{MONTH}targets/deposit_average/S101/"
    response = client.post(url, {"target_hundredths": "800,000", "reason": ""})
    assert "800,000" in response.content.decode()
    assert client.post(url, {"target_hundredths": "800,000", "reason": "new village"}).url == f"{MONTH}targets/"
    assert Target.objects.get(manager=cast.wang, indicator="deposit_average").target_hundredths == 800_000_00
    assert "800,000.00" in words(client, f"{MONTH}targets/")
    assert sign_in(cast.chen).get(url).status_code == 404


def test_a_manager_sees_the_own_targets_alone(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    make_manager(cast.south, "S103", name="冯春梅")
    text = words(sign_in(cast.wang), f"{MONTH}targets/")
    assert "700,000.00" in text
    assert "冯春梅" not in text


def test_a_second_person_explains_and_accepts_a_difference(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    control = ControlTotal.objects.create(
        branch=cast.south, day=SEPTEMBER.last_day, accounts=1, balance_fen=800_000_10, brought_by=cast.chen
    )
    client = sign_in(cast.zhou)
    text = words(client, f"{MONTH}controls/")
    assert "−0.10" in text
    assert "differs" in text
    url = f"{MONTH}controls/{control.pk}/accept/"
    assert client.post(url, {"explanation": "interest of a cent"}).url == f"{MONTH}controls/"
    control.refresh_from_db()
    assert (control.accepted_by, control.explanation) == (cast.zhou, "interest of a cent")
    assert "explained" in words(client, f"{MONTH}controls/")
    assert sign_in(cast.sun).get(url).status_code == 404


def test_exceptions_are_listed_by_kind_and_lead_to_the_account(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    account = make_account(cast.south, "6210077")
    make_posting(account, "2026-09-02", "-10.00")
    compute(cast)
    client = sign_in(cast.chen)
    page = client.get(f"{MONTH}exceptions/").content.decode()
    assert f"/deposits/of/6210077/?month={SEPTEMBER}" in page
    overdrawn = words(client, f"{MONTH}exceptions/?kind=overdrawn")
    assert "−10.00" in overdrawn
    assert "negative balance 1" in words(client, f"{MONTH}exceptions/counts/")
    assert "6210077" in words(client, f"{MONTH}exceptions/?kind=no-such-kind")


def test_a_clerk_enters_a_fact_and_the_director_confirms_it(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    compute(cast)
    clerk, director = sign_in(cast.chen), sign_in(cast.zhou)
    url = f"/managers/entries/S01/{SEPTEMBER}/"
    fact = {
        "manager": "S101",
        "happened_on": "2026-09-12",
        "indicator": "conduct",
        "points_hundredths": "0.5",
        "reason": "late report",
        "entry_no": "1",
    }
    refused = said(clerk.post(f"{url}new/", fact).content.decode())
    assert "Write its points below zero." in refused
    assert "late report" in refused
    assert clerk.post(f"{url}new/", fact | {"points_hundredths": "-0.5"}).url == url
    entry = ConductEntry.objects.get(reason="late report")
    assert "Confirm" not in words(clerk, url)
    assert "Confirm Reject" in words(director, url)
    clerk.post(f"/managers/entries/{entry.pk}/confirm/")
    entry.refresh_from_db()
    assert entry.state == "draft"
    director.post(f"/managers/entries/{entry.pk}/confirm/")
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by) == ("confirmed", cast.zhou)
    assert MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).stale


def test_the_same_fact_twice_is_refused_with_a_sentence(cast: Cast, sign_in: Callable[[Employee], Client]) -> None:
    fact = {
        "manager": "S101",
        "happened_on": "2026-09-12",
        "indicator": "conduct",
        "points_hundredths": "-0.5",
        "reason": "late report",
        "entry_no": "1",
    }
    clerk = sign_in(cast.chen)
    clerk.post(f"/managers/entries/S01/{SEPTEMBER}/new/", fact)
    text = said(clerk.post(f"/managers/entries/S01/{SEPTEMBER}/new/", fact).content.decode())
    assert "takes another number" in text
    assert ConductEntry.objects.filter(reason="late report").count() == 1


def test_a_manager_sees_the_own_confirmed_entries_and_no_drafts(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    make_entry(cast.wang, "2026-09-09", -1_00, reason="a draft about Wang")
    text = words(sign_in(cast.wang), f"/managers/entries/S01/{SEPTEMBER}/")
    assert "a draft about Wang" not in text
    assert "late work report" in text


# --- the workbook


def test_a_workbook_is_made_by_a_worker_and_downloaded_with_its_digest(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    compute(cast)
    client = sign_in(cast.zhou)
    page = client.post(f"{MONTH}workbook/", follow=True).content.decode()
    job = Job.objects.get(kind="appraisal.export_workbook")
    assert f'hx-get="/organization/jobs/{job.pk}/"' in page
    do_workbook(actor=cast.actor("zhou"), job=job, progress=NO_PROGRESS)
    Job.objects.update(state="done", finished_at=timezone.now())
    workbook = Workbook.objects.get()
    page = client.get(MONTH).content.decode()
    assert f'href="/appraisal/workbooks/{workbook.pk}/"' in page
    assert workbook.file.sha256 in page
    response = client.get(f"/appraisal/workbooks/{workbook.pk}/")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(content).hexdigest() == workbook.file.sha256
    assert response.headers["Content-Length"] == str(len(content))
    assert "S01-2026-09" in response.headers["Content-Disposition"]
    assert TrailEntry.objects.filter(action="export", subject="appraisal.Workbook", actor_no="S001").exists()
    assert sign_in(cast.sun).get(f"/appraisal/workbooks/{workbook.pk}/").status_code == 404


def test_no_workbook_can_be_asked_for_before_the_month_is_computed(
    cast: Cast, sign_in: Callable[[Employee], Client]
) -> None:
    client = sign_in(cast.zhou)
    assert "/workbook/" not in client.get(MONTH).content.decode()
    assert "is not computed yet" in said(client.post(f"{MONTH}workbook/", follow=True).content.decode())
