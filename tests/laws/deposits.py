"""Laws of the deposit ledger, of attributions and of the figures of a month."""

from __future__ import annotations

from dataclasses import replace

from tests.laws.breaches import (
    CLOSED_MONTH,
    Laws,
    Values,
    adding,
    changing,
    closed_month_guards,
    hand_over_line_guards,
    removing,
    row,
    saying,
    twice,
)

DEFAULTS: dict[str, Values] = {
    "deposits_depositaccount": {"parent_account_id": None, "opened_on": "2020-01-01"},
    "deposits_posting": {"posted_on": "2026-10-05", "entered_on": "2026-10-05", "value_on": "2026-10-05"},
    "deposits_attribution": {"share_bp": 100, "first_day": "2026-10-05"},
    "deposits_attributionhandover": {"share_bp": 100, "kept_reason": ""},
}

UNBREAKABLE = {
    "deposits_depositaccount.account_with_branch": "The id alone is unique; the pair is what postings point at.",
}

PROGRAM = "The program never writes such a row: no person can."
IMPORT = "Files are compared with what stands before anything comes in."

OFFICE = row("managers_appointment", "office", first_day="2026-09-01", last_day="2026-10-31")
ELSEWHERE = "@organization_branch:elsewhere"
FIGURES = row("deposits_accountmonth", month="2026-10-01", opening_fen=0, closing_fen=0, accumulated_fen_days=0)
COMPUTED = {
    **CLOSED_MONTH.values,
    "month": "2026-10-01",
    "state": "approved",
    "computed_at": "2026-11-01",
}
AN_ATTRIBUTION = row("deposits_attribution", "attribution")

LAWS: Laws = {
    "deposits_depositaccount.account_closes_after_it_opens": (
        adding("deposits_depositaccount", opened_on="2026-10-05", closed_on="2026-10-04"),
    ),
    "deposits_attribution.attribution_account_and_branch": (adding("deposits_attribution", branch_id=ELSEWHERE),),
    "deposits_attribution.attribution_ends_after_it_begins": (
        adding("deposits_attribution", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "deposits_attribution.attribution_once": (twice("deposits_attribution", first_day="2026-10-05", unsaid=IMPORT),),
    "deposits_attribution.attribution_share_within_bounds": (
        adding("deposits_attribution", share_bp=0),
        adding("deposits_attribution", share_bp=10_001),
    ),
    "deposits_attribution.attribution_share_law": (
        adding(
            "deposits_attribution",
            OFFICE,
            row("deposits_attribution", share_bp=6000, first_day="2026-10-01", last_day="2026-10-31"),
            first_day="2026-10-06",
            last_day="2026-10-31",
            share_bp=4001,
            refused_as="attribution_shares_within_whole",
        ),
        changing(
            "deposits_attribution",
            {"first_day": "2026-10-06", "last_day": "2026-10-31", "share_bp": 4000},
            {"share_bp": 4001},
            OFFICE,
            row("deposits_attribution", share_bp=6000, first_day="2026-10-01", last_day="2026-10-31"),
            refused_as="attribution_shares_within_whole",
        ),
    ),
    "deposits_attribution.attribution_office_law": (
        adding("deposits_attribution", refused_as="attribution_within_office"),
        changing(
            "deposits_attribution",
            {"last_day": "2026-10-31"},
            {"last_day": "2026-11-01"},
            OFFICE,
            refused_as="attribution_within_office",
        ),
    ),
    "deposits_attribution.attribution_closed_law": (
        adding(
            "deposits_attribution",
            CLOSED_MONTH,
            OFFICE,
            first_day="2026-09-30",
            last_day="2026-10-31",
            refused_as="closed_month_takes_nothing",
        ),
        removing("deposits_attribution", CLOSED_MONTH, first_day="2026-09-30", refused_as="closed_month_takes_nothing"),
        changing(
            "deposits_attribution",
            {"first_day": "2026-09-01", "last_day": "2026-10-31"},
            {"share_bp": 50},
            CLOSED_MONTH,
            OFFICE,
            refused_as="closed_month_takes_nothing",
        ),
        changing(
            "deposits_attribution",
            {"first_day": "2026-09-01", "last_day": "2026-10-31"},
            {"last_day": "2026-09-29"},
            CLOSED_MONTH,
            OFFICE,
            refused_as="closed_month_takes_nothing",
        ),
    ),
    "deposits_balancecontrol.balance_control_once": (
        twice("deposits_balancecontrol", day="2026-10-05", unsaid=IMPORT),
    ),
    "deposits_balancecontrol.control_account_and_branch": (
        adding("deposits_balancecontrol", branch_id=ELSEWHERE, unsaid=IMPORT),
    ),
    "deposits_balancecontrol.ledger_opened_once": (
        adding(
            "deposits_balancecontrol",
            row("deposits_balancecontrol", opens_ledger=True, day="2026-10-04"),
            opens_ledger=True,
        ),
    ),
    "deposits_controltotal.control_total_once": (twice("deposits_controltotal", day="2026-10-05", unsaid=IMPORT),),
    "deposits_controltotal.control_difference_accepted_by_another": (
        adding(
            "deposits_controltotal",
            brought_by_id="@organization_employee",
            accepted_by_id="@organization_employee",
            explanation="why",
        ),
    ),
    "deposits_controltotal.control_difference_accepted_with_a_reason": (
        adding("deposits_controltotal", accepted_by_id="@organization_employee", explanation=""),
    ),
    "deposits_posting.posting_account_and_branch": (adding("deposits_posting", branch_id=ELSEWHERE),),
    "deposits_posting.posting_changed": (
        changing("deposits_posting", {}, {"amount_fen": 5}, refused_as="posting_never_changes"),
    ),
    "deposits_posting.posting_truncated": (
        saying("deposits_posting", "TRUNCATE deposits_posting", refused_as="posting_never_changes"),
    ),
    "deposits_posting.posting_added_on_entry_day": (
        adding("deposits_posting", posted_on="2026-10-05", entered_on="2026-10-06", refused_as="posting_entry_day"),
        adding(
            "deposits_posting",
            CLOSED_MONTH,
            posted_on="2026-09-05",
            entered_on="2026-10-02",
            refused_as="posting_entry_day",
        ),
    ),
    **closed_month_guards(
        "deposits_posting",
        "entered_on",
        "posting",
        changed="",
        also_on_adding=("deposits_posting.posting_added_on_entry_day",),
        posted_on="2026-09-01",
    ),
    **closed_month_guards("deposits_accountmonth", "month", "account_month"),
    **closed_month_guards("deposits_attributedmonth", "month", "attributed_month"),
    **closed_month_guards("deposits_managermonth", "month", "manager_month"),
    "organization_monthclose.month_close_of_deposits": tuple(
        changing(
            "organization_monthclose",
            COMPUTED,
            {"state": "closed"},
            *given,
            refused_as="closed_figures_are_the_ledgers",
        )
        for given in (
            (row("deposits_posting", amount_fen=5),),  # no figures at all
            (row("deposits_posting", amount_fen=5), FIGURES),
            (row("deposits_posting", posted_on="2026-08-05", entered_on="2026-08-05", amount_fen=5), FIGURES),
            (  # the balance agrees, the 积数 does not
                row("deposits_posting", amount_fen=5),
                replace(FIGURES, values={**FIGURES.values, "closing_fen": 5}),
            ),
        )
    ),
    "managers_appointment.appointment_office_law": (
        changing(
            "managers_appointment",
            {"first_day": "2026-09-01", "last_day": None},
            {"last_day": "2026-10-30"},
            row("deposits_attribution", last_day="2026-10-31"),
            refused_as="attribution_within_office",
        ),
        removing(
            "managers_appointment",
            AN_ATTRIBUTION,
            first_day="2026-09-01",
            last_day=None,
            refused_as="attribution_within_office",
        ),
    ),
    "managers_suspension.suspension_office_law": (
        adding(
            "managers_suspension",
            OFFICE,
            row("deposits_attribution", last_day="2026-10-31"),
            appointment_id="@office",
            first_day="2026-10-20",
            last_day="2026-10-25",
            refused_as="attribution_within_office",
        ),
    ),
    "deposits_attributionhandover.hand_over_line_once": (
        twice("deposits_attributionhandover", first_day="2026-10-05", unsaid=PROGRAM),
    ),
    "deposits_attributionhandover.hand_over_line_taken_or_kept": (
        adding("deposits_attributionhandover", taker_id="@organization_employee:taker", kept_reason="why"),
    ),
    "deposits_attributionhandover.hand_over_line_law": hand_over_line_guards("deposits_attributionhandover"),
}
