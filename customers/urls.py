from django.urls import path

from common.urls import export_path
from customers.views import customers, dossier, information, timeline

app_name = "customers"
urlpatterns = [
    path("", customers.customer_list, name="customer_list"),
    path("totals/", customers.customer_totals, name="customer_totals"),
    export_path("export/", customers.customer_export, name="customer_export"),
    path("dossier/show/<str:section>/<path:customer_no>/", dossier.dossier_section, name="dossier_section"),
    path("dossier/edit/<path:customer_no>/", dossier.dossier_edit, name="dossier_edit"),
    path("dossier/add/<str:section>/<path:customer_no>/", dossier.dossier_add, name="dossier_add"),
    path("dossier/change/<str:section>/<int:entry>/<path:customer_no>/", dossier.dossier_change, name="dossier_change"),
    path("dossier/remove/<str:section>/<int:entry>/<path:customer_no>/", dossier.dossier_remove, name="dossier_remove"),
    path("history/<path:customer_no>/", dossier.customer_history, name="customer_history"),
    path("timeline/<path:customer_no>/", timeline.customer_timeline, name="customer_timeline"),
    path("information/", information.information_list, name="information_list"),
    path("information/totals/", information.information_totals, name="information_totals"),
    export_path("information/export/", information.information_export, name="information_export"),
    path("information/new/", information.information_new, name="information_new"),
    path("information/statistics/", information.information_statistics, name="information_statistics"),
    path(
        "information/statistics/export/",
        information.information_statistics_export,
        name="information_statistics_export",
    ),
    path("information/<int:pk>/", information.information_detail, name="information_detail"),
    path("information/<int:pk>/edit/", information.information_edit, name="information_edit"),
    path("information/<int:pk>/reply/", information.information_reply, name="information_reply"),
    path("information/<int:pk>/papers/<int:document>/", information.information_paper, name="information_paper"),
    path(
        "information/<int:pk>/papers/<int:document>/remove/",
        information.information_paper_remove,
        name="information_paper_remove",
    ),
]
