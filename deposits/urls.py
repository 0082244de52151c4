from django.urls import path

from common.urls import export_path
from deposits import views

app_name = "deposits"
urlpatterns = [
    path("", views.account_list, name="account_list"),
    path("totals/", views.account_totals, name="account_totals"),
    export_path("export/", views.account_export, name="account_export"),
    path("new/", views.new_account_list, name="new_account_list"),
    path("new/totals/", views.new_account_totals, name="new_account_totals"),
    export_path("new/export/", views.new_account_export, name="new_account_export"),
    path("new/undo/", views.new_account_undo, name="new_account_undo"),
    path("curve/<path:account_no>/", views.account_curve, name="account_curve"),
    path("of/<path:account_no>/", views.account_detail, name="account_detail"),
]
