from django.urls import path

import common.paths  # noqa: F401  <month:…>
from appraisal.views import cards, costs, months, targets, workbooks

app_name = "appraisal"
# What a branch's month consists of. Codes and numbers may hold a slash, so each stands last or before a fixed word.
_MONTH = "<path:branch_code>/<month:month>/"
_LINE = f"{_MONTH}lines/<slug:indicator>/<path:employee_no>/"
urlpatterns = [
    path("", months.month_list, name="month_list"),
    path("run/<month:month>/", months.month_run_all, name="month_run_all"),
    path("workbooks/<int:pk>/", workbooks.workbook_download, name="workbook_download"),
    path(f"{_MONTH}run/", months.month_run, name="month_run"),
    path(f"{_MONTH}approve/", months.month_approve, name="month_approve"),
    path(f"{_MONTH}close/", months.month_close, name="month_close"),
    path(f"{_MONTH}exceptions/", months.month_exceptions, name="month_exceptions"),
    path(f"{_MONTH}exceptions/counts/", months.exception_counts, name="exception_counts"),
    path(f"{_MONTH}controls/", months.control_list, name="control_list"),
    path(f"{_MONTH}controls/<int:pk>/accept/", months.control_accept, name="control_accept"),
    path(f"{_MONTH}costs/", costs.cost_list, name="cost_list"),
    path(f"{_MONTH}targets/", targets.target_list, name="target_list"),
    path(f"{_MONTH}targets/<slug:indicator>/<path:employee_no>/", targets.target_set, name="target_set"),
    path(f"{_MONTH}workbook/", workbooks.workbook_make, name="workbook_make"),
    path(f"{_MONTH}ranking/", cards.ranking, name="ranking"),
    path(f"{_MONTH}cards/<path:employee_no>/", cards.score_card, name="score_card"),
    path(f"{_LINE}accounts/<path:account_no>/", cards.line_account, name="line_account"),
    path(f"{_LINE}loans/<path:loan_no>/", cards.line_loan, name="line_loan"),
    path(_LINE, cards.score_line, name="score_line"),
    path(_MONTH, months.month_detail, name="month_detail"),
    path("<path:branch_code>/", months.branch_months, name="branch_months"),
]
