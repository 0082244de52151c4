from django.contrib.auth.views import LogoutView
from django.urls import path

from common.urls import export_path
from organization import views, views_jobs, views_policies

app_name = "organization"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("password/", views.password_change, name="password_change"),
    path("", views.system, name="system"),
    path("branches/", views.branch_list, name="branch_list"),
    path("branches/totals/", views.branch_totals, name="branch_totals"),
    export_path("branches/export/", views.branch_export, name="branch_export"),
    path("branches/of/<path:branch_code>/", views.branch_detail, name="branch_detail"),
    path("employees/", views.employee_list, name="employee_list"),
    path("employees/totals/", views.employee_totals, name="employee_totals"),
    export_path("employees/export/", views.employee_export, name="employee_export"),
    path("employees/of/<path:employee_no>/", views.employee_detail, name="employee_detail"),
    path("policies/of/<path:branch_code>/", views_policies.policy_list, name="policy_list"),
    path("policies/<slug:name>/of/<path:branch_code>/", views_policies.policy_detail, name="policy_detail"),
    path("calendar/<int:year>/of/<path:branch_code>/", views_policies.calendar, name="calendar"),
    path("calendar/remove/of/<path:branch_code>/", views_policies.day_unmark, name="day_unmark"),
    path("jobs/<int:pk>/", views_jobs.job_detail, name="job_detail"),
    path("jobs/<int:pk>/file/", views_jobs.job_file, name="job_file"),
    path("print/", views.print_note, name="print_note"),
]
