from django.urls import path

from common.urls import export_path
from customers.views import customers, timeline

app_name = "customers"
urlpatterns = [
    path("", customers.customer_list, name="customer_list"),
    path("totals/", customers.customer_totals, name="customer_totals"),
    export_path("export/", customers.customer_export, name="customer_export"),
    path("timeline/<path:customer_no>/", timeline.customer_timeline, name="customer_timeline"),
]
