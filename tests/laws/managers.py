"""Laws of the way into office, contracts, plans, hand-overs and dossiers."""

from __future__ import annotations

from dataclasses import replace

from tests.laws.breaches import (
    CLOSED_MONTH,
    Laws,
    Values,
    adding,
    changing,
    closed_month_guards,
    removing,
    row,
    twice,
)

PERSON, ANOTHER = "@organization_employee", "@organization_employee:another"
BRANCH, ELSEWHERE = "@organization_branch", "@organization_branch:elsewhere"
NOON = "2026-10-05 12:00+08"

DEFAULTS: dict[str, Values] = {
    "managers_application": {"route": "own", "candidate_id": PERSON, "proposer_id": PERSON},
    "managers_appointment": {"first_day": "2026-01-01"},
    "managers_appointmentchange": {
        "kind": "end",
        "first_day": None,
        "last_day": "2026-10-31",
        "proposed_by_id": ANOTHER,
    },
    "managers_authorisationletter": {"issued_by_id": ANOTHER},
    "managers_conductentry": {"indicator": "conduct", "points_hundredths": -100},
    "managers_contract": {"appointment_id": "@managers_appointment", "state": "draft", "first_day": "2026-01-01"},
    "managers_contracttarget": {"target_hundredths": 100, "indicator": "deposit_average"},
    "managers_handover": {"witness_id": "@organization_employee:witness"},
    "managers_handoversignature": {"party": "giver", "digest": ""},
    "managers_honour": {"made_by_id": ANOTHER},
    "managers_mark": {"mark": 3},
    "managers_monthlycost": {"month": "2026-10-01"},
    "managers_objection": {"raised_by_id": ANOTHER},
    "managers_penalty": {"made_by_id": ANOTHER},
    "managers_plan": {"first_month": "2026-01-01", "whole_hundredths": 100, "year": 2026},
    "managers_planpart": {"branch_id": BRANCH, "manager_id": None},
    "managers_session": {"hours_hundredths": 200},
    "managers_suspension": {"first_day": "2026-10-05", "last_day": "2026-10-20"},
    "managers_target": {"month": "2026-10-01", "indicator": "deposit_average"},
    "managers_targetacceptance": {"month": "2026-10-01"},
    "managers_workreport": {"kind": "daily", "state": "draft"},
}

UNBREAKABLE: dict[str, str] = {}

PROGRAM = "The program never writes such a row: no person can."
LOOKED = "The action looks first and refuses in words of its own."
IMPORT = "Files are compared with what stands before anything comes in."
LATE = "closed_month_takes_nothing"

QUALIFIED = row("managers_application", "application", state="qualified")
ASSESSED = row("managers_application", "application", state="assessed")
OF_IT = {"application_id": "@application"}
APPROVED: Values = {"state": "approved", "decided_by_id": ANOTHER, "decided_at": NOON}
CONDITIONS = [
    {"condition": "formal", "result": "met"},
    {"condition": "service", "result": "met", "evidence": {"required_years": 5}},
    {"condition": "capacity", "result": "met"},
    {"condition": "penalty", "result": "met"},
]
READY: Values = {
    "state": "on_notice",
    "candidate_id": "@candidate",
    "proposer_id": "@candidate",
    "declares_capacity": True,
    "qualification": CONDITIONS,
    "decided_by_id": ANOTHER,
    "decided_at": NOON,
}
CANDIDATE = row("organization_employee", "candidate", employment="formal", hired_on="2010-03-04")
PUBLISHED = row("managers_publicnotice", "notice", application_id="@application")
SIGNED: Values = {
    "state": "in_force",
    "made_by_id": "@organization_employee:maker",
    "branch_signed_by_id": ANOTHER,
    "branch_signed_at": NOON,
    "manager_signed_at": NOON,
    "branch_digest": "d",
    "manager_digest": "d",
}
SIGNED_CONTRACT = row("managers_contract", "contract", **SIGNED)
DRAFT_CONTRACT = row("managers_contract", "contract")
APPOINTMENT = row("managers_appointment", "appointment", first_day="2026-01-01", last_day="2026-12-31")
THERE: Values = {"appointment_id": "@appointment"}
APPROVED_PLAN: Values = {"state": "approved", "approved_by_id": ANOTHER, "made_by_id": PERSON}
PLAN = row("managers_plan", "plan", **APPROVED_PLAN)
OF_PLAN: Values = {"plan_id": "@plan"}
REPLACED_PLAN = (
    row("managers_plan", "plan", **{**APPROVED_PLAN, "state": "replaced"}),
    row("managers_planpart", **OF_PLAN, part_hundredths=100),
)
ROUND = row("managers_handover", "sheet", state="signing", digest="d")
SIGNED_SHEET: Values = {"state": "signing", "digest": "d"}
NOTED = row("managers_session", "session", noted_at=NOON)
INSPECTED: Values = {"inspected_on": "2026-10-05", "inspector_id": ANOTHER, "findings": "words"}
SENT: Values = {"state": "sent", "sent_at": NOON}
DISMISSED: Values = {"state": "dismissed", "decided_by_id": ANOTHER, "decided_at": NOON, "dismiss_reason": "words"}

LAWS: Laws = {
    # -- applications -------------------------------------------------------------------------------------------------
    "managers_application.application_decision_has_a_name": (
        adding("managers_application", state="approved", decided_at=NOON),
        adding("managers_application", state="approved", decided_by_id=ANOTHER),
    ),
    "managers_application.application_in_office_has_an_appointment": (
        adding("managers_application", **{**APPROVED, "state": "in_office"}, unsaid=PROGRAM),
    ),
    "managers_application.application_not_checked_by_candidate": (
        adding(
            "managers_application", route="colleagues", proposer_id=ANOTHER, candidate_id=PERSON, checked_by_id=PERSON
        ),
    ),
    "managers_application.application_not_checked_by_proposer": (
        adding(
            "managers_application", route="colleagues", proposer_id=ANOTHER, candidate_id=PERSON, checked_by_id=ANOTHER
        ),
    ),
    "managers_application.application_not_decided_by_candidate": (
        adding(
            "managers_application", route="colleagues", proposer_id=ANOTHER, candidate_id=PERSON, decided_by_id=PERSON
        ),
    ),
    "managers_application.application_not_decided_by_proposer": (
        adding(
            "managers_application", route="colleagues", proposer_id=ANOTHER, candidate_id=PERSON, decided_by_id=ANOTHER
        ),
    ),
    "managers_application.application_of_a_unit_names_it": (
        adding("managers_application", route="unit", proposer_id=ANOTHER),
        adding("managers_application", recommending_unit_id=BRANCH),
    ),
    "managers_application.application_own_way": (adding("managers_application", proposer_id=ANOTHER),),
    "managers_application.application_recommended_by_another": (adding("managers_application", route="colleagues"),),
    "managers_application.application_refusal_has_a_reason": (adding("managers_application", state="returned"),),
    "managers_application.one_live_application": (twice("managers_application", candidate_id=PERSON),),
    "managers_application.application_begins": (
        adding("managers_application", state="submitted", refused_as="application_begins_as_draft"),
    ),
    "managers_application.application_decided": (
        changing("managers_application", APPROVED, {"statement": "other"}, refused_as="decided_application_stays"),
        changing(
            "managers_application",
            {**APPROVED, "appointment_id": "@managers_appointment"},
            {"appointment_id": None},
            refused_as="decided_application_stays",
        ),
    ),
    "managers_application.application_kept": (
        removing("managers_application", state="submitted", refused_as="submitted_application_is_kept"),
        removing("managers_application", submitted_at=NOON, refused_as="submitted_application_is_kept"),
    ),
    "managers_application.application_qualifies": tuple(
        changing(
            "managers_application",
            {**READY, **before},
            {"state": "approved"},
            *given,
            refused_as="application_conditions_hold",
        )
        for before, given in (
            ({"declares_capacity": False}, (CANDIDATE,)),
            ({"qualification": CONDITIONS[1:]}, (CANDIDATE,)),
            ({"qualification": [*CONDITIONS, {"condition": "other", "result": "not_met"}]}, (CANDIDATE,)),
            ({}, (replace(CANDIDATE, values={**CANDIDATE.values, "employment": "agency"}),)),
            ({}, (replace(CANDIDATE, values={**CANDIDATE.values, "hired_on": "2024-01-01"}),)),
            ({}, (CANDIDATE, row("managers_penalty", employee_id="@candidate", first_day="2026-01-01"))),
        )
    ),
    "managers_application.approval_law": (
        changing(
            "managers_application",
            "application",
            {"state": "approved"},
            CANDIDATE,
            row("managers_application", "application", **READY),
            PUBLISHED,
            row("managers_objection", notice_id="@notice"),
            refused_as="approval_needs_objections_dismissed",
        ),
    ),
    "managers_application.application_state_law": (
        changing("managers_application", {}, {"state": "assessed"}, refused_as="state_step_allowed"),
    ),
    "managers_applicationstep.application_steps_grow": (
        changing("managers_applicationstep", {}, {"reason": "other"}, refused_as="application_steps_only_grow"),
        removing("managers_applicationstep", refused_as="application_steps_only_grow"),
    ),
    "managers_recommendation.recommendation_once": (twice("managers_recommendation", recommender_id=ANOTHER),),
    "managers_recommendation.recommendation_by_another": (
        adding("managers_recommendation", recommender_id=PERSON),
        changing("managers_recommendation", {"recommender_id": ANOTHER}, {"recommender_id": PERSON}),
    ),
    "managers_recommendation.recommendation_stays": (
        changing(
            "managers_recommendation",
            {"recommender_id": ANOTHER, "state": "confirmed"},
            {"words": "other"},
            refused_as="answered_recommendation_stays",
        ),
        removing(
            "managers_recommendation",
            recommender_id=ANOTHER,
            state="confirmed",
            refused_as="answered_recommendation_stays",
        ),
    ),
    "managers_call.call_ends_after_it_begins": (
        adding("managers_call", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "managers_call.call_has_posts": (adding("managers_call", posts=0),),
    "managers_call.call_stays": (
        changing("managers_call", {}, {"title": "other"}, refused_as="announced_call_stays"),
        changing(
            "managers_call",
            {"closed_at": NOON, "closed_by_id": PERSON},
            {"closed_at": None},
            refused_as="announced_call_stays",
        ),
    ),
    # -- assessment, notices, objections ------------------------------------------------------------------------------
    "managers_assessor.assessor_once": (twice("managers_assessor", employee_id=ANOTHER),),
    "managers_assessor.assessor_law": (
        adding("managers_assessor", ASSESSED, **OF_IT, refused_as="assessment_closed_stays"),
        removing("managers_assessor", ASSESSED, **OF_IT, refused_as="assessment_closed_stays"),
    ),
    "managers_examresult.exam_result_once": (twice("managers_examresult", kind="written"),),
    "managers_examresult.exam_result_up_to_a_hundred": (adding("managers_examresult", result_hundredths=10_001),),
    "managers_examresult.exam_result_law": (
        adding("managers_examresult", ASSESSED, **OF_IT, refused_as="assessment_closed_stays"),
        removing("managers_examresult", ASSESSED, **OF_IT, refused_as="assessment_closed_stays"),
    ),
    "managers_mark.mark_from_one_to_five": (adding("managers_mark", mark=0), adding("managers_mark", mark=6)),
    "managers_mark.mark_once": (twice("managers_mark", unsaid=PROGRAM),),
    "managers_mark.mark_law": tuple(
        replace(breach, given=(ASSESSED, row("managers_assessor", "assessor", **OF_IT)))
        for breach in (
            adding("managers_mark", assessor_id="@assessor", refused_as="assessment_closed_stays"),
            removing("managers_mark", assessor_id="@assessor", refused_as="assessment_closed_stays"),
            changing("managers_mark", {"assessor_id": "@assessor"}, {"mark": 5}, refused_as="assessment_closed_stays"),
        )
    ),
    "managers_peerreview.peer_review_sum_of_votes": (
        adding("managers_peerreview", votes=1, marks_sum=101, unsaid=PROGRAM),
    ),
    "managers_peerreview.peer_review_law": (
        removing("managers_peerreview", refused_as="peer_review_only_grows"),
        changing(
            "managers_peerreview", {"votes": 2, "marks_sum": 90}, {"votes": 1}, refused_as="peer_review_only_grows"
        ),
        changing(
            "managers_peerreview", {"votes": 2, "marks_sum": 90}, {"marks_sum": 91}, refused_as="peer_review_only_grows"
        ),
        changing("managers_peerreview", {"closed_at": NOON}, {"votes": 1}, refused_as="peer_review_only_grows"),
    ),
    "managers_peervoter.peer_voter_once": (twice("managers_peervoter", unsaid=PROGRAM),),
    "managers_peervoter.peer_voter_law": (
        removing("managers_peervoter", refused_as="peer_review_only_grows"),
        changing("managers_peervoter", {"has_voted": True}, {"has_voted": False}, refused_as="peer_review_only_grows"),
        changing("managers_peervoter", {}, {"employee_id": ANOTHER}, refused_as="peer_review_only_grows"),
    ),
    "managers_publicnotice.notice_lasts": (adding("managers_publicnotice", working_days=0),),
    "managers_publicnotice.one_notice_at_a_time": (twice("managers_publicnotice"),),
    "managers_publicnotice.notice_law": (
        removing("managers_publicnotice", refused_as="notice_stays"),
        changing("managers_publicnotice", {}, {"text": "other"}, refused_as="notice_stays"),
        changing("managers_publicnotice", {"taken_down_at": NOON}, {"taken_down_at": None}, refused_as="notice_stays"),
    ),
    "managers_objection.objection_answered_by_another": (adding("managers_objection", answered_by_id=ANOTHER),),
    "managers_objection.objection_decided_with_an_answer": (
        adding("managers_objection", state="upheld", answered_by_id=PERSON, answered_on="2026-10-06", answer=""),
        adding("managers_objection", state="upheld", answered_by_id=PERSON, answer="words"),
        adding("managers_objection", state="upheld", answered_on="2026-10-06", answer="words"),
    ),
    "managers_objection.objection_law": (
        adding(
            "managers_objection",
            row("managers_publicnotice", "down", taken_down_at=NOON),
            notice_id="@down",
            refused_as="objection_needs_a_notice",
        ),
        removing("managers_objection", refused_as="objection_stays"),
        changing("managers_objection", {}, {"text": "other"}, refused_as="objection_stays"),
        changing("managers_objection", {}, {"investigator_id": PERSON}, refused_as="objection_looked_into_by_another"),
        changing("managers_objection", {}, {"investigator_id": ANOTHER}, refused_as="objection_looked_into_by_another"),
        changing("managers_objection", {}, {"answered_by_id": PERSON}, refused_as="objection_looked_into_by_another"),
    ),
    "managers_objection.objection_state_law": (
        changing("managers_objection", {"state": "investigated"}, {"state": "raised"}, refused_as="state_step_allowed"),
    ),
    # -- offices ------------------------------------------------------------------------------------------------------
    "managers_appointment.appointment_decided_by_another": (adding("managers_appointment", appointed_by_id=PERSON),),
    "managers_appointment.appointment_end_decided_by_another": (adding("managers_appointment", ended_by_id=PERSON),),
    "managers_appointment.appointment_ends_after_it_begins": (
        replace(
            adding("managers_appointment", first_day="2026-10-05", last_day="2026-10-04"),
            also_without=("managers_appointment.one_appointment_a_day",),  # no range of days runs backwards
        ),
    ),
    "managers_appointment.one_appointment_a_day": (twice("managers_appointment"),),
    "managers_appointment.appointment_closed_law": (
        changing("managers_appointment", {"last_day": None}, {"last_day": "2026-09-29"}, CLOSED_MONTH, refused_as=LATE),
    ),
    "managers_appointment.appointment_law": tuple(
        changing(
            "managers_appointment",
            "appointment",
            {name: value},
            APPOINTMENT,
            row("managers_contract", **{**SIGNED, **THERE}, last_day="2026-12-31"),
            refused_as="appointment_of_a_contract_stays",
        )
        for name, value in (("employee_id", ANOTHER), ("branch_id", ELSEWHERE), ("first_day", "2025-12-01"))
    )
    + (
        changing(
            "managers_appointment",
            {"end": "dismissal", "last_day": "2026-10-15"},
            {"last_day": None},
            refused_as="appointment_end_stays",
        ),
    ),
    "managers_appointment.appointment_contract_law": (
        changing(
            "managers_appointment",
            "appointment",
            {"last_day": "2026-12-30"},
            APPOINTMENT,
            row("managers_contract", **{**SIGNED, **THERE}, last_day="2026-12-31"),
            refused_as="contract_within_office",
        ),
    ),
    "managers_appointment.appointment_suspension_law": (
        changing(
            "managers_appointment",
            "appointment",
            {"last_day": "2026-10-19"},
            APPOINTMENT,
            row("managers_suspension", **THERE),
            refused_as="suspension_within_appointment",
        ),
    ),
    "managers_suspension.one_suspension_a_day": (twice("managers_suspension"),),
    "managers_suspension.suspension_ends_after_it_begins": (
        replace(
            adding("managers_suspension", first_day="2026-10-05", last_day="2026-10-04"),
            also_without=("managers_suspension.one_suspension_a_day",),
        ),
    ),
    "managers_suspension.suspension_closed_law": (
        adding("managers_suspension", CLOSED_MONTH, first_day="2026-09-30", refused_as=LATE),
        removing("managers_suspension", CLOSED_MONTH, first_day="2026-09-30", refused_as=LATE),
    ),
    "managers_suspension.suspension_law": (
        adding(
            "managers_suspension",
            APPOINTMENT,
            **THERE,
            last_day="2027-01-01",
            refused_as="suspension_within_appointment",
        ),
        adding(
            "managers_suspension",
            APPOINTMENT,
            **THERE,
            first_day="2025-12-31",
            refused_as="suspension_within_appointment",
        ),
    ),
    "managers_appointmentchange.change_days_of_its_kind": (
        adding("managers_appointmentchange", kind="suspension"),
        adding("managers_appointmentchange", first_day="2026-10-05"),
        adding("managers_appointmentchange", last_day=None),
    ),
    "managers_appointmentchange.change_decision_has_a_name": (
        adding("managers_appointmentchange", state="approved", decided_at=NOON),
    ),
    "managers_appointmentchange.change_ends_after_it_begins": (
        adding("managers_appointmentchange", kind="suspension", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "managers_appointmentchange.change_not_decided_by_proposer": (
        adding("managers_appointmentchange", decided_by_id=ANOTHER),
    ),
    "managers_appointmentchange.change_not_decided_by_the_person": (
        adding("managers_appointmentchange", decided_by_id=PERSON),
    ),
    "managers_appointmentchange.change_refusal_has_a_reason": (
        adding(
            "managers_appointmentchange",
            state="rejected",
            decided_by_id="@organization_employee:third",
            decided_at=NOON,
            decision_reason="",
        ),
    ),
    "managers_appointmentchange.change_transfer_leads_to_another_branch": (
        adding("managers_appointmentchange", to_branch_id=ELSEWHERE),
        adding("managers_appointmentchange", kind="transfer"),
        adding("managers_appointmentchange", kind="transfer", to_branch_id=BRANCH),
    ),
    "managers_appointmentchange.one_open_change_of_an_appointment": (
        twice("managers_appointmentchange", appointment_id="@managers_appointment"),
    ),
    "managers_appointmentchange.change_law": (
        adding("managers_appointmentchange", employee_id=ANOTHER, refused_as="change_of_its_appointment"),
        adding("managers_appointmentchange", branch_id=ELSEWHERE, refused_as="change_of_its_appointment"),
        removing("managers_appointmentchange", refused_as="appointment_change_stays"),
        changing("managers_appointmentchange", {}, {"last_day": "2026-11-30"}, refused_as="appointment_change_stays"),
        changing(
            "managers_appointmentchange",
            {"state": "approved", "decided_by_id": "@organization_employee:third", "decided_at": NOON},
            {"decided_by_id": "@organization_employee:fourth"},
            refused_as="appointment_change_stays",
        ),
    ),
    "managers_appointmentchange.change_state_law": (
        changing(
            "managers_appointmentchange",
            {"decided_by_id": "@organization_employee:third", "decided_at": NOON},
            {"state": "done"},
            refused_as="state_step_allowed",
        ),
    ),
    # -- contracts and plans ------------------------------------------------------------------------------------------
    "managers_contract.contract_agreed_by_both": tuple(
        adding("managers_contract", **{**SIGNED, name: value})
        for name, value in (
            ("branch_signed_by_id", None),
            ("branch_signed_at", None),
            ("manager_signed_at", None),
            ("manager_digest", "other"),
        )
    ),
    "managers_contract.contract_ends_after_it_begins": (
        adding("managers_contract", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "managers_contract.contract_of_an_appointment": (
        adding("managers_contract", appointment_id=None),
        adding("managers_contract", **{**SIGNED, "appointment_id": None, "application_id": "@managers_application"}),
    ),
    "managers_contract.contract_signed_by_another_for_the_branch": (
        adding("managers_contract", made_by_id=ANOTHER, branch_signed_by_id=ANOTHER),
    ),
    "managers_contract.one_contract_a_day": (twice("managers_contract", **SIGNED),),
    "managers_contract.contract_law": (
        changing("managers_contract", SIGNED, {"contract_no": "other"}, refused_as="signed_contract_stays"),
        changing(
            "managers_contract",
            {**SIGNED, "last_day": "2026-10-31"},
            {"last_day": "2026-11-30"},
            refused_as="signed_contract_stays",
        ),
        removing("managers_contract", **SIGNED, refused_as="signed_contract_stays"),
        adding("managers_contract", made_by_id=PERSON, refused_as="contract_not_with_oneself"),
        adding(
            "managers_contract",
            made_by_id=ANOTHER,
            branch_signed_by_id=PERSON,
            refused_as="contract_not_with_oneself",
        ),
    ),
    "managers_contract.contract_office_law": (
        adding(
            "managers_contract",
            APPOINTMENT,
            **{**SIGNED, **THERE},
            last_day="2027-01-01",
            refused_as="contract_within_office",
        ),
        changing(
            "managers_contract",
            {**SIGNED, **THERE, "state": "agreed", "first_day": "2025-12-31", "last_day": "2026-10-31"},
            {"state": "in_force"},
            APPOINTMENT,
            refused_as="contract_within_office",
        ),
    ),
    "managers_contract.contract_state_law": (
        changing("managers_contract", SIGNED, {"state": "agreed"}, refused_as="state_step_allowed"),
    ),
    "managers_contracttarget.contract_target_baseline_of_growth": (
        adding("managers_contracttarget", counts="growth"),
        adding("managers_contracttarget", baseline_hundredths=5),
    ),
    "managers_contracttarget.contract_target_once": (twice("managers_contracttarget", unsaid=PROGRAM),),
    "managers_contracttarget.contract_target_or_not_applicable": (
        adding("managers_contracttarget", target_hundredths=0),
        adding("managers_contracttarget", target_hundredths=None),
        adding("managers_contracttarget", not_applicable=True),
    ),
    "managers_contracttarget.contract_target_times_days_of_accumulated": (
        adding("managers_contracttarget", times_days=True),
    ),
    "managers_contracttarget.contract_target_law": (
        adding("managers_contracttarget", SIGNED_CONTRACT, contract_id="@contract", refused_as="signed_contract_stays"),
        removing(
            "managers_contracttarget", SIGNED_CONTRACT, contract_id="@contract", refused_as="signed_contract_stays"
        ),
        changing(
            "managers_contracttarget",
            {"contract_id": "@contract"},
            {"target_hundredths": 200},
            SIGNED_CONTRACT,
            refused_as="signed_contract_stays",
        ),
    ),
    "managers_plan.plan_above_zero": (adding("managers_plan", whole_hundredths=0),),
    "managers_plan.plan_approved_by_another": (adding("managers_plan", **{**APPROVED_PLAN, "approved_by_id": PERSON}),),
    "managers_plan.plan_approved_has_a_name": (
        adding("managers_plan", **{**APPROVED_PLAN, "approved_by_id": None}, unsaid=PROGRAM),
        adding("managers_plan", **{**APPROVED_PLAN, "state": "draft"}, unsaid=PROGRAM),
    ),
    "managers_plan.plan_names_a_month": (adding("managers_plan", first_month="2026-01-02", unsaid=PROGRAM),),
    "managers_plan.plan_once": (twice("managers_plan", indicator="deposit_average", version=1, unsaid=PROGRAM),),
    "managers_plan.plan_one_approved": (
        adding(
            "managers_plan",
            row("managers_plan", **APPROVED_PLAN, indicator="deposit_average", version=1),
            **APPROVED_PLAN,
            indicator="deposit_average",
            version=2,
        ),
    ),
    "managers_plan.plan_law": (
        removing("managers_plan", **APPROVED_PLAN, refused_as="approved_plan_stays"),
        changing("managers_plan", "plan", {"year": 2027}, *REPLACED_PLAN, refused_as="approved_plan_stays"),
    ),
    "managers_plan.plan_state_law": (
        changing("managers_plan", "plan", {"state": "approved"}, *REPLACED_PLAN, refused_as="state_step_allowed"),
    ),
    "managers_plan.plan_sum_law": (adding("managers_plan", **APPROVED_PLAN, refused_as="plan_adds_up"),),
    "managers_planpart.plan_part_not_negative": (adding("managers_planpart", part_hundredths=-1),),
    "managers_planpart.plan_part_of_branch_or_manager": (
        adding("managers_planpart", branch_id=None, unsaid=PROGRAM),
        adding("managers_planpart", manager_id=PERSON, unsaid=PROGRAM),
    ),
    "managers_planpart.plan_part_once": (twice("managers_planpart", unsaid=PROGRAM),),
    "managers_planpart.plan_part_law": (
        adding("managers_planpart", PLAN, **OF_PLAN, refused_as="approved_plan_stays"),
        removing("managers_planpart", PLAN, **OF_PLAN, refused_as="approved_plan_stays"),
        changing("managers_planpart", OF_PLAN, {"part_hundredths": 7}, PLAN, refused_as="approved_plan_stays"),
    ),
    "managers_monthlycost.monthly_cost_names_a_month": (
        adding("managers_monthlycost", month="2026-10-02", unsaid=PROGRAM),
    ),
    "managers_monthlycost.monthly_cost_not_negative": (adding("managers_monthlycost", amount_fen=-1),),
    "managers_monthlycost.monthly_cost_once": (twice("managers_monthlycost", employee_id=None, unsaid=IMPORT),),
    **closed_month_guards("managers_monthlycost", "month", "monthly_cost", "changed_from"),
    "managers_target.target_names_a_month": (adding("managers_target", month="2026-10-02", unsaid=PROGRAM),),
    "managers_target.target_once": (twice("managers_target", unsaid=IMPORT),),
    **closed_month_guards("managers_target", "month", "target", "changed_from"),
    "managers_targetacceptance.target_acceptance_names_a_month": (
        adding("managers_targetacceptance", month="2026-10-02", unsaid=PROGRAM),
    ),
    "managers_targetacceptance.target_acceptance_once": (twice("managers_targetacceptance", unsaid=PROGRAM),),
    # -- hand-overs ---------------------------------------------------------------------------------------------------
    "managers_handover.hand_over_ends_after_it_begins": (
        adding("managers_handover", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "managers_handover.hand_over_witnessed_by_another": (adding("managers_handover", witness_id=PERSON),),
    "managers_handover.one_hand_over_at_a_time": (twice("managers_handover"),),
    "managers_handover.handover_law": (
        removing("managers_handover", refused_as="hand_over_stays"),
        changing("managers_handover", {"state": "cancelled"}, {"remarks": "other"}, refused_as="hand_over_stays"),
        changing("managers_handover", SIGNED_SHEET, {"remarks": "other"}, refused_as="hand_over_stays"),
        changing("managers_handover", {}, {"branch_id": ELSEWHERE}, refused_as="hand_over_stays"),
        changing("managers_handover", SIGNED_SHEET, {"state": "done"}, refused_as="hand_over_done_when_all_signed"),
    ),
    "managers_handover.handover_state_law": (
        changing(
            "managers_handover",
            "sheet",
            {"state": "done"},
            row("managers_handover", "sheet", state="draft", digest="d"),
            *(
                row("managers_handoversignature", hand_over_id="@sheet", party=party, digest="d", signed_at=NOON)
                for party in ("giver", "witness")
            ),
            refused_as="state_step_allowed",
        ),
    ),
    "managers_handoversignature.hand_over_signature_has_digest_and_instant": (
        adding("managers_handoversignature", digest="d", unsaid=PROGRAM),
        adding("managers_handoversignature", signed_at=NOON, unsaid=PROGRAM),
    ),
    "managers_handoversignature.hand_over_signed_in_stead_of_the_giver": tuple(
        adding(
            "managers_handoversignature",
            **{
                "in_stead_of_id": ANOTHER,
                "party": "giver",
                "reason": "away",
                "digest": "d",
                "signed_at": NOON,
                name: value,
            },
        )
        for name, value in (("party", "witness"), ("reason", ""))
    ),
    "managers_handoversignature.hand_over_signed_once": (twice("managers_handoversignature", unsaid=PROGRAM),),
    "managers_handoversignature.signature_law": (
        adding("managers_handoversignature", refused_as="hand_over_signature_stays"),
        removing("managers_handoversignature", ROUND, hand_over_id="@sheet", refused_as="hand_over_signature_stays"),
        changing(
            "managers_handoversignature",
            {"hand_over_id": "@sheet", "digest": "d", "signed_at": NOON},
            {"digest": "", "signed_at": None},
            ROUND,
            refused_as="hand_over_signature_stays",
        ),
    ),
    # -- conduct, dossier ---------------------------------------------------------------------------------------------
    "managers_conductentry.conduct_entry_confirmed_by_another": (
        adding("managers_conductentry", state="confirmed", made_by_id=ANOTHER, decided_by_id=ANOTHER),
    ),
    "managers_conductentry.conduct_entry_decided_has_a_name": (
        adding("managers_conductentry", state="confirmed"),
        adding("managers_conductentry", decided_by_id=ANOTHER),
    ),
    "managers_conductentry.conduct_entry_has_points": (
        adding("managers_conductentry", points_hundredths=0, unsaid=LOOKED),
    ),
    "managers_conductentry.conduct_entry_not_about_oneself": (
        adding("managers_conductentry", state="confirmed", decided_by_id=PERSON),
    ),
    "managers_conductentry.conduct_entry_of_an_entry_indicator": (
        adding("managers_conductentry", indicator="deposit_average", unsaid=PROGRAM),
    ),
    "managers_conductentry.conduct_entry_once": (
        twice("managers_conductentry", happened_on="2026-10-05", entry_no="1"),
    ),
    **closed_month_guards("managers_conductentry", "entered_on", "conduct_entry", "changed_from"),
    "managers_attendance.attendance_has_hours": (
        adding("managers_attendance", attended=True),
        adding("managers_attendance", attended=True, hours_hundredths=0),
        adding("managers_attendance", hours_hundredths=5),
        adding("managers_attendance", attended=False, hours_hundredths=5),
    ),
    "managers_attendance.attendance_once": (twice("managers_attendance", unsaid=LOOKED),),
    "managers_attendance.attendance_in_time": (
        adding("managers_attendance", NOTED, session_id="@session", refused_as="attendance_stays"),
    ),
    "managers_attendance.attendance_kept": (removing("managers_attendance", refused_as="dossier_row_stays"),),
    "managers_attendance.attendance_stays": (changing("managers_attendance", {"attended": False}, {"attended": None}),),
    "managers_authorisationletter.authorisation_letter_by_another": (
        adding("managers_authorisationletter", issued_by_id=PERSON),
        adding("managers_authorisationletter", revoked_by_id=PERSON, revoked_on="2026-10-06", revoke_reason="words"),
    ),
    "managers_authorisationletter.authorisation_letter_ends_after_it_begins": (
        adding("managers_authorisationletter", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "managers_authorisationletter.authorisation_letter_limit_above_zero": (
        adding("managers_authorisationletter", limit_fen=0),
    ),
    "managers_authorisationletter.authorisation_letter_once": (twice("managers_authorisationletter", letter_no="1"),),
    "managers_authorisationletter.authorisation_letter_revoked_with_a_reason": (
        adding("managers_authorisationletter", revoked_by_id=ANOTHER, revoked_on="2026-10-06", revoke_reason=""),
        adding("managers_authorisationletter", revoked_on="2026-10-06", revoke_reason="words"),
    ),
    "managers_authorisationletter.letter_kept": (
        removing("managers_authorisationletter", refused_as="dossier_row_stays"),
    ),
    "managers_authorisationletter.letter_stays": (
        changing("managers_authorisationletter", {}, {"letter_no": "other"}, refused_as="authorisation_letter_stays"),
    ),
    "managers_authorisationletter.letter_over": (
        changing(
            "managers_authorisationletter",
            {"revoked_by_id": ANOTHER, "revoked_on": "2026-10-06", "revoke_reason": "words"},
            {"revoke_reason": "other words"},
            refused_as="authorisation_letter_stays",
        ),
    ),
    "managers_honour.honour_by_another": (adding("managers_honour", made_by_id=PERSON),),
    "managers_honour.honour_kept": (removing("managers_honour", refused_as="dossier_row_stays"),),
    "managers_honour.honour_stays": (changing("managers_honour", {}, {"employee_id": "@organization_employee:third"}),),
    "managers_inspection.inspection_accepted_after_mending": (
        adding("managers_inspection", **INSPECTED, accepted_at=NOON, accepted_by_id=ANOTHER),
    ),
    "managers_inspection.inspection_accepted_by_another": (adding("managers_inspection", accepted_by_id=PERSON),),
    "managers_inspection.inspection_by_another": (adding("managers_inspection", inspector_id=PERSON),),
    "managers_inspection.inspection_done_has_findings": (
        adding("managers_inspection", **{**INSPECTED, "findings": ""}),
        adding("managers_inspection", **{**INSPECTED, "inspector_id": None}),
    ),
    "managers_inspection.inspection_done_or_cancelled": (
        adding("managers_inspection", **INSPECTED, cancelled_at=NOON, cancelled_by_id=ANOTHER, cancel_reason="words"),
        adding("managers_inspection", cancelled_at=NOON, cancelled_by_id=ANOTHER, cancel_reason=""),
        adding("managers_inspection", cancelled_at=NOON, cancel_reason="words"),
    ),
    "managers_inspection.inspection_follow_up_has_a_day": (adding("managers_inspection", follow_up="words"),),
    "managers_inspection.inspection_mended_after_findings": (
        adding("managers_inspection", **INSPECTED, mended_on="2026-10-07"),
    ),
    "managers_inspection.inspection_kept": (removing("managers_inspection", refused_as="dossier_row_stays"),),
    "managers_inspection.inspection_stays": (
        changing("managers_inspection", INSPECTED, {"findings": "other"}, refused_as="inspection_done_stays"),
    ),
    "managers_inspection.inspection_over": (
        changing(
            "managers_inspection",
            {"cancelled_at": NOON, "cancelled_by_id": ANOTHER, "cancel_reason": "words"},
            {"cancel_reason": "other"},
            refused_as="inspection_done_stays",
        ),
    ),
    "managers_penalty.penalty_by_another": (
        adding("managers_penalty", made_by_id=PERSON),
        adding("managers_penalty", lifted_by_id=PERSON),
    ),
    "managers_penalty.penalty_ends_after_it_begins": (
        adding("managers_penalty", first_day="2026-10-05", last_day="2026-10-04"),
    ),
    "managers_penalty.penalty_lifted_with_a_reason": (
        adding("managers_penalty", lifted_at=NOON, lifted_by_id=ANOTHER, lift_reason=""),
        adding("managers_penalty", lifted_at=NOON, lift_reason="words"),
    ),
    "managers_penalty.penalty_kept": (removing("managers_penalty", refused_as="dossier_row_stays"),),
    "managers_penalty.penalty_stays": (changing("managers_penalty", {}, {"first_day": "2026-10-01"}),),
    "managers_penalty.penalty_over": (
        changing(
            "managers_penalty",
            {"lifted_at": NOON, "lifted_by_id": ANOTHER, "lift_reason": "words"},
            {"lift_reason": "other"},
            refused_as="penalty_stays",
        ),
    ),
    "managers_session.session_cancelled_with_a_reason": (
        adding("managers_session", cancelled_at=NOON, cancelled_by_id=PERSON, cancel_reason=""),
        adding("managers_session", cancelled_at=NOON, cancel_reason="words"),
    ),
    "managers_session.session_has_hours": (
        adding("managers_session", hours_hundredths=0),
        adding("managers_session", hours_hundredths=10_001),
    ),
    "managers_session.session_noted_or_cancelled": (
        adding("managers_session", noted_at=NOON, cancelled_at=NOON, cancelled_by_id=PERSON, cancel_reason="words"),
    ),
    "managers_session.session_kept": (removing("managers_session", refused_as="dossier_row_stays"),),
    "managers_session.session_stays": (changing("managers_session", {"noted_at": NOON}, {"hours_hundredths": 300}),),
    "managers_latereport.late_report_confirmed_is_an_entry": (
        adding("managers_latereport", **{**DISMISSED, "state": "confirmed"}, unsaid=PROGRAM),
        adding("managers_latereport", entry_id="@managers_conductentry", unsaid=PROGRAM),
    ),
    "managers_latereport.late_report_decided_by_another": (
        adding("managers_latereport", **{**DISMISSED, "decided_by_id": PERSON}),
    ),
    "managers_latereport.late_report_decided_has_a_name": (
        adding("managers_latereport", **{**DISMISSED, "decided_by_id": None}, unsaid=PROGRAM),
        adding("managers_latereport", decided_by_id=ANOTHER, unsaid=PROGRAM),
    ),
    "managers_latereport.late_report_dismissed_has_a_reason": (
        adding("managers_latereport", **{**DISMISSED, "dismiss_reason": ""}),
    ),
    "managers_latereport.late_report_kept": (removing("managers_latereport", refused_as="dossier_row_stays"),),
    "managers_latereport.late_report_once": (
        twice("managers_latereport", kind="monthly", period_first_day="2026-09-01", unsaid=PROGRAM),
    ),
    "managers_latereport.late_report_over": (
        changing("managers_latereport", DISMISSED, {"dismiss_reason": "others"}, refused_as="late_report_stays"),
    ),
    "managers_latereport.late_report_stays": (
        changing("managers_latereport", {}, {"due_on": "2026-10-06"}, refused_as="late_report_stays"),
    ),
    "managers_workreport.work_report_once": (twice("managers_workreport", period_first_day="2026-10-05"),),
    "managers_workreport.work_report_period_begins": (
        adding("managers_workreport", kind="weekly", period_first_day="2026-10-06", unsaid=PROGRAM),
        adding("managers_workreport", kind="monthly", period_first_day="2026-10-02", unsaid=PROGRAM),
    ),
    "managers_workreport.work_report_replied_by_another": (adding("managers_workreport", replied_by_id=PERSON),),
    "managers_workreport.work_report_reply_has_words": (
        adding("managers_workreport", **{**SENT, "state": "replied"}, replied_by_id=ANOTHER, reply=""),
        adding("managers_workreport", **{**SENT, "state": "replied"}, reply="words"),
    ),
    "managers_workreport.work_report_sent_has_a_time": (
        adding("managers_workreport", state="sent", unsaid=PROGRAM),
        adding("managers_workreport", sent_at=NOON, unsaid=PROGRAM),
    ),
    "managers_workreport.work_report_kept": (removing("managers_workreport", refused_as="dossier_row_stays"),),
    "managers_workreport.work_report_stays": (
        changing("managers_workreport", SENT, {"period_first_day": "2026-10-06"}, refused_as="work_report_sent_stays"),
    ),
    "managers_workreport.work_report_over": (
        changing(
            "managers_workreport",
            {**SENT, "state": "replied", "replied_by_id": ANOTHER, "reply": "words"},
            {"reply": "other"},
            refused_as="work_report_sent_stays",
        ),
    ),
    "managers_workreport.workreport_state_law": (
        changing("managers_workreport", {**SENT, "state": "read"}, {"state": "sent"}, refused_as="state_step_allowed"),
    ),
}
