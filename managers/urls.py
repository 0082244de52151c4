from django.urls import path

import common.paths  # noqa: F401  <month:…>
from common.urls import export_path
from managers import views, views_entries

app_name = "managers"
urlpatterns = [
    path("", views.manager_list, name="manager_list"),
    path("totals/", views.manager_totals, name="manager_totals"),
    export_path("export/", views.manager_export, name="manager_export"),
    path("entries/<path:branch_code>/<month:month>/", views_entries.entry_list, name="entry_list"),
    path("entries/<path:branch_code>/<month:month>/new/", views_entries.entry_new, name="entry_new"),
    path("entries/<int:pk>/confirm/", views_entries.entry_confirm, name="entry_confirm"),
    path("entries/<int:pk>/reject/", views_entries.entry_reject, name="entry_reject"),
]
