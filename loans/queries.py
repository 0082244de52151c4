"""What the loan ledger is asked: figures of a month, lists, findings against the regulation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, TextChoices
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.months import Month
from customers.models import Customer
from customers.queries import owned_by
from loans.models import Instalment, Loan, LoanMonth, Repayment
from organization.models import BUSINESS_ROLES, Branch
from organization.rules import Actor

# What loans brought their responsible managers in a month, one row a loan (arithmetic.md, Actuals). As in rules.py: S
# is all principal due, P all principal repaid, each as entered by the end of a day, and R the lesser of the two; the
# growth of R counts, not below 0. A loan without a schedule has one instalment: its whole principal on its due day.
LOAN_FIGURES = """
WITH due AS (
    SELECT loan_id, entered_on, principal_fen, interest_fen FROM loans_instalment
    WHERE branch_id = %(branch)s AND entered_on <= %(last)s
    UNION ALL
    SELECT id, greatest(due_on, entered_on), principal_fen, 0 FROM loans_loan AS l
    WHERE branch_id = %(branch)s AND greatest(due_on, entered_on) <= %(last)s
      AND NOT EXISTS (SELECT 1 FROM loans_instalment AS i WHERE i.loan_id = l.id)
),
due_sum AS (
    SELECT loan_id,
           coalesce(sum(principal_fen) FILTER (WHERE entered_on < %(first)s), 0)::bigint AS before,
           sum(principal_fen)::bigint AS upto,
           coalesce(sum(interest_fen) FILTER (WHERE entered_on >= %(first)s), 0)::bigint AS interest,
           bool_or(entered_on >= %(first)s) AS touches
    FROM due GROUP BY loan_id
),
repaid_sum AS (
    SELECT loan_id,
           coalesce(sum(principal_fen) FILTER (WHERE entered_on < %(first)s), 0)::bigint AS before,
           sum(principal_fen)::bigint AS upto,
           coalesce(sum(interest_fen) FILTER (WHERE entered_on >= %(first)s), 0)::bigint AS interest,
           bool_or(entered_on >= %(first)s) AS touches
    FROM loans_repayment WHERE branch_id = %(branch)s AND entered_on <= %(last)s GROUP BY loan_id
),
loan AS (
    SELECT l.id AS loan_id, l.manager_id, l.classification,
           extract(year FROM l.granted_on) = extract(year FROM %(first)s::date) AS this_year,
           CASE WHEN l.entered_on BETWEEN %(first)s AND %(last)s THEN l.principal_fen ELSE 0 END AS granted,
           CASE WHEN l.entered_on <= %(last)s THEN l.principal_fen ELSE 0 END - coalesce(p.upto, 0) AS outstanding,
           least(coalesce(p.before, 0), coalesce(s.before, 0)) AS recovered_before,
           least(coalesce(p.upto, 0), coalesce(s.upto, 0)) AS recovered_upto,
           coalesce(s.upto, 0) AS due_upto,
           coalesce(p.interest, 0) AS interest_received,
           coalesce(s.interest, 0) AS interest_due
    FROM loans_loan AS l LEFT JOIN due_sum AS s ON s.loan_id = l.id LEFT JOIN repaid_sum AS p ON p.loan_id = l.id
    WHERE l.branch_id = %(branch)s
      AND (s.touches OR p.touches OR l.entered_on BETWEEN %(first)s AND %(last)s
           OR (l.entered_on < %(first)s AND l.principal_fen > coalesce(p.before, 0)))
),
figures AS (
    SELECT loan_id, manager_id, granted, greatest(recovered_upto - recovered_before, 0) AS recovered, this_year,
           CASE WHEN classification IN ('doubtful', 'loss') THEN 0 ELSE due_upto - recovered_before END AS recoverable,
           interest_received, interest_due, outstanding
    FROM loan
)"""


def customers_served_by(actor: Actor) -> QuerySet[Loan, Any]:
    """Ids of the customers with a loan that the person is responsible for (settings.CUSTOMERS_SERVED_BY)."""
    return Loan.objects.filter(manager=actor.employee_id).values("customer")


def loans(actor: Actor, month: Month) -> QuerySet[Any]:
    """The loans that the person may see, each with its figures of the month (none where it was not computed).

    Shape: annotated outstanding_fen, recovered_fen, recoverable_fen, interest_received_fen. Unit: fen.
    """
    of_month = Q(months__month=month.first_day, months__branch=F("branch"), months__manager=F("manager"))
    return (
        Loan.objects.visible_to(actor)
        .select_related("customer", "branch", "manager")
        .annotate(
            of_month=FilteredRelation("months", condition=of_month),
            outstanding_fen=F("of_month__outstanding_fen"),
            recovered_fen=F("of_month__recovered_fen"),
            recoverable_fen=F("of_month__recoverable_fen"),
            interest_received_fen=F("of_month__interest_received_fen"),
        )
    )


def loan_totals(found: QuerySet[Any]) -> dict[str, int]:
    """Number and sums of the loans found, in one aggregate."""
    sums = found.order_by().aggregate(
        loans=Count("pk"),
        principal_fen=Sum("principal_fen"),
        outstanding_fen=Sum("outstanding_fen"),
        recovered_fen=Sum("recovered_fen"),
        interest_received_fen=Sum("interest_received_fen"),
    )
    return {name: int(value or 0) for name, value in sums.items()}


def matching(words: str) -> Q:
    """The loans whose number, or whose customer's name, initials or number, begins with the words."""
    return Q(loan_no__startswith=words) | owned_by(words)


@dataclass(frozen=True, slots=True)
class LoanPage:
    """What the page of a loan shows."""

    instalments: list[Instalment]
    repayments: list[Repayment]
    repaid_fen: int
    interest_fen: int
    outstanding_fen: int
    due_fen: int
    overdue_fen: int
    figures: LoanMonth | None


def loan_page(loan: Loan, month: Month) -> LoanPage:
    """Schedule and repayments as they stood at the end of the month, or today where that lies ahead.

    Shape: all rows are shown; the sums take those entered by that day. A loan without a schedule is due as a whole.
    """
    until = min(month.last_day, timezone.localdate())
    instalments = list(Instalment.objects.filter(loan=loan).select_related("batch"))
    repayments = list(Repayment.objects.filter(loan=loan).select_related("batch").order_by("-paid_on", "-serial_no"))
    counted = [one for one in repayments if one.entered_on <= until]
    repaid = sum(one.principal_fen for one in counted)
    if instalments:
        due = sum(one.principal_fen for one in instalments if one.entered_on <= until)
    else:
        due = loan.principal_fen if loan.due_on <= until else 0
    return LoanPage(
        instalments=instalments,
        repayments=repayments,
        repaid_fen=repaid,
        interest_fen=sum(one.interest_fen for one in counted),
        outstanding_fen=loan.principal_fen - repaid,
        due_fen=due,
        overdue_fen=max(due - repaid, 0),
        figures=LoanMonth.objects.filter(
            month=month.first_day, branch=loan.branch_id, loan=loan, manager=loan.manager_id
        ).first(),
    )


class ComplianceKind(TextChoices):
    """What an imported loan may break that a loan originated here could not (article 10)."""

    OVER_LIMIT = "over_limit", _("guaranteed beyond the limit of a household")
    DUE_TOO_LATE = "due_too_late", _("due after 31 December of the year of grant")


@dataclass(frozen=True, slots=True)
class ComplianceFinding:
    """A loan that the regulation would not allow: a fact that came in, for the compliance list.

    Shape: household_fen is what the household owed under managers' guarantees on the day of grant, this loan included;
    none for another kind of finding.
    """

    kind: ComplianceKind
    loan_no: str
    customer_name: str
    manager_no: str
    manager_name: str
    granted_on: dt.date
    due_on: dt.date
    principal_fen: int
    household_fen: int | None
    article: str = "10"


# A customer without a household is one alone. What the household owes counts as it stood at the end of the day of
# grant, with the loans of that day that came in before.
_FINDINGS = """
WITH home AS (
    SELECT l.id, l.branch_id, l.security, l.granted_on, l.principal_fen, coalesce(m.household_id, -l.customer_id) AS home
    FROM loans_loan AS l
    LEFT JOIN customers_householdmember AS m ON m.customer_id = l.customer_id
        AND (m.first_day IS NULL OR m.first_day <= l.granted_on) AND (m.last_day IS NULL OR m.last_day >= l.granted_on)
    WHERE l.security = 'manager_guarantee'
),
owed AS (
    SELECT one.id, sum(other.principal_fen - coalesce((
               SELECT sum(r.principal_fen) FROM loans_repayment AS r
               WHERE r.loan_id = other.id AND r.paid_on <= one.granted_on), 0))::bigint AS fen
    FROM home AS one JOIN home AS other
        ON other.home = one.home AND (other.granted_on, other.id) <= (one.granted_on, one.id)
    WHERE one.branch_id = %(branch)s
    GROUP BY one.id
)
SELECT found.kind, l.loan_no, c.name, e.employee_no, e.name, l.granted_on, l.due_on, l.principal_fen, household
FROM (
    SELECT 'over_limit' AS kind, id, fen AS household FROM owed WHERE fen > %(limit)s
    UNION ALL
    SELECT 'due_too_late', id, NULL FROM loans_loan
    WHERE branch_id = %(branch)s AND due_on > make_date(extract(year FROM granted_on)::int, 12, 31)
) AS found
JOIN loans_loan AS l ON l.id = found.id
JOIN customers_customer AS c ON c.id = l.customer_id
JOIN organization_employee AS e ON e.id = l.manager_id
WHERE %(own)s::bigint IS NULL OR l.manager_id = %(own)s
ORDER BY l.loan_no, found.kind
"""


def compliance_findings(actor: Actor, branch: Branch) -> list[ComplianceFinding]:
    """Loans of the branch that break article 10, by loan number: all for who reads its business, a manager's own else.

    Source: article 10; formats.md, Commands (imported facts are never refused).
    """
    sees_all = actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)
    if not (sees_all or actor.employee_id):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _FINDINGS,
            {
                "branch": branch.pk,
                "limit": settings.GUARANTEE_LIMIT_FEN,
                "own": None if sees_all else actor.employee_id,
            },
        )
        return [ComplianceFinding(ComplianceKind(kind), *row) for kind, *row in cursor.fetchall()]


def borrowers(day: dt.date) -> QuerySet[Any]:
    """The loans granted by the day of which principal is outstanding, for who is a borrower (settings.BORROWERS)."""
    repaid = Repayment.objects.filter(loan=OuterRef("pk")).order_by().values("loan")
    outstanding = F("principal_fen") - Coalesce(Subquery(repaid.annotate(sum=Sum("principal_fen")).values("sum")), 0)
    return Loan.objects.filter(granted_on__lte=day).annotate(outstanding=outstanding).filter(outstanding__gt=0)


def business_of(customer: Customer) -> list[tuple[Any, int, int]]:
    """What the customer has with us in loans (settings.CUSTOMER_BUSINESS). Shape: (what, how many, how many outstanding)."""
    repaid = Repayment.objects.filter(loan=OuterRef("pk")).order_by().values("loan")
    outstanding = F("principal_fen") - Coalesce(Subquery(repaid.annotate(sum=Sum("principal_fen")).values("sum")), 0)
    rows = Loan.objects.filter(customer=customer)
    still_open = rows.annotate(outstanding=outstanding).filter(outstanding__gt=0).count()
    return [(_("loans"), rows.count(), still_open)]
