"""Scores: what holds for every scheme, target and actual."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.rules import (
    DEFAULT_GRADES,
    DEFAULT_SCHEMES,
    NOT_APPLICABLE,
    NOT_SET,
    RULES,
    SCORED,
    ActualFact,
    Card,
    EntryFact,
    GradeBand,
    IndicatorRule,
    OfficeFact,
    SchemeRule,
    ScoreLine,
    TargetFact,
    UnknownScoringRule,
    aim,
    grade_of,
    rank,
    score_card,
    score_line,
    spread_weights,
)
from tests.oracle.ledger import Facts, load_folder
from tests.oracle.real_data import berka_folder
from tests.oracle.score import composite_cards, half_up, manager_actuals, office_days
from tests.spec.tables import Row, each_row, hundredths

COMPOSITE = DEFAULT_SCHEMES["composite"]
TARGETED = [one.code for one in COMPOSITE.indicators if one.rule == "proportional"]
WHOLE_MONTH = OfficeFact(30, 30, True)
DAY = date(2026, 9, 10)

sources = st.sampled_from(("contract", "import", "computed"))
targets = st.dictionaries(
    st.sampled_from([one.code for one in COMPOSITE.indicators]),
    st.builds(TargetFact, st.none() | st.integers(0, 10**12), sources, st.booleans()),
)
actuals = st.fixed_dictionaries(
    {code: st.builds(ActualFact, st.integers(-(10**12), 10**12).map(Fraction)) for code in TARGETED}
)
entries = st.dictionaries(
    st.sampled_from(("compliance", "conduct")),
    st.lists(st.builds(EntryFact, st.integers(1, 99), st.just(DAY), st.integers(-1_000, -1)), max_size=4),
)
offices = st.integers(0, 30).flatmap(lambda days: st.builds(OfficeFact, st.just(days), st.just(30), st.booleans()))


@st.composite
def schemes(draw: st.DrawFn) -> SchemeRule:
    """The composite indicators with other weights, floors and caps; the total may exceed or not."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=6, max_size=6)))
    weights = [upto - before for before, upto in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    made = [
        replace(
            one,
            weight_hundredths=weight,
            floor=draw(st.sampled_from((Fraction(0), Fraction(1, 2)))),
            cap=draw(st.sampled_from((Fraction(1), Fraction(3, 2)))),
        )
        for one, weight in zip(COMPOSITE.indicators, weights, strict=True)
    ]
    return SchemeRule(tuple(made), DEFAULT_GRADES, draw(st.booleans()))


def line_of(card: Card, code: str) -> ScoreLine:
    return next(line for line in card.lines if line.code == code)


def scored(indicator: IndicatorRule, target: int, actual: Fraction, weight: int = 20) -> ScoreLine:
    fact = TargetFact(target, "contract")
    return score_line(indicator, Fraction(weight), aim(indicator, fact, WHOLE_MONTH), fact, ActualFact(actual))


@given(schemes(), offices, targets, actuals, entries)
def test_the_total_is_the_sum_of_rounded_lines_within_its_bounds(
    scheme: SchemeRule,
    office: OfficeFact,
    targets: dict[str, TargetFact],
    actuals: dict[str, ActualFact],
    entries: dict[str, list[EntryFact]],
) -> None:
    card = score_card(scheme, office, targets, actuals, entries)

    assert [line.code for line in card.lines] == [one.code for one in scheme.indicators]
    assert card.scored_total_hundredths == sum(line.points_hundredths for line in card.lines)
    assert card.total_hundredths == (
        card.scored_total_hundredths if scheme.total_may_exceed else min(10_000, card.scored_total_hundredths)
    )
    assert card.cut == (card.total_hundredths != card.scored_total_hundredths)
    assert card.total_hundredths >= 0
    assert card.not_set == tuple(line.code for line in card.lines if line.status == NOT_SET)
    assert card.confirmable == (not card.not_set)
    assert card.grade == (None if card.not_set else grade_of(card.total_hundredths, scheme.grades))
    for line in card.lines:
        assert line.points_hundredths == half_up(line.points_exact * 100)
        assert 0 <= line.points_exact <= line.weight * line.cap or line.rule == "deduction"
        assert line.status == SCORED or line.points_hundredths == 0
        if line.status == SCORED and line.rule == "proportional":
            assert line.target_hundredths is not None
            assert line.target_hundredths > 0


@given(schemes(), st.sets(st.sampled_from([one.code for one in COMPOSITE.indicators])))
def test_spread_weights_sum_to_exactly_100_and_keep_their_proportions(scheme: SchemeRule, left_out: set[str]) -> None:
    spread = spread_weights(scheme.indicators, left_out)
    own = {one.code: one.weight_hundredths for one in scheme.indicators}
    kept = [code for code in own if code not in left_out]

    assert sum(spread.values()) == (100 if any(own[code] for code in kept) else 0)
    assert all(spread[code] == 0 for code in left_out)
    for one in kept:
        for other in kept:
            assert spread[one] * own[other] == spread[other] * own[one]


@pytest.mark.parametrize("weight", [9_99, 10_01])
def test_weights_that_do_not_sum_to_100_are_refused(weight: int) -> None:
    indicators = [*COMPOSITE.indicators[:-1], replace(COMPOSITE.indicators[-1], weight_hundredths=weight)]
    with pytest.raises(ValueError, match="not to 10000"):
        spread_weights(indicators, [])


def test_a_bonus_stands_outside_the_hundred() -> None:
    bonus = IndicatorRule("products_sold", "funds", 5_00, "bonus")
    assert sum(spread_weights([*COMPOSITE.indicators, bonus], []).values()) == 100


@each_row
def test_points_follow_the_rate_between_floor_and_cap(row: Row) -> None:
    """
    | case                       | floor | cap | actual | before | points |
    |----------------------------|-------|-----|--------|--------|--------|
    | part of the target         | 0     | 1   | 50.00  | 10.00  | 10.00  |
    | the target                 | 0     | 1   | 100.00 | 20.00  | 20.00  |
    | more than the target       | 0     | 1   | 150.00 | 30.00  | 20.00  |
    | more, with room above      | 0     | 6/5 | 150.00 | 30.00  | 24.00  |
    | nothing                    | 0     | 1   | 0.00   | 0.00   | 0.00   |
    | below zero                 | 0     | 1   | −50.00 | −10.00 | 0.00   |
    | below the floor            | 1/4   | 1   | 10.00  | 2.00   | 5.00   |
    | below zero, with a floor   | 1/4   | 1   | −50.00 | −10.00 | 5.00   |
    | below zero, negative floor | -1/2  | 1   | −10.00 | −2.00  | −10.00 |
    """
    indicator = IndicatorRule(
        "loans_granted", "marketed_funds", 20_00, floor=Fraction(row["floor"]), cap=Fraction(row["cap"])
    )
    line = scored(indicator, 100_00, Fraction(hundredths(row["actual"])))
    assert line.points_before * 100 == hundredths(row["before"])
    assert line.points_hundredths == hundredths(row["points"])
    assert line.rate == Fraction(hundredths(row["actual"]), 100_00)


@given(st.integers(1, 10**6), st.integers(1, 10_000))
def test_exact_ties_are_rounded_up_and_never_scored_in_floating_point(scale: int, weight: int) -> None:
    indicator = IndicatorRule("loans_granted", "marketed_funds", 10_00)
    # The points are weight hundredths less half a hundredth: exactly between two hundredths.
    tie = Fraction(2 * weight - 1, 2 * weight)
    fact = TargetFact(2 * weight * scale, "contract")
    line = score_line(
        indicator, Fraction(weight, 100), aim(indicator, fact, WHOLE_MONTH), fact, ActualFact(tie * 2 * weight * scale)
    )
    assert line.points_exact * 100 == weight - Fraction(1, 2)
    assert line.points_hundredths == weight


@each_row
def test_a_target_is_prorated_not_set_or_not_applicable(row: Row) -> None:
    """
    | case                              | indicator               | target   | source   | n  | last | status  | held   |
    |-----------------------------------|-------------------------|----------|----------|----|------|---------|--------|
    | all month                         | loans_granted           | 100.00   | contract | 30 | yes  | scored  | 100.00 |
    | a flow for ten days               | loans_granted           | 100.00   | contract | 10 | yes  | scored  | 33.33  |
    | an average for ten days           | deposit_average         | 100.00   | contract | 10 | no   | scored  | 33.33  |
    | 积数 for twenty days              | deposit_accumulated     | 100.00   | contract | 20 | yes  | scored  | 66.67  |
    | half a fen is rounded up          | interest_received       | 0.03     | contract | 15 | yes  | scored  | 0.02   |
    | a stock is not scaled             | deposit_closing         | 100.00   | contract | 10 | yes  | scored  | 100.00 |
    | a stock without office on its day | deposit_closing         | 100.00   | contract | 29 | no   | n/a     | -      |
    | the same, and not set             | deposit_closing         | -        | contract | 29 | no   | n/a     | -      |
    | a rate is not scaled              | interest_collection     | 95.00    | contract | 10 | yes  | scored  | 95.00  |
    | a quarter's average is not scaled | deposit_quarter_average | 100.00   | contract | 10 | yes  | scored  | 100.00 |
    | nothing set                       | loans_granted           | -        | contract | 30 | yes  | not_set | -      |
    | a zero that was typed             | loans_granted           | 0.00     | contract | 30 | yes  | not_set | -      |
    | nothing was due                   | principal_recovered     | 0.00     | computed | 30 | yes  | n/a     | -      |
    | declared not applicable           | loans_granted           | declared | contract | 30 | yes  | n/a     | -      |
    | conduct needs no target           | conduct                 | -        | contract | 30 | yes  | scored  | -      |
    | conduct declared not applicable   | conduct                 | declared | contract | 30 | yes  | n/a     | -      |
    | too little for the days in office | interest_received       | 0.01     | contract | 1  | yes  | n/a     | -      |
    | never in office                   | loans_granted           | 100.00   | contract | 0  | no   | n/a     | -      |
    """
    indicator = IndicatorRule(
        row["indicator"], "funds", 10_00, "deduction" if row["indicator"] == "conduct" else "proportional"
    )
    value = None if row["target"] in {"-", "declared"} else hundredths(row["target"])
    fact = TargetFact(value, row["source"], not_applicable=row["target"] == "declared")
    aimed = aim(indicator, fact, OfficeFact(int(row["n"]), 30, row["last"] == "yes"))
    assert aimed.status == row["status"].replace("n/a", NOT_APPLICABLE)
    assert aimed.target_hundredths == (None if row["held"] == "-" else hundredths(row["held"]))


def test_a_target_that_nobody_has_set_is_named_and_stops_the_card() -> None:
    given_targets = {code: TargetFact(100, "contract") for code in TARGETED if code != "loans_granted"}
    given_actuals = {code: ActualFact(Fraction(100), "run 7") for code in TARGETED}
    card = score_card(COMPOSITE, WHOLE_MONTH, given_targets, given_actuals, {})

    assert (card.not_set, card.confirmable, card.grade) == (("loans_granted",), False, None)
    assert card.total_hundredths == 90_00
    line = line_of(card, "loans_granted")
    assert (line.status, line.points_hundredths, line.weight, line.actual) == (NOT_SET, 0, 10, 100)
    assert line_of(card, "deposit_average").evidence == "run 7"


def test_a_deduction_starts_from_the_weight_that_was_spread_to_it_and_ends_at_nothing() -> None:
    declared = {code: TargetFact(None, "contract", not_applicable=True) for code in TARGETED}
    taken = {"conduct": [EntryFact(1, DAY, -50), EntryFact(2, DAY, -1_00)], "compliance": [EntryFact(3, DAY, -99_00)]}
    card = score_card(COMPOSITE, WHOLE_MONTH, declared, {}, taken)

    conduct, compliance = line_of(card, "conduct"), line_of(card, "compliance")
    assert (conduct.weight, compliance.weight) == (Fraction(200, 3), Fraction(100, 3))
    assert (conduct.points_hundredths, conduct.entry_ids) == (65_17, (1, 2))
    assert (compliance.points_hundredths, compliance.points_before) == (0, Fraction(100, 3) - 99)
    assert line_of(card, "loans_granted").status == NOT_APPLICABLE


def test_entries_of_an_indicator_that_is_not_scored_by_entries_do_not_count() -> None:
    indicator = IndicatorRule("loans_granted", "marketed_funds", 20_00)
    fact = TargetFact(100, "contract")
    aimed = aim(indicator, fact, WHOLE_MONTH)
    line = score_line(indicator, Fraction(20), aimed, fact, ActualFact(Fraction(50)), [EntryFact(1, DAY, -5_00)])
    assert (line.points_hundredths, line.entry_ids) == (10_00, ())


def test_a_total_above_100_is_cut_and_shown_as_cut_unless_the_scheme_lets_it_exceed() -> None:
    indicators = tuple(replace(one, cap=Fraction(3, 2)) for one in COMPOSITE.indicators)
    given_targets = {code: TargetFact(100, "contract") for code in TARGETED}
    given_actuals = {code: ActualFact(Fraction(200)) for code in TARGETED}
    scheme = SchemeRule(indicators, DEFAULT_GRADES)

    card = score_card(scheme, WHOLE_MONTH, given_targets, given_actuals, {})
    assert (card.scored_total_hundredths, card.total_hundredths, card.cut) == (142_50, 100_00, True)

    card = score_card(replace(scheme, total_may_exceed=True), WHOLE_MONTH, given_targets, given_actuals, {})
    assert (card.total_hundredths, card.cut) == (142_50, False)


@pytest.mark.parametrize("rule", ["two_way_step", "threshold", "tiers", "bonus", "no such rule"])
def test_a_rule_that_is_not_there_is_refused_by_its_name(rule: str) -> None:
    assert rule not in RULES
    added = IndicatorRule("products_sold", "funds", 0, rule)
    scheme = replace(COMPOSITE, indicators=(*COMPOSITE.indicators, added))
    given_targets = {code: TargetFact(100, "contract") for code in TARGETED}
    given_actuals = {code: ActualFact(Fraction(100)) for code in TARGETED}
    with pytest.raises(UnknownScoringRule, match=rule) as refusal:
        score_card(scheme, WHOLE_MONTH, given_targets, given_actuals, {})
    assert refusal.value.rule == rule


def test_a_target_without_an_actual_is_a_fault_that_names_the_indicator() -> None:
    with pytest.raises(ValueError, match="deposit_average has a target and no actual"):
        score_card(COMPOSITE, WHOLE_MONTH, {"deposit_average": TargetFact(1, "contract")}, {}, {})


@given(st.lists(st.integers(0, 10), max_size=8))
def test_a_rank_is_one_more_than_the_number_of_higher_totals(totals: list[int]) -> None:
    assert rank(totals) == [1 + sum(other > total for other in totals) for total in totals]


@given(st.integers(0, 150_00))
def test_every_total_has_exactly_one_default_grade(total: int) -> None:
    holding = [band for band in DEFAULT_GRADES if grade_of(total, [band])]
    assert [band.grade for band in holding] == [grade_of(total, DEFAULT_GRADES)]


def test_a_band_holds_its_lower_bound_and_not_its_upper_one() -> None:
    band = GradeBand("good", 80_00, 90_00)
    assert [grade_of(total, [band]) for total in (79_99, 80_00, 89_99, 90_00)] == [None, "good", "good", None]


def test_a_total_outside_all_bands_has_no_grade() -> None:
    assert grade_of(50_00, [GradeBand("only", 60_00, 70_00)]) is None


@pytest.fixture(scope="module")
def berka() -> Facts:
    return load_folder(berka_folder())


@pytest.mark.parametrize("month", ["1993-01", "1993-07", "1993-09"])
def test_the_rules_score_the_real_data_as_the_oracle_does(month: str, berka: Facts) -> None:
    found = manager_actuals(berka, month)
    for manager_no, card in composite_cards(berka, month).items():
        in_office = office_days(berka, manager_no, month)
        scored_card = score_card(
            COMPOSITE,
            OfficeFact(in_office, in_office, True),
            {code: TargetFact(berka.targets[manager_no, month, code], "import") for code in TARGETED},
            {code: ActualFact(found[manager_no][code]) for code in TARGETED},
            {
                code: [
                    EntryFact(number, day, points)
                    for number, (manager, day, indicator, points) in enumerate(berka.entries)
                    if (manager, indicator, str(day)[:7]) == (manager_no, code, month)
                ]
                for code in ("compliance", "conduct")
            },
        )
        assert {line.code: line.points_hundredths for line in scored_card.lines} == card.points
        assert scored_card.total_hundredths == card.total
