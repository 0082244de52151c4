"""Pages across the apps; an address, its view and its template are the same word."""

from django.urls import path

from desk.views import home, imports, people, rows

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("figures/", home.home_figures, name="home_figures"),
    path("search/", home.search, name="search"),
    path("appearance/", home.appearance, name="appearance"),
    path("customers/of/<path:customer_no>/", people.customer_detail, name="customer_detail"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/upload/", imports.import_upload, name="import_upload"),
    path("imports/templates/<str:kind>/", imports.import_template, name="import_template"),
    path("imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<int:pk>/choose/", imports.import_choose, name="import_choose"),
    path("imports/<int:pk>/match/", imports.import_match, name="import_match"),
    path("imports/<int:pk>/preview/", imports.import_preview, name="import_preview"),
    path("imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/refused/", imports.import_refused, name="import_refused"),
    path("imports/<int:pk>/rows/<int:row_no>/", rows.import_row, name="import_row"),
    path("imports/<int:pk>/own/", rows.import_own, name="import_own"),
]
