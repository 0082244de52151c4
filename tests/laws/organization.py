"""Laws of branches, people, imports, months, policies and the trail."""

from __future__ import annotations

from tests.laws.breaches import CLOSED_MONTH, Laws, Values, adding, changing, removing, row, saying, twice

# What a row of a table must say beside its model's defaults to be in order.
DEFAULTS: dict[str, Values] = {
    "organization_branch": {"parent_id": None},
    "organization_monthclose": {"month": "2026-10-01"},
}

# Laws that no statement can break by itself, and what they are for.
UNBREAKABLE: dict[str, str] = {}

PROGRAM = "The program never writes such a row: no person can."

LAWS: Laws = {
    "organization_branch.branch_is_not_its_own_parent": (
        saying("organization_branch", "UPDATE organization_branch SET parent_id = id", row("organization_branch")),
    ),
    "organization_headermapping.header_mapping_once": (
        twice("organization_headermapping", branch_id=None, kind="branches", header="code", unsaid=PROGRAM),
    ),
    "organization_holiday.holiday_once": (twice("organization_holiday", day="2026-10-01"),),
    "organization_monthclose.month_close_once": (
        twice("organization_monthclose", month="2026-10-01", unsaid="Months are opened where there are none yet."),
    ),
    "organization_monthclose.month_close_names_a_month": (
        adding("organization_monthclose", month="2026-10-02", unsaid=PROGRAM),
    ),
    "organization_monthclose.month_computed_and_approved_by_two_people": (
        adding(
            "organization_monthclose",
            computed_by_id="@organization_employee",
            approved_by_id="@organization_employee",
        ),
    ),
    "organization_monthclose.month_computed_and_closed_by_two_people": (
        adding(
            "organization_monthclose", computed_by_id="@organization_employee", closed_by_id="@organization_employee"
        ),
    ),
    "organization_monthclose.closed_month_has_people_and_digest": tuple(
        adding("organization_monthclose", **{**CLOSED_MONTH.values, name: value})
        for name, value in (
            ("approved_by_id", None),
            ("closed_by_id", None),
            ("closed_at", None),
            ("stale", True),
            ("digest", ""),
        )
    ),
    "organization_monthclose.month_close_law": (
        changing("organization_monthclose", CLOSED_MONTH.values, {"version": 2}, refused_as="closed_month_stays"),
        changing(
            "organization_monthclose",
            {"month": "2026-10-01"},
            {"month": "2026-11-01"},
            refused_as="closed_month_stays",
        ),
        removing("organization_monthclose", state="computed", refused_as="computed_month_stays"),
        adding("organization_monthclose", CLOSED_MONTH, month="2026-08-01", refused_as="months_close_in_order"),
        changing(
            "organization_monthclose",
            {**CLOSED_MONTH.values, "month": "2026-11-01", "state": "approved"},
            {"state": "closed"},
            CLOSED_MONTH,
            refused_as="months_close_in_order",
        ),
        changing(
            "organization_monthclose",
            {**CLOSED_MONTH.values, "month": "2026-11-01", "state": "approved"},
            {"state": "closed"},
            row("organization_monthclose", month="2026-10-01"),
            refused_as="months_close_in_order",
        ),
    ),
    "organization_policy.policy_once": (twice("organization_policy", name="a_policy", first_day="2026-10-01"),),
    "organization_refusedrow.refused_row_once": (twice("organization_refusedrow", row_no=1, unsaid=PROGRAM),),
    "organization_rowchange.row_change_once": (twice("organization_rowchange", row_no=1, unsaid=PROGRAM),),
    "organization_rolegrant.role_grant_ends_after_it_begins": (
        adding("organization_rolegrant", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "organization_rolegrant.role_grant_not_to_oneself": (
        adding("organization_rolegrant", granted_by_id="@organization_employee"),
    ),
    "organization_rolegrant.role_grant_once": (twice("organization_rolegrant", role="clerk", first_day="2026-10-01"),),
    "organization_trailentry.trail_entry_once": (
        twice("organization_trailentry", branch_key=7, seq=1, unsaid=PROGRAM),
    ),
    "organization_trailentry.trail_law": (
        changing("organization_trailentry", {}, {"action": "another"}, refused_as="trail_only_grows"),
        removing("organization_trailentry", refused_as="trail_only_grows"),
        adding("organization_trailentry", branch_key=7, seq=1, refused_as="trail_is_a_chain"),
    ),
    "organization_trailentry.trail_law_truncate": (
        saying("organization_trailentry", "TRUNCATE organization_trailentry", refused_as="trail_only_grows"),
    ),
}
