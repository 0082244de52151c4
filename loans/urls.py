from django.urls import path

from common.urls import export_path
from loans import views

app_name = "loans"
urlpatterns = [
    path("", views.loan_list, name="loan_list"),
    path("totals/", views.loan_totals, name="loan_totals"),
    export_path("export/", views.loan_export, name="loan_export"),
    path("of/<path:loan_no>/", views.loan_detail, name="loan_detail"),
]
