"""Every address of the program, an app a line."""

from django.urls import include, path

urlpatterns = [
    path("", include("desk.urls")),
    path("organization/", include("organization.urls")),
    path("managers/", include("managers.urls")),
    path("customers/", include("customers.urls")),
    path("deposits/", include("deposits.urls")),
    path("loans/", include("loans.urls")),
    path("appraisal/", include("appraisal.urls")),
]
