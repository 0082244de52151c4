"""Laws of loans, schedules and repayments, and of their figures of a month."""

from __future__ import annotations

from tests.laws.breaches import CLOSED_MONTH, Laws, Values, adding, changing, closed_month_guards, twice

DEFAULTS: dict[str, Values] = {
    "loans_loan": {
        "granted_on": "2026-08-05",
        "entered_on": "2026-10-05",
        "due_on": "2026-12-31",
        "principal_fen": 100,
    },
}

UNBREAKABLE = {
    "loans_loan.loan_with_branch": "The id alone is unique; the pair is what schedules and repayments point at.",
}

IMPORT = "Files are compared with what stands before anything comes in."
ELSEWHERE = "@organization_branch:elsewhere"

LAWS: Laws = {
    "loans_loan.loan_principal_above_zero": (adding("loans_loan", principal_fen=0),),
    "loans_loan.loan_due_after_grant": (adding("loans_loan", granted_on="2026-10-05", due_on="2026-10-04"),),
    "loans_loan.loan_changed": (
        *(
            changing(
                "loans_loan",
                {"entered_on": "2026-09-05"},
                {name: value},
                CLOSED_MONTH,
                refused_as="closed_month_takes_nothing",
            )
            for name, value in (
                ("loan_no", "other"),
                ("branch_id", ELSEWHERE),
                ("manager_id", "@organization_employee:another"),
                ("granted_on", "2026-08-06"),
                ("entered_on", "2026-10-01"),
                ("principal_fen", 200),
            )
        ),
        changing(
            "loans_loan",
            {"entered_on": "2026-10-05"},
            {"entered_on": "2026-09-30"},
            CLOSED_MONTH,
            refused_as="closed_month_takes_nothing",
        ),
    ),
    "loans_instalment.instalment_loan_and_branch": (adding("loans_instalment", branch_id=ELSEWHERE),),
    "loans_instalment.instalment_once": (twice("loans_instalment", due_on="2026-10-05", unsaid=IMPORT),),
    "loans_repayment.repayment_loan_and_branch": (adding("loans_repayment", branch_id=ELSEWHERE),),
    "loans_repayment.repayment_once": (twice("loans_repayment", serial_no="1", unsaid=IMPORT),),
    **closed_month_guards("loans_loan", "entered_on", "loan", changed=""),
    **closed_month_guards("loans_instalment", "entered_on", "instalment"),
    **closed_month_guards("loans_repayment", "entered_on", "repayment"),
    **closed_month_guards("loans_loanmonth", "month", "loan_month"),
}
