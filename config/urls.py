"""Every address of the program, an app a line."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("desk.urls")),
    path("organization/", include("organization.urls")),
    path("managers/", include("managers.urls")),
    path("customers/", include("customers.urls")),
    path("deposits/", include("deposits.urls")),
    path("loans/", include("loans.urls")),
    path("appraisal/", include("appraisal.urls")),
]
