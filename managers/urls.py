from django.urls import path

import common.paths  # noqa: F401  <month:…>
from common.urls import export_path
from managers.views import assessment, decisions, entries, headcount, notices, offices, peer_reviews

app_name = "managers"
urlpatterns = [
    path("", offices.manager_list, name="manager_list"),
    path("totals/", offices.manager_totals, name="manager_totals"),
    export_path("export/", offices.manager_export, name="manager_export"),
    path("headcount/", headcount.headcount_list, name="headcount_list"),
    path("headcount/export/", headcount.headcount_export, name="headcount_export"),
    path("headcount/<path:branch_code>/", headcount.headcount_detail, name="headcount_detail"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("decisions/calls/<int:pk>/", decisions.decision_compare, name="decision_compare"),
    path("entries/<path:branch_code>/<month:month>/", entries.entry_list, name="entry_list"),
    path("entries/<path:branch_code>/<month:month>/new/", entries.entry_new, name="entry_new"),
    path("entries/<int:pk>/confirm/", entries.entry_confirm, name="entry_confirm"),
    path("entries/<int:pk>/reject/", entries.entry_reject, name="entry_reject"),
    path("assessments/<int:pk>/", assessment.assessment_detail, name="assessment_detail"),
    path("assessments/<int:pk>/assessor/", assessment.assessor_name, name="assessor_name"),
    path("assessments/<int:pk>/marks/", assessment.assessment_marks, name="assessment_marks"),
    path("assessments/<int:pk>/result/", assessment.exam_result, name="exam_result"),
    path("assessments/<int:pk>/close/", assessment.assessment_close, name="assessment_close"),
    path("assessments/<int:pk>/peer-review/", peer_reviews.peer_review_open, name="peer_review_open"),
    path("assessments/<int:pk>/notice/", notices.notice_publish, name="notice_publish"),
    path("assessors/<int:pk>/remove/", assessment.assessor_remove, name="assessor_remove"),
    path("assessors/<int:pk>/files/<int:document>/", assessment.assessor_file, name="assessor_file"),
    path("peer-reviews/<int:pk>/extend/", peer_reviews.peer_review_extend, name="peer_review_extend"),
    path("peer-reviews/<int:pk>/close/", peer_reviews.peer_review_close, name="peer_review_close"),
    path("peer-reviews/<int:pk>/vote/", peer_reviews.peer_vote, name="peer_vote"),
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice_detail"),
    path("notices/<int:pk>/object/", notices.objection_raise, name="objection_raise"),
    path("objections/<int:pk>/", notices.objection_detail, name="objection_detail"),
    path("objections/<int:pk>/investigator/", notices.objection_assign, name="objection_assign"),
    path("objections/<int:pk>/findings/", notices.objection_findings, name="objection_findings"),
    path("objections/<int:pk>/answer/", notices.objection_answer, name="objection_answer"),
]
