"""The month end of one branch as one statement: every account's figures, and every manager's part of them."""

from __future__ import annotations

from common.months import Month
from organization.models import Branch, MonthClose

# The month end of one branch as one statement: the account's figures in closed form, then its lots divided by share.
#
# A lot is an amount that is divided as one: a segment's balances, with the month-end balance in the segment that ends
# on the last day, or the adjustments that enter on one day. All days of a lot have one list of shares, so the
# attributions that hold on its first day are that list. Two attributions of one manager are two steps of the running
# share; their parts add up to the part of their sum, since the steps telescope.
#
# Most accounts are plain: nobody, or one attribution, holds all month, and nothing is adjusted. They are divided where
# they stand, without lots and windows. Accounts whose attributions hold all month are one lot and skip the cutting into
# segments. Nothing reads a table that the same transaction has filled (a planner without statistics once took 29 seconds
# over that).
#
# Divisions truncate toward zero. Whole ten-thousands and remainder are taken apart, so that no product overflows; a sum
# that does not fit into 64 bits is refused by the cast.
MONTH_FIGURES = """
WITH opening AS (
    {opening}
),
moved AS (
    SELECT account_id,
           sum(amount_fen)::bigint AS amount,
           sum(amount_fen * (%(last)s::date - entered_on + 1))::bigint AS fen_days
    FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND %(last)s
    GROUP BY account_id
),
adjusted AS MATERIALIZED (
    SELECT account_id, entered_on, sum(amount_fen * (entered_on - value_on))::bigint AS fen_days
    FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND %(last)s AND NOT value_on = entered_on
    GROUP BY account_id, entered_on
),
held AS MATERIALIZED (
    SELECT account_id, manager_id, share_bp,
           greatest(first_day, %(first)s) AS first_day, least(last_day, %(last)s) AS last_day
    FROM deposits_attribution
    WHERE branch_id = %(branch)s AND first_day <= %(last)s AND (last_day IS NULL OR last_day >= %(first)s)
),
attributed AS (
    SELECT account_id, count(*) AS attributions, min(manager_id) AS manager_id, min(share_bp)::bigint AS share_bp,
           bool_or(first_day > %(first)s OR last_day < %(last)s) AS shifts
    FROM held GROUP BY account_id
),
figures AS MATERIALIZED (
    SELECT one.id AS account_id, shifts,
           NOT coalesce(shifts OR attributions > 1, false) AND adjustment.account_id IS NULL AS plain,
           attributed.manager_id, coalesce(share_bp, 0) AS share_bp,
           coalesce(opening.balance, 0) AS opening,
           coalesce(opening.balance, 0) + coalesce(moved.amount, 0) AS closing,
           %(days)s * coalesce(opening.balance, 0) + coalesce(moved.fen_days, 0) AS balances,
           coalesce(adjustment.fen_days, 0) AS adjustment
    FROM deposits_depositaccount AS one
    LEFT JOIN opening ON opening.account_id = one.id
    LEFT JOIN moved ON moved.account_id = one.id
    LEFT JOIN (SELECT account_id, sum(fen_days)::bigint AS fen_days FROM adjusted GROUP BY account_id) AS adjustment
        ON adjustment.account_id = one.id
    LEFT JOIN attributed ON attributed.account_id = one.id
    WHERE one.branch_id = %(branch)s
      AND ((one.opened_on <= %(last)s AND (one.closed_on IS NULL OR one.closed_on >= %(first)s))
           OR shifts IS NOT NULL OR opening.balance <> 0 OR moved.amount <> 0
           OR moved.fen_days + coalesce(adjustment.fen_days, 0) <> 0)
),
shifting AS MATERIALIZED (
    SELECT held.* FROM held JOIN attributed ON attributed.account_id = held.account_id AND attributed.shifts
),
edge AS (
    SELECT account_id, edge.day
    FROM shifting CROSS JOIN LATERAL (VALUES (%(first)s), (first_day), (last_day + 1)) AS edge (day)
    WHERE edge.day <= %(last)s
    GROUP BY account_id, edge.day
),
piece AS (
    SELECT account_id, day AS first_day,
           lead(day, 1, %(last)s + 1) OVER (PARTITION BY account_id ORDER BY day) - 1 AS last_day
    FROM edge
),
piece_share AS (
    SELECT piece.account_id, piece.first_day, piece.last_day, shifting.manager_id, sum(shifting.share_bp) AS share_bp
    FROM piece LEFT JOIN shifting ON shifting.account_id = piece.account_id
        AND piece.first_day BETWEEN shifting.first_day AND shifting.last_day
    GROUP BY piece.account_id, piece.first_day, piece.last_day, shifting.manager_id
),
piece_list AS (
    SELECT account_id, first_day, last_day,
           array_agg(manager_id ORDER BY manager_id) AS managers, array_agg(share_bp ORDER BY manager_id) AS shares
    FROM piece_share GROUP BY account_id, first_day, last_day
),
piece_change AS (
    SELECT account_id, first_day, last_day,
           (managers, shares) IS DISTINCT FROM
               lag((managers, shares)) OVER (PARTITION BY account_id ORDER BY first_day) AS changes
    FROM piece_list
),
piece_number AS (
    SELECT account_id, first_day, last_day,
           count(*) FILTER (WHERE changes) OVER (PARTITION BY account_id ORDER BY first_day) AS number
    FROM piece_change
),
segment AS (
    SELECT account_id, min(first_day) AS first_day, max(last_day) AS last_day
    FROM piece_number GROUP BY account_id, number
),
segment_moved AS (
    SELECT s.account_id, s.first_day,
           sum(p.amount_fen * (s.last_day - greatest(p.entered_on, s.first_day) + 1))::bigint AS fen_days
    FROM segment AS s JOIN deposits_posting AS p ON p.account_id = s.account_id AND p.entered_on <= s.last_day
    WHERE p.branch_id = %(branch)s AND p.entered_on BETWEEN %(first)s AND %(last)s
    GROUP BY s.account_id, s.first_day
),
lot AS MATERIALIZED (
    SELECT account_id, false AS adjusts, %(first)s AS day, balances, closing, 0::bigint AS adjustment
    FROM figures WHERE NOT plain AND shifts IS NOT TRUE
    UNION ALL
    SELECT s.account_id, false, s.first_day,
           (s.last_day - s.first_day + 1) * f.opening + coalesce(m.fen_days, 0),
           CASE WHEN s.last_day = %(last)s THEN f.closing ELSE 0 END, 0
    FROM segment AS s JOIN figures AS f ON f.account_id = s.account_id
    LEFT JOIN segment_moved AS m ON m.account_id = s.account_id AND m.first_day = s.first_day
    UNION ALL
    SELECT account_id, true, entered_on, 0, 0, fen_days FROM adjusted WHERE fen_days <> 0
),
share AS MATERIALIZED (
    SELECT lot.account_id, lot.balances, lot.closing, lot.adjustment, held.manager_id,
           coalesce(held.share_bp, 0)::bigint AS own,
           coalesce(sum(held.share_bp) OVER running, 0) AS upto,
           lead(lot.account_id) OVER running IS NULL AS is_last
    FROM lot
    LEFT JOIN held ON held.account_id = lot.account_id AND lot.day BETWEEN held.first_day AND held.last_day
    LEFT JOIN organization_employee AS manager ON manager.id = held.manager_id
    WINDOW running AS (PARTITION BY lot.account_id, lot.adjusts, lot.day ORDER BY manager.employee_no
                       ROWS UNBOUNDED PRECEDING)
),
part AS (
    SELECT account_id, manager_id, {closing_whole} AS closing, {balances_whole} AS balances, 0::bigint AS adjustment
    FROM figures WHERE plain AND manager_id IS NOT NULL
    UNION ALL
    SELECT account_id, manager_id, sum({closing_part})::bigint, sum({balances_part})::bigint,
           sum({adjustment_part})::bigint
    FROM share WHERE manager_id IS NOT NULL GROUP BY account_id, manager_id
),
rest AS (
    SELECT account_id, closing - {closing_whole} AS closing, balances - {balances_whole} AS accumulated
    FROM figures WHERE plain
    UNION ALL
    SELECT account_id, sum(closing - {closing_taken})::bigint,
           sum(balances - {balances_taken} + adjustment - {adjustment_taken})::bigint
    FROM share WHERE is_last GROUP BY account_id
)""".format(  # noqa: S608 (built from names alone)
    opening="{opening}",
    **{
        f"{amount}_part": f"{amount} / 10000 * own + {amount} %% 10000 * upto / 10000"
        f" - {amount} %% 10000 * (upto - own) / 10000"
        for amount in ("closing", "balances", "adjustment")
    },
    **{
        f"{amount}_taken": f"({amount} / 10000 * upto + {amount} %% 10000 * upto / 10000)"
        for amount in ("closing", "balances", "adjustment")
    },
    **{
        f"{amount}_whole": f"({amount} / 10000 * share_bp + {amount} %% 10000 * share_bp / 10000)"
        for amount in ("closing", "balances")
    },
)


# The opening balance: the month before where its figures are up to date, else all that was ever entered before.
OPENING_FROM_MONTH_BEFORE = """
    SELECT account_id, closing_fen AS balance FROM deposits_accountmonth
    WHERE branch_id = %(branch)s AND month = %(previous)s AND closing_fen <> 0"""


OPENING_FROM_LEDGER = """
    SELECT account_id, sum(amount_fen)::bigint AS balance FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on < %(first)s
    GROUP BY account_id"""


def has_current_figures(branch: Branch, month: Month) -> bool:
    """Whether the month was computed and nothing that its figures read has changed since."""
    return MonthClose.objects.filter(
        branch=branch, month=month.first_day, computed_at__isnull=False, stale=False
    ).exists()
