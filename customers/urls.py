from django.urls import path

from common.urls import export_path
from customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="customer_list"),
    path("totals/", views.customer_totals, name="customer_totals"),
    export_path("export/", views.customer_export, name="customer_export"),
]
