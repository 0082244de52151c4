"""Laws of customers, households, assignments, dossiers and the work with customers."""

from __future__ import annotations

from dataclasses import replace

from tests.laws.breaches import (
    CLOSED_DAY,
    CLOSED_MONTH,
    OPEN_DAY,
    Laws,
    Values,
    adding,
    changing,
    hand_over_line_guards,
    removing,
    row,
    saying,
    twice,
)

PERSON, ANOTHER = "@organization_employee", "@organization_employee:another"
CUSTOMER = "@customers_customer"

DEFAULTS: dict[str, Values] = {
    "customers_assignment": {"first_day": "2026-10-05"},
    "customers_customerhandover": {"kept_reason": ""},
    "customers_marketinformation": {"reader_id": ANOTHER},
    "customers_merge": {"archived_id": "@customers_customer:archived"},
    "customers_requiredfact": {"weight": 10},
    "customers_sale": {"quantity_hundredths": 100, "made_by_id": ANOTHER},
    "customers_visit": {"customer_id": CUSTOMER},
}
UNBREAKABLE: dict[str, str] = {}

PRODUCT = row(
    "customers_serviceproduct", "p", code="P1", points_hundredths=50, first_day="2026-10-01", last_day="2026-10-31"
)
SOLD: Values = {
    "product_id": "@p",
    "sold_on": "2026-10-05",
    "entered_on": "2026-10-05",
    "points_hundredths": 50,
}
SELLER = row("managers_appointment", "seller", first_day="2020-01-01")
BELOW = row("organization_branch", "below", parent_id="@organization_branch")
ELSEWHERE = row("organization_branch", "elsewhere")
LONG_SOLD = row("customers_serviceproduct", "long_sold", code="P2", points_hundredths=50, first_day="2020-01-01")
CLOSED_SALE: Values = {"sold_on": CLOSED_DAY, "entered_on": CLOSED_DAY}
REQUEST_ANSWERED: Values = {"answer": "yes", "answered_on": "2026-10-06", "answered_by_id": PERSON}
CANCELLED: Values = {"cancel_reason": "no more", "cancelled_on": "2026-10-06", "cancelled_by_id": PERSON}

OFFICE = row("managers_appointment", "office", first_day="2026-09-01", last_day="2026-10-31")

PROGRAM = "The program never writes such a row: no person can."

# Every table of a dossier has the same law.
_DOSSIER: Laws = {
    f"customers_{table}.{table}_law": (
        removing(f"customers_{table}", refused_as="dossier_entry_is_kept"),
        changing(f"customers_{table}", {"version": 1}, {text: "other"}, refused_as="dossier_version_counts"),
        changing(
            f"customers_{table}", {"version": 1}, {text: "other", "version": 3}, refused_as="dossier_version_counts"
        ),
    )
    for table, text in (
        ("basicfacts", "remarks"),
        ("leader", "name"),
        ("familymember", "name"),
        ("holding", "description"),
        ("creditrecord", "words"),
        ("majorevent", "words"),
        ("otherbank", "bank"),
    )
}
_DOSSIER["customers_leader.leader_law"] += (
    changing(
        "customers_leader",
        {"version": 2, "removed_at": "2026-10-05"},
        {"version": 3, "removed_at": None},
        refused_as="dossier_removed_stays",
    ),
)

NOON = "2026-10-05T12:00+08:00"
ASIDE: Values = {"archived_at": NOON, "archived_by_id": PERSON, "archive_reason": "words"}
OTHER = row("customers_customer", "other", **ASIDE)
MERGED = row("customers_merge", archived_id="@other", state="merged", decided_by_id=ANOTHER)
ANSWERED: Values = {
    "state": "replied", "sent_at": NOON, "read_at": NOON, "reply": "words", "replied_by_id": ANOTHER, "replied_at": NOON,
}  # fmt: skip

LAWS: Laws = {
    "customers_householdmember.membership_ends_after_it_begins": (
        replace(
            adding("customers_householdmember", first_day="2026-10-05", last_day="2026-10-04"),
            also_without=("customers_householdmember.one_household_a_day",),  # no range of days runs backwards
        ),
    ),
    "customers_householdmember.one_household_a_day": (twice("customers_householdmember"),),
    "customers_assignment.assignment_ends_after_it_begins": (
        replace(
            adding("customers_assignment", first_day="2026-10-05", last_day="2026-10-04"),
            also_without=("customers_assignment.one_assignment_a_day",),
        ),
    ),
    "customers_assignment.one_assignment_a_day": (twice("customers_assignment"),),
    "customers_assignment.assignment_office_law": (
        adding("customers_assignment", refused_as="assignment_within_office"),
        changing(
            "customers_assignment",
            {"last_day": "2026-10-31"},
            {"last_day": "2026-11-01"},
            OFFICE,
            refused_as="assignment_within_office",
        ),
    ),
    "customers_assignment.assignment_branch_law": (
        adding(
            "customers_assignment",
            row("managers_appointment", branch_id="@organization_branch:another", first_day="2026-09-01"),
            branch_id="@organization_branch:another",
            refused_as="assignment_at_the_customers_branch",
        ),
    ),
    "managers_appointment.appointment_assignment_law": (
        changing(
            "managers_appointment",
            {"first_day": "2026-09-01", "last_day": None},
            {"last_day": "2026-10-30"},
            row("customers_assignment", last_day="2026-10-31"),
            refused_as="assignment_within_office",
        ),
        removing(
            "managers_appointment",
            row("customers_assignment", last_day="2026-10-31"),
            first_day="2026-09-01",
            last_day=None,
            refused_as="assignment_within_office",
        ),
    ),
    "managers_suspension.suspension_assignment_law": (
        adding(
            "managers_suspension",
            OFFICE,
            row("customers_assignment", last_day="2026-10-31"),
            appointment_id="@office",
            first_day="2026-10-20",
            last_day="2026-10-25",
            refused_as="assignment_within_office",
        ),
    ),
    "customers_customer.customer_moved_law": (
        changing(
            "customers_customer",
            "moved",
            {"branch_id": "@organization_branch:another"},
            row("customers_customer", "moved"),
            row("customers_assignment", customer_id="@moved", last_day=None),
            refused_as="assigned_customer_stays",
        ),
    ),
    "customers_basicfacts.basics_amounts_not_negative": (
        adding("customers_basicfacts", registered_capital_fen=-1),
        adding("customers_basicfacts", yearly_sales_fen=-1),
    ),
    **_DOSSIER,
    "customers_dossierchange.dossier_change_law": (
        changing(
            "customers_dossierchange",
            {"reason": "as heard"},
            {"reason": "other"},
            refused_as="dossier_changes_only_grow",
        ),
        removing("customers_dossierchange", refused_as="dossier_changes_only_grow"),
    ),
    "customers_dossierchange.dossier_change_law_truncate": (
        saying("customers_dossierchange", "TRUNCATE customers_dossierchange", refused_as="dossier_changes_only_grow"),
    ),
    "customers_customerhandover.customer_hand_over_law": hand_over_line_guards("customers_customerhandover"),
    "customers_customerhandover.customer_handed_over_once": (
        twice("customers_customerhandover", first_day="2026-10-05", unsaid=PROGRAM),
    ),
    "customers_customerhandover.customer_handed_over_or_kept": (
        adding("customers_customerhandover", taker_id=ANOTHER, kept_reason="words"),
    ),
    "customers_marketinformation.information_kept": (removing("customers_marketinformation"),),
    "customers_marketinformation.information_over": (
        changing("customers_marketinformation", ANSWERED, {"reply": "others"}, refused_as="information_sent_stays"),
    ),
    "customers_marketinformation.information_read_has_a_time": (
        adding("customers_marketinformation", state="read", sent_at=NOON, unsaid=PROGRAM),
        adding("customers_marketinformation", state="sent", sent_at=NOON, read_at=NOON, unsaid=PROGRAM),
    ),
    "customers_marketinformation.information_replied_by_another": (
        adding("customers_marketinformation", **{**ANSWERED, "replied_by_id": PERSON}),
    ),
    "customers_marketinformation.information_reply_has_words": (
        adding("customers_marketinformation", **{**ANSWERED, "reply": ""}),
        adding("customers_marketinformation", **{**ANSWERED, "replied_by_id": None}),
        adding("customers_marketinformation", reply="words"),
    ),
    "customers_marketinformation.information_sent_has_a_time": (
        adding("customers_marketinformation", state="sent", unsaid=PROGRAM),
        adding("customers_marketinformation", sent_at=NOON, unsaid=PROGRAM),
    ),
    "customers_marketinformation.information_state_law": (
        changing(
            "customers_marketinformation",
            {"state": "read", "sent_at": NOON, "read_at": NOON},
            {"state": "sent", "read_at": None},
            refused_as="state_step_allowed",
        ),
    ),
    "customers_marketinformation.information_stays": (
        changing(
            "customers_marketinformation",
            {"state": "sent", "sent_at": NOON},
            {"words": "others"},
            refused_as="information_sent_stays",
        ),
    ),
    "customers_marketinformation.information_to_another": (adding("customers_marketinformation", reader_id=PERSON),),
    "customers_merge.merge_decided_by_another": (adding("customers_merge", state="merged", decided_by_id=PERSON),),
    "customers_merge.merge_decided_has_a_name": (
        adding("customers_merge", state="merged", unsaid=PROGRAM),
        adding("customers_merge", decided_by_id=ANOTHER, unsaid=PROGRAM),
    ),
    "customers_merge.merge_stays": (
        adding("customers_merge", state="merged", decided_by_id=ANOTHER, refused_as="merge_begins_proposed"),
        changing("customers_merge", {}, {"reason": "another"}),
        changing("customers_merge", {"state": "rejected", "decided_by_id": ANOTHER}, {"decided_words": "another"}),
        removing("customers_merge"),
    ),
    "customers_merge.merge_state_law": (
        replace(
            changing(
                "customers_merge",
                {"state": "rejected", "decided_by_id": ANOTHER},
                {"state": "merged"},
                refused_as="state_step_allowed",
            ),
            also_without=("customers_merge.merge_stays",),
        ),
    ),
    "customers_customer.archived_with_a_name_and_reason": (
        adding("customers_customer", archived_at=NOON, archived_by_id=PERSON, archive_reason=""),
        adding("customers_customer", archived_at=NOON, archive_reason="words"),
        adding("customers_customer", merged_into_id=CUSTOMER),
    ),
    "customers_customer.customer_stays": (
        removing("customers_customer"),
        removing("customers_customer", **ASIDE, batch_id="@organization_importbatch"),
    ),
    "customers_customer.customer_merged": (
        changing("customers_customer", "other", {"merged_into_id": CUSTOMER}, OTHER, refused_as="merged_by_two_people"),
        changing(
            "customers_customer",
            "other",
            {"merged_into_id": "@aside"},
            OTHER,
            MERGED,
            row("customers_customer", "aside", **ASIDE),
            refused_as="merged_into_one_that_goes_on",
        ),
        changing(
            "customers_customer",
            {**ASIDE, "merged_into_id": CUSTOMER},
            {"merged_into_id": None},
            refused_as="merged_customer_stays",
        ),
    ),
    "customers_customer.customer_archived": (
        changing(
            "customers_customer",
            "held",
            ASIDE,
            row("customers_customer", "held"),
            row("customers_assignment", customer_id="@held"),
            refused_as="archived_customer_unassigned",
        ),
    ),
    "customers_assignment.assignment_of_customer_in_use": (
        adding(
            "customers_assignment",
            row("customers_customer", "aside", **ASIDE),
            OFFICE,
            customer_id="@aside",
            last_day="2026-10-31",
            refused_as="archived_customer_unassigned",
        ),
    ),
    "customers_householdmember.one_head_a_household": (
        adding(
            "customers_householdmember",
            row("customers_householdmember", "first", is_head=True),
            customer_id="@customers_customer:second",
            is_head=True,
        ),
    ),
    "customers_notsame.not_same_once": (
        twice("customers_notsame", first_id="@customers_customer", second_id="@customers_customer:second"),
    ),
    "customers_notsame.not_same_in_order": (
        adding("customers_notsame", first_id=CUSTOMER, second_id=CUSTOMER, unsaid=PROGRAM),
    ),
    "customers_merge.merge_of_two": (adding("customers_merge", archived_id=CUSTOMER),),
    "customers_merge.one_merge_at_a_time": (twice("customers_merge", archived_id="@customers_customer:archived"),),
    "customers_prospect.prospect_lost_has_a_reason": (adding("customers_prospect", stage="lost", lost_reason=""),),
    "customers_prospect.prospect_won_is_a_customer": (adding("customers_prospect", stage="won"),),
    "customers_requiredfact.required_fact_once": (twice("customers_requiredfact", fact="industry"),),
    "customers_requiredfact.required_fact_weighs": (
        adding("customers_requiredfact", weight=0),
        adding("customers_requiredfact", weight=101),
    ),
    "customers_sale.sale_confirmed_by_another": (
        adding("customers_sale", state="confirmed", decided_by_id=ANOTHER),
        adding("customers_sale", state="confirmed", decided_by_id=PERSON),
    ),
    "customers_sale.sale_decided_has_a_name": (
        adding("customers_sale", state="confirmed", unsaid=PROGRAM),
        adding("customers_sale", decided_by_id="@organization_employee:third", unsaid=PROGRAM),
    ),
    "customers_sale.sale_of_something": (adding("customers_sale", quantity_hundredths=0),),
    "customers_sale.sale_rejected_has_a_reason": (
        adding("customers_sale", state="rejected", decided_by_id="@organization_employee:third"),
    ),
    "customers_sale.sale_amount_not_negative": (adding("customers_sale", amount_fen=-1),),
    "customers_sale.sale_enters_after_it_was_made": (
        adding("customers_sale", sold_on="2026-10-05", entered_on="2026-10-04"),
    ),
    "customers_sale.sale_state_law": (
        changing(
            "customers_sale",
            {"state": "confirmed", "decided_by_id": "@organization_employee:third"},
            {"state": "draft", "decided_by_id": None},
            refused_as="state_step_allowed",
        ),
    ),
    "customers_sale.sale_seller_law": tuple(
        adding("customers_sale", PRODUCT, *given, **SOLD, refused_as="sale_by_manager_in_office")
        for given in (
            (),
            (row("managers_appointment", first_day="2026-10-06"),),
            (row("managers_appointment", first_day="2026-09-01", last_day="2026-10-04"),),
            (row("managers_appointment", branch_id="@organization_branch:another", first_day="2020-01-01"),),
            (row("managers_appointment", employee_id=ANOTHER, first_day="2020-01-01"),),
            (SELLER, row("customers_customer", CUSTOMER[1:], branch_id="@organization_branch:another")),
        )
    ),
    "customers_sale.sale_law": (
        removing("customers_sale", refused_as="sale_stays"),
        changing("customers_sale", {"quantity_hundredths": 100}, {"quantity_hundredths": 200}, refused_as="sale_stays"),
        changing("customers_sale", {"sold_on": OPEN_DAY}, {"entered_on": "2026-11-01"}, refused_as="sale_stays"),
        changing(
            "customers_sale",
            {"state": "confirmed", "decided_by_id": "@organization_employee:third"},
            {"reason": "another"},
            refused_as="sale_stays",
        ),
        adding(
            "customers_sale",
            PRODUCT,
            SELLER,
            **SOLD,
            state="confirmed",
            decided_by_id="@organization_employee:third",
            refused_as="sale_begins_as_a_draft",
            unsaid=PROGRAM,
        ),
        adding(
            "customers_sale",
            PRODUCT,
            SELLER,
            **SOLD | {"sold_on": "2026-09-30"},
            refused_as="sale_of_a_product_in_force",
        ),
        adding(
            "customers_sale",
            PRODUCT,
            SELLER,
            **SOLD | {"sold_on": "2026-11-01", "entered_on": "2026-11-01"},
            refused_as="sale_of_a_product_in_force",
        ),
        adding(
            "customers_sale",
            PRODUCT,
            ELSEWHERE,
            row("managers_appointment", branch_id="@elsewhere", first_day="2020-01-01"),
            row("customers_customer", "theirs", branch_id="@elsewhere"),
            **SOLD | {"branch_id": "@elsewhere", "customer_id": "@theirs"},
            refused_as="sale_of_a_product_in_force",
        ),
        adding(
            "customers_sale",
            PRODUCT,
            SELLER,
            **SOLD | {"points_hundredths": 51},
            refused_as="sale_has_its_points",
            unsaid=PROGRAM,
        ),
    ),
    "customers_sale.sale_added": (
        adding(
            "customers_sale",
            LONG_SOLD,
            SELLER,
            CLOSED_MONTH,
            **SOLD | {"sold_on": CLOSED_DAY, "entered_on": CLOSED_DAY, "product_id": "@long_sold"},
            refused_as="closed_month_takes_nothing",
        ),
    ),
    "customers_sale.sale_changed": (
        changing(
            "customers_sale",
            {**CLOSED_SALE, "state": "confirmed", "decided_by_id": "@organization_employee:third"},
            {"state": "rejected", "reason": "twice"},
            CLOSED_MONTH,
            refused_as="closed_month_takes_nothing",
        ),
        changing(
            "customers_sale",
            CLOSED_SALE,
            {"state": "confirmed", "decided_by_id": "@organization_employee:third"},
            CLOSED_MONTH,
            refused_as="closed_month_takes_nothing",
        ),
    ),
    "customers_serviceproduct.product_law": (
        removing("customers_serviceproduct", refused_as="service_product_stays"),
        changing(
            "customers_serviceproduct",
            "p",
            {"points_hundredths": 60},
            PRODUCT,
            row("customers_sale", "s", **SOLD),
            refused_as="sold_product_stays",
        ),
        changing(
            "customers_serviceproduct",
            "p",
            {"last_day": "2026-10-04"},
            PRODUCT,
            row("customers_sale", "s", **SOLD),
            refused_as="sold_product_stays",
        ),
    ),
    "customers_serviceproduct.product_code_law": (
        *(
            adding(
                "customers_serviceproduct",
                BELOW,
                row("customers_serviceproduct", code="P1", branch_id=one, first_day="2026-10-01", last_day=last),
                code="P1",
                branch_id=other,
                first_day="2026-10-31",
                refused_as="service_product_code_once",
            )
            for one, other in (("@below", "@organization_branch"), ("@organization_branch", "@below"))
            for last in (None, "2026-10-31")
        ),
        changing(
            "customers_serviceproduct",
            "p",
            {"last_day": "2026-11-01"},
            BELOW,
            PRODUCT,
            row("customers_serviceproduct", code="P1", branch_id="@below", first_day="2026-11-01"),
            refused_as="service_product_code_once",
        ),
    ),
    "customers_serviceproduct.service_product_ends_after_it_begins": (
        replace(
            adding("customers_serviceproduct", first_day="2026-10-05", last_day="2026-10-04"),
            also_without=("customers_serviceproduct.one_service_product_a_day",),  # no range of days runs backwards
        ),
    ),
    "customers_serviceproduct.one_service_product_a_day": (twice("customers_serviceproduct", code="P1"),),
    "customers_servicerequest.request_answered_with_words": (
        adding("customers_servicerequest", state="answered", answered_on="2026-10-06", answered_by_id=PERSON),
        adding("customers_servicerequest", state="answered", answer="words", answered_by_id=PERSON),
        adding("customers_servicerequest", state="answered", answer="words", answered_on="2026-10-06"),
        adding("customers_servicerequest", answer="words"),
    ),
    "customers_servicerequest.request_cancelled_with_a_reason": (
        adding("customers_servicerequest", state="cancelled", cancelled_on="2026-10-06", cancelled_by_id=PERSON),
        adding("customers_servicerequest", state="cancelled", cancel_reason="words", cancelled_by_id=PERSON),
        adding("customers_servicerequest", cancel_reason="words"),
    ),
    "customers_servicerequest.request_amount_above_zero": (adding("customers_servicerequest", amount_fen=0),),
    "customers_servicerequest.request_state_law": (
        changing("customers_servicerequest", {}, {"state": "returned"}, refused_as="state_step_allowed"),
    ),
    "customers_servicerequest.request_stays": (
        changing("customers_servicerequest", {"words": "a card"}, {"words": "two cards"}),
    ),
    "customers_servicerequest.request_over": (
        changing(
            "customers_servicerequest",
            {"state": "answered", **REQUEST_ANSWERED},
            {"answer": "other"},
            refused_as="request_stays",
        ),
    ),
    "customers_servicerequest.request_kept": (removing("customers_servicerequest"),),
    "customers_servicerequest.request_deadline_after_receipt": (
        adding("customers_servicerequest", received_on="2026-10-05", deadline="2026-10-04"),
    ),
    "customers_visit.visit_advice_has_words": (adding("customers_visit", kind="advice", said=""),),
    "customers_visit.visit_next_step_has_a_day": (
        adding("customers_visit", next_step="words"),
        adding("customers_visit", next_on="2026-10-06"),
    ),
    "customers_visit.visit_own_law": (
        adding("customers_visit", refused_as="visit_by_own_manager"),
        adding("customers_visit", row("customers_assignment", manager_id=ANOTHER), refused_as="visit_by_own_manager"),
        adding(
            "customers_visit",
            row("customers_prospect", "theirs", manager_id=ANOTHER),
            customer_id=None,
            prospect_id="@theirs",
            refused_as="visit_by_own_manager",
        ),
    ),
    "customers_visit.visit_state_law": (
        changing(
            "customers_visit",
            {"state": "done", "made_at": "now"},
            {"state": "planned"},
            refused_as="state_step_allowed",
        ),
    ),
    "customers_visit.visit_stays_law": (
        removing("customers_visit", refused_as="visit_note_stays"),
        *(
            changing("customers_visit", {"state": "done"}, after, refused_as="visit_note_stays")
            for after in (
                {"said": "other"},
                {"purpose": "other"},
                {"day": "2026-10-06"},
                {"kind": "call"},
                {"state": "cancelled"},
                {"next_step": "other", "next_on": "2026-10-07"},
                {"latitude_millionths": 1, "longitude_millionths": 1},
            )
        ),
        *(
            changing("customers_visit", {"state": "done", "made_at": "now"}, after, refused_as="visit_note_stays")
            for after in (
                {"manager_id": ANOTHER},
                {"made_at": "2026-10-06T00:00Z"},
                {"branch_id": "@organization_branch:another"},
                {"customer_id": None, "prospect_id": "@customers_prospect"},
            )
        ),
        changing(
            "customers_visit", {"state": "cancelled", "made_at": "now"}, {"said": "x"}, refused_as="visit_note_stays"
        ),
    ),
    "customers_visitcorrection.visit_correction_law": (
        changing("customers_visitcorrection", {}, {"words": "other"}, refused_as="visit_corrections_only_grow"),
        removing("customers_visitcorrection", refused_as="visit_corrections_only_grow"),
    ),
    "customers_prospect.prospect_law": (
        removing("customers_prospect", refused_as="prospect_stays"),
        changing("customers_prospect", {"stage": "visited"}, {"stage": "found"}, refused_as="prospect_stage_allowed"),
        changing(
            "customers_prospect",
            {"stage": "won", "customer_id": CUSTOMER},
            {"stage": "promised"},
            refused_as="prospect_stage_allowed",
        ),
    ),
    "customers_prospect.prospect_manager_law": (
        adding("customers_prospect", refused_as="prospect_manager_of_branch"),
        changing(
            "customers_prospect",
            {},
            {"manager_id": ANOTHER},
            row("managers_appointment"),
            refused_as="prospect_manager_of_branch",
        ),
    ),
    "customers_prospectstep.prospect_step_law": (
        changing("customers_prospectstep", {}, {"words": "other"}, refused_as="prospect_steps_only_grow"),
        removing("customers_prospectstep", refused_as="prospect_steps_only_grow"),
    ),
    "customers_visit.visit_position_whole": (
        adding("customers_visit", latitude_millionths=90_000_001, longitude_millionths=0),
        adding("customers_visit", latitude_millionths=0, longitude_millionths=-180_000_001),
        adding("customers_visit", latitude_millionths=0),
        adding("customers_visit", longitude_millionths=0),
    ),
    "customers_visit.visit_to_a_customer_or_prospect": (
        adding("customers_visit", customer_id=None),
        adding("customers_visit", prospect_id="@customers_prospect"),
    ),
}
