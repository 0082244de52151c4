"""Laws of schemes, score cards and their lines."""

from __future__ import annotations

from tests.laws.breaches import (
    CLOSED_DAY,
    CLOSED_MONTH,
    OPEN_DAY,
    Laws,
    Values,
    adding,
    changing,
    closed_month_guards,
    removing,
    row,
    twice,
)

DEFAULTS: dict[str, Values] = {
    "appraisal_schemeversion": {"effective_month": "2027-01-01", "version": 90},
    "appraisal_schemeindicator": {"position": 90, "indicator": "products_sold", "weight_hundredths": 100},
    "appraisal_scorecard": {"month": OPEN_DAY},
}
UNBREAKABLE: dict[str, str] = {}

PROGRAM = "The program never writes such a row: no person can."
PUBLISHED = row("appraisal_schemeversion", "published", state="published")
CLOSED_CARD = row("appraisal_scorecard", "closed_card", month=CLOSED_DAY)
LINE = {"group": "funds", "indicator": "deposit_average"}
LATE = "closed_month_takes_nothing"

LAWS: Laws = {
    "appraisal_schemeversion.scheme_version_once": (
        adding(
            "appraisal_schemeversion",
            row("appraisal_schemeversion", version=91, effective_month="2027-02-01"),
            version=91,
            unsaid=PROGRAM,
        ),
    ),
    "appraisal_schemeversion.scheme_version_a_month": (
        adding(
            "appraisal_schemeversion",
            row("appraisal_schemeversion", version=91, effective_month="2027-02-01"),
            effective_month="2027-02-01",
            unsaid=PROGRAM,
        ),
    ),
    "appraisal_schemeversion.scheme_version_names_a_month": (
        adding("appraisal_schemeversion", effective_month="2027-02-02", unsaid=PROGRAM),
    ),
    "appraisal_schemeversion.scheme_published_by_another": (
        adding(
            "appraisal_schemeversion", made_by_id="@organization_employee", published_by_id="@organization_employee"
        ),
    ),
    "appraisal_schemeversion.scheme_version_law": (
        changing(
            "appraisal_schemeversion", {"state": "published"}, {"version": 92}, refused_as="published_scheme_stays"
        ),
        removing("appraisal_schemeversion", state="published", refused_as="published_scheme_stays"),
        changing("appraisal_schemeversion", {}, {"state": "published"}, refused_as="scheme_weights_sum_to_100"),
    ),
    "appraisal_schemeversion.scheme_version_starts_as_draft": (
        adding("appraisal_schemeversion", state="published", refused_as="scheme_weights_sum_to_100"),
    ),
    "appraisal_schemeindicator.scheme_indicator_once": (
        adding("appraisal_schemeindicator", row("appraisal_schemeindicator", position=1), unsaid=PROGRAM),
    ),
    "appraisal_schemeindicator.scheme_position_once": (
        adding("appraisal_schemeindicator", row("appraisal_schemeindicator", indicator="conduct"), unsaid=PROGRAM),
    ),
    "appraisal_schemeindicator.scheme_indicator_law": (
        adding("appraisal_schemeindicator", PUBLISHED, version_id="@published", refused_as="published_scheme_stays"),
        removing("appraisal_schemeindicator", PUBLISHED, version_id="@published", refused_as="published_scheme_stays"),
        changing(
            "appraisal_schemeindicator",
            {"version_id": "@published"},
            {"weight_hundredths": 200},
            PUBLISHED,
            refused_as="published_scheme_stays",
        ),
    ),
    "appraisal_scorecard.score_card_once": (twice("appraisal_scorecard", month=OPEN_DAY, unsaid=PROGRAM),),
    "appraisal_scoreline.score_line_once": (twice("appraisal_scoreline", **LINE, unsaid=PROGRAM),),
    **closed_month_guards("appraisal_scorecard", "month", "score_card"),
    "appraisal_scoreline.score_line_added": (
        adding("appraisal_scoreline", CLOSED_MONTH, CLOSED_CARD, card_id="@closed_card", refused_as=LATE),
    ),
    "appraisal_scoreline.score_line_removed": (
        removing("appraisal_scoreline", CLOSED_MONTH, CLOSED_CARD, card_id="@closed_card", refused_as=LATE),
    ),
    "appraisal_scoreline.score_line_changed": (
        changing(
            "appraisal_scoreline",
            {"card_id": "@closed_card"},
            {"card_id": "@appraisal_scorecard"},
            CLOSED_MONTH,
            CLOSED_CARD,
            refused_as=LATE,
        ),
    ),
    "appraisal_scoreline.score_line_changed_to": (
        changing("appraisal_scoreline", {}, {"card_id": "@closed_card"}, CLOSED_MONTH, CLOSED_CARD, refused_as=LATE),
    ),
}
