from django.urls import path

import common.paths  # noqa: F401  <month:…>
from common.urls import export_path
from managers.views import entries, offices

app_name = "managers"
urlpatterns = [
    path("", offices.manager_list, name="manager_list"),
    path("totals/", offices.manager_totals, name="manager_totals"),
    export_path("export/", offices.manager_export, name="manager_export"),
    path("entries/<path:branch_code>/<month:month>/", entries.entry_list, name="entry_list"),
    path("entries/<path:branch_code>/<month:month>/new/", entries.entry_new, name="entry_new"),
    path("entries/<int:pk>/confirm/", entries.entry_confirm, name="entry_confirm"),
    path("entries/<int:pk>/reject/", entries.entry_reject, name="entry_reject"),
]
