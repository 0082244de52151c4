"""Pages across the apps; an address, its view and its template are the same word."""

from django.urls import path

from desk.views import handovers, home, imports, inbox, managers, people, rows

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("figures/", home.home_figures, name="home_figures"),
    path("waiting/", inbox.home_waiting, name="home_waiting"),
    path("search/", home.search, name="search"),
    path("appearance/", home.appearance, name="appearance"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.notification_read, name="notification_read"),
    path("inbox/<int:pk>/", inbox.notification_open, name="notification_open"),
    path("managers/of/<path:employee_no>/", managers.manager_detail, name="manager_detail"),
    path("managers/documents/add/<path:employee_no>/", managers.manager_document_add, name="manager_document_add"),
    path("managers/documents/<int:pk>/", managers.manager_document, name="manager_document"),
    path("managers/documents/<int:pk>/remove/", managers.manager_document_remove, name="manager_document_remove"),
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
    path("changes/<int:pk>/", handovers.change_detail, name="change_detail"),
    path("changes/<int:pk>/hand-over/", handovers.hand_over_of_change, name="hand_over_of_change"),
    path("hand-overs/new/<int:pk>/", handovers.hand_over_new, name="hand_over_new"),
    path("hand-overs/<int:pk>/", handovers.hand_over_detail, name="hand_over_detail"),
    path("hand-overs/<int:pk>/header/", handovers.hand_over_header, name="hand_over_header"),
    path("hand-overs/<int:pk>/lines/", handovers.hand_over_lines, name="hand_over_lines"),
    path("hand-overs/<int:pk>/draw-up/", handovers.hand_over_draw_up, name="hand_over_draw_up"),
    path("hand-overs/<int:pk>/send/", handovers.hand_over_send, name="hand_over_send"),
    path("hand-overs/<int:pk>/sign/", handovers.hand_over_sign, name="hand_over_sign"),
    path("hand-overs/<int:pk>/take-back/", handovers.hand_over_take_back, name="hand_over_take_back"),
    path("hand-overs/<int:pk>/complete/", handovers.hand_over_complete, name="hand_over_complete"),
    path("hand-overs/<int:pk>/cancel/", handovers.hand_over_cancel, name="hand_over_cancel"),
]
