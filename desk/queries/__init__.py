"""What the pages across the apps ask, each idea in a file of its own."""

from desk.queries.customers import CustomerPage, customer_page
from desk.queries.home import BranchDeposits, BranchMonth, CardLine, branch_months, deposits_of_branches, own_card
from desk.queries.imports import (
    PREVIEWED_ROWS,
    batch_job,
    column_choices,
    first_refused,
    import_batches,
    imports_of_month,
    kinds_for,
    refused_lines,
    row_of_file,
    touched_months,
)
from desk.queries.search import FOUND_SHOWN, Found, find, only_address

__all__ = [
    "FOUND_SHOWN",
    "PREVIEWED_ROWS",
    "BranchDeposits",
    "BranchMonth",
    "CardLine",
    "CustomerPage",
    "Found",
    "batch_job",
    "branch_months",
    "column_choices",
    "customer_page",
    "deposits_of_branches",
    "find",
    "first_refused",
    "import_batches",
    "imports_of_month",
    "kinds_for",
    "only_address",
    "own_card",
    "refused_lines",
    "row_of_file",
    "touched_months",
]
