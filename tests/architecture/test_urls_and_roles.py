"""Every address × every person × an object of the south, of the north, and none: what one may not see does not exist.

The addresses come from the URL configuration; one without a line in LINES fails. A line says who gets in; everybody else
is answered 404, never 403, and who has not signed in is led to the sign-in page. What a person may not *do* with what he
or she sees is refused with a sentence (a redirect), and tested with the actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from appraisal.actions.months import run_month_end
from appraisal.models import Workbook
from customers.models import Customer, FamilyMember
from deposits.models import ControlTotal
from managers.models import Appointment, Objection, PeerReview, PeerVoter
from organization.actions.documents import add_document
from organization.actions.files import store_file
from organization.models import Branch, Employee, ImportBatch, Job, Notification, Role, RoleGrant
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.dossiers import make_inspection, make_late_report, make_letter, make_penalty, make_report, make_session
from tests.make import (
    OCTOBER,
    make_account,
    make_application,
    make_attribution,
    make_batch,
    make_call,
    make_change,
    make_contract,
    make_customer,
    make_dossier_entry,
    make_employee,
    make_entry,
    make_hand_over,
    make_household,
    make_information,
    make_loan,
    make_marks,
    make_merge,
    make_notice,
    make_plan,
    make_posting,
    make_product,
    make_prospect,
    make_request,
    make_sale,
    make_user,
    make_visit,
)

PEOPLE = ("zhou", "chen", "wang", "li", "sun", "zhao", "wu", "qian", "he", "song")

# Who sees what of the south, and of the north (roles.md). The director Zhou, the clerk Chen, the managers Wang and Li are the
# south's; the director Sun and the manager Zhao the north's; the supervisor Wu and the auditor Qian read both; the
# administrator He reads people only; Song holds no role. The south's objects are Wang's, the north's are Zhao's.
GROUPS = """
group     | south                       | north
everyone  | zhou chen wang li sun zhao wu qian he song | zhou chen wang li sun zhao wu qian he song
branch    | zhou chen wang li wu qian he | sun zhao wu qian he
business  | zhou chen wu qian           | sun wu qian
served    | zhou chen wang wu qian      | sun zhao wu qian
managers  | zhou chen wang li wu qian   | sun zhao wu qian
people    | zhou chen wang wu qian he   | sun zhao wu qian he
readers   | zhou chen wang li sun zhao wu qian | zhou chen wang li sun zhao wu qian
clerks    | chen                        |
leaders   | chen wu                     | wu
supervisors | wu                        | wu
drafters  | zhou chen wu                | sun wu
importers | chen                        | chen
directors | zhou                        | sun
jobs      | zhou chen wu qian he        | sun wu qian he
own       | wang                        | zhao
reports   | zhou wang wu qian           | sun zhao wu qian
planners  | zhou chen sun               | zhou chen sun
inspectors | zhou chen sun wu           | zhou chen sun wu
honouring | zhou sun wu                 | zhou sun wu
issuing   | zhou sun                    | zhou sun
owed      | zhou chen sun wu qian       | zhou chen sun wu qian
writers   | wang li zhao                | wang li zhao
catalogues | zhou chen sun wu           | zhou chen sun wu
sellers   | chen wang li zhao           | chen wang li zhao
takers    | zhou chen wang li sun zhao  | zhou chen wang li sun zhao
keepers   | zhou chen                   | sun
comparers | zhou chen sun wu qian       | zhou chen sun wu qian
"""

# Method, the arguments of the address (keys of `_arguments`), the group that gets in.
LINES = """
address                        | method | names                                | group
set_language                   | OPEN   |                                      |
desk:home                      | GET    |                                      | everyone
desk:home_figures              | GET    |                                      | everyone
desk:home_waiting              | GET    |                                      | everyone
desk:home_day                  | GET    |                                      | everyone
desk:home_business             | GET    |                                      | everyone
desk:home_work                 | GET    |                                      | everyone
desk:search                    | GET    |                                      | everyone
desk:appearance                | POST   |                                      | everyone
desk:inbox                     | GET    |                                      | everyone
desk:notification_read         | POST   |                                      | everyone
desk:notification_open         | POST   | notification                         | own
desk:manager_detail            | GET    | employee_no                          | served
desk:manager_document_add      | POST   | employee_no                          | served
desk:manager_document          | GET    | paper                                | served
desk:manager_document_remove   | POST   | paper                                | served
desk:customer_detail           | GET    | customer_no                          | served
desk:customer_business         | GET    | customer_no                          | served
desk:customer_curve            | GET    | customer_no                          | served
desk:customer_print            | GET    | customer_no                          | served
desk:import_list               | GET    |                                      | everyone
desk:import_upload             | POST   |                                      | everyone
desk:import_template           | GET    | kind                                 | importers
desk:import_detail             | GET    | batch                                | business
desk:import_choose             | POST   | batch                                | business
desk:import_match              | POST   | batch                                | business
desk:import_preview            | POST   | batch                                | business
desk:import_apply              | POST   | batch                                | business
desk:import_discard            | POST   | batch                                | business
desk:import_undo               | POST   | batch                                | business
desk:import_refused            | GET    | batch                                | business
desk:import_row                | GET    | batch row_no                         | business
desk:import_own                | GET    | batch                                | business
organization:sign_in           | OPEN   |                                      |
organization:sign_out          | POST   |                                      | everyone
organization:password_change   | GET    |                                      | everyone
organization:system            | GET    |                                      | everyone
organization:branch_list       | GET    |                                      | everyone
organization:branch_totals     | GET    |                                      | everyone
organization:branch_export     | POST   | file                                 | everyone
organization:branch_detail     | GET    | branch_code                          | branch
organization:employee_list     | GET    |                                      | everyone
organization:employee_totals   | GET    |                                      | everyone
organization:employee_export   | POST   | file                                 | everyone
organization:employee_detail   | GET    | employee_no                          | people
organization:policy_list       | GET    | branch_code                          | branch
organization:policy_detail     | GET    | policy branch_code                   | branch
organization:calendar          | GET    | year branch_code                     | branch
organization:day_unmark        | POST   | branch_code                          | branch
organization:job_detail        | GET    | job                                  | jobs
organization:job_file          | GET    | export                               | own
organization:print_note        | POST   |                                      | everyone
managers:manager_list          | GET    |                                      | everyone
managers:manager_totals        | GET    |                                      | everyone
managers:manager_export        | POST   | file                                 | everyone
managers:headcount_list        | GET    |                                      | everyone
managers:headcount_export      | POST   |                                      | everyone
managers:headcount_detail      | GET    | branch_code                          | business
managers:manager_branches      | GET    |                                      | everyone
managers:appointment_detail    | GET    | appointment                          | served
managers:appointment_propose   | GET    | appointment change_kind              | served
managers:change_withdraw       | POST   | change                               | served
managers:hand_over_list        | GET    |                                      | everyone
managers:hand_over_totals      | GET    |                                      | everyone
managers:hand_over_export      | POST   | file                                 | everyone
desk:change_detail             | GET    | change                               | served
desk:hand_over_of_change       | GET    | change                               | served
desk:hand_over_new             | GET    | appointment                          | served
desk:hand_over_detail          | GET    | hand_over                            | served
desk:hand_over_header          | POST   | hand_over                            | served
desk:hand_over_lines           | POST   | hand_over                            | served
desk:hand_over_follow          | POST   | hand_over                            | served
desk:hand_over_draw_up         | POST   | hand_over                            | served
desk:hand_over_send            | POST   | hand_over                            | served
desk:hand_over_sign            | POST   | hand_over                            | served
desk:hand_over_take_back       | POST   | hand_over                            | served
desk:hand_over_complete        | POST   | hand_over                            | served
desk:hand_over_cancel          | POST   | hand_over                            | served
managers:contract_list         | GET    |                                      | everyone
managers:contract_totals       | GET    |                                      | everyone
managers:contract_export       | POST   | file                                 | everyone
managers:contract_new          | GET    | approved                             | drafters
managers:contract_renew        | GET    | appointment                          | drafters
managers:contract_detail       | GET    | contract                             | served
managers:contract_edit         | GET    | contract                             | drafters
managers:contract_sign         | GET    | contract                             | served
managers:contract_print        | GET    | contract                             | served
managers:contract_discard      | POST   | contract                             | served
managers:annex_add             | POST   | contract                             | served
managers:annex_file            | GET    | contract annex                       | served
managers:annex_remove          | POST   | contract annex                       | served
managers:plan_list             | GET    |                                      | everyone
managers:plan_totals           | GET    |                                      | everyone
managers:plan_export           | POST   | file                                 | everyone
managers:plan_new              | GET    |                                      | inspectors
managers:plan_detail           | GET    | plan                                 | business
managers:plan_sum              | GET    | plan                                 | business
managers:plan_approve          | POST   | plan                                 | business
managers:plan_discard          | POST   | plan                                 | business
managers:my_targets            | GET    |                                      | everyone
managers:targets_accept        | POST   | branch_code month                    | branch
managers:entry_list            | GET    | branch_code month                    | managers
managers:entry_new             | GET    | branch_code month                    | clerks
managers:entry_confirm         | POST   | entry                                | served
managers:entry_reject          | POST   | entry                                | business
managers:application_list      | GET    |                                      | everyone
managers:application_totals    | GET    |                                      | everyone
managers:application_export    | POST   | file                                 | everyone
managers:application_new       | GET    |                                      | everyone
managers:application_detail    | GET    | draft                                | own
managers:application_who       | GET    | draft                                | own
managers:application_statement | GET    | draft                                | own
managers:application_declaration | GET  | draft                                | own
managers:application_documents | GET    | draft                                | own
managers:application_document  | GET    | draft proof                          | own
managers:application_document_remove | POST | draft proof                      | own
managers:application_review    | GET    | draft                                | own
managers:application_submit    | POST   | draft                                | own
managers:application_withdraw  | GET    | draft                                | own
managers:application_colleagues | GET   | draft                                | own
managers:application_check     | GET    | handed_in                            | business
managers:application_recommend | GET    | handed_in                            | business
managers:call_list             | GET    |                                      | everyone
managers:call_totals           | GET    |                                      | everyone
managers:call_export           | POST   | file                                 | everyone
managers:call_new              | GET    |                                      | everyone
managers:call_detail           | GET    | call                                 | branch
managers:call_close            | POST   | call                                 | branch
managers:decision_compare      | GET    | call                                 | branch
managers:decision              | GET    | qualified                            | directors
managers:assessment_detail     | GET    | qualified                            | served
managers:assessor_name         | POST   | qualified                            | served
managers:assessment_marks      | GET    | qualified                            | own
managers:exam_result           | GET    | qualified                            | leaders
managers:assessment_close      | POST   | qualified                            | served
managers:peer_review_open      | GET    | qualified                            | leaders
managers:notice_publish        | GET    | qualified                            | supervisors
managers:assessor_remove       | POST   | assessor                             | served
managers:assessor_file         | GET    | assessor document                    | served
managers:peer_review_extend    | POST   | review                               | served
managers:peer_review_close     | POST   | review                               | served
managers:peer_vote             | GET    | review                               | own
managers:notice_list           | GET    |                                      | everyone
managers:notice_detail         | GET    | notice                               | everyone
managers:objection_raise       | GET    | notice                               | everyone
managers:objection_detail      | GET    | objection                            | served
managers:objection_assign      | POST   | objection                            | served
managers:objection_findings    | GET    | objection                            | own
managers:objection_answer      | GET    | objection                            | supervisors
managers:session_list          | GET    |                                      | everyone
managers:session_totals        | GET    |                                      | everyone
managers:session_export        | POST   | file                                 | everyone
managers:inspection_list       | GET    |                                      | everyone
managers:inspection_totals     | GET    |                                      | everyone
managers:inspection_export     | POST   | file                                 | everyone
managers:honour_list           | GET    |                                      | everyone
managers:honour_totals         | GET    |                                      | everyone
managers:honour_export         | POST   | file                                 | everyone
managers:penalty_list          | GET    |                                      | everyone
managers:penalty_totals        | GET    |                                      | everyone
managers:penalty_export        | POST   | file                                 | everyone
managers:letter_list           | GET    |                                      | everyone
managers:letter_totals         | GET    |                                      | everyone
managers:letter_export         | POST   | file                                 | everyone
managers:report_list           | GET    |                                      | everyone
managers:report_totals         | GET    |                                      | everyone
managers:report_export         | POST   | file                                 | everyone
managers:session_new           | GET    |                                      | planners
managers:session_detail        | GET    | session                              | served
managers:session_attendance    | POST   | session                              | served
managers:session_cancel        | POST   | session                              | served
managers:inspection_plan       | GET    |                                      | inspectors
managers:inspection_detail     | GET    | inspection                           | served
managers:inspection_hold       | POST   | inspection                           | served
managers:inspection_mend       | POST   | inspection                           | served
managers:inspection_accept     | POST   | inspection                           | served
managers:inspection_return     | POST   | inspection                           | served
managers:inspection_cancel     | POST   | inspection                           | served
managers:honour_new            | GET    |                                      | honouring
managers:penalty_new           | GET    |                                      | honouring
managers:penalty_detail        | GET    | penalty                              | served
managers:penalty_lift          | POST   | penalty                              | served
managers:letter_new            | GET    |                                      | issuing
managers:letter_detail         | GET    | letter                               | served
managers:letter_revoke         | POST   | letter                               | served
managers:report_owed_list      | GET    |                                      | owed
managers:late_report_detail     | GET    | late_report                          | business
managers:late_report_confirm    | POST   | late_report                          | business
managers:late_report_dismiss    | POST   | late_report                          | business
managers:report_write          | GET    | period                               | writers
managers:report_detail         | GET    | report                               | reports
managers:report_reply          | POST   | report                               | reports
customers:customer_list        | GET    |                                      | everyone
customers:customer_totals      | GET    |                                      | everyone
customers:customer_export      | POST   | file                                 | everyone
customers:information_list     | GET    |                                      | everyone
customers:information_totals   | GET    |                                      | everyone
customers:information_export   | POST   | file                                 | everyone
customers:information_new      | GET    |                                      | writers
customers:information_statistics | GET  |                                      | readers
customers:information_statistics_export | POST |                                | readers
customers:information_detail   | GET    | information                          | served
customers:information_edit     | GET    | information                          | served
customers:information_reply    | POST   | information                          | served
customers:information_paper    | GET    | information leaflet                  | served
customers:information_paper_remove | GET | information leaflet                 | own
customers:dossier_section      | GET    | section customer_no                  | served
customers:dossier_edit         | GET    | customer_no                          | served
customers:dossier_add          | GET    | section customer_no                  | served
customers:dossier_change       | GET    | member customer_no                   | served
customers:dossier_remove       | GET    | member customer_no                   | served
customers:customer_history     | GET    | customer_no                          | served
customers:customer_timeline    | GET    | customer_no                          | served
customers:customer_completeness | GET   | customer_no                          | served
customers:required_list        | GET    |                                      | readers
customers:review_list          | GET    |                                      | everyone
customers:review_totals        | GET    |                                      | everyone
customers:review_export        | POST   | file                                 | everyone
customers:review_add           | POST   | customer_no                          | served
customers:customer_documents   | GET    | customer_no                          | served
customers:customer_document    | GET    | deed customer_no                     | served
customers:customer_document_remove | GET | deed customer_no                    | served
customers:customer_unmask      | GET    | number customer_no                   | served
customers:product_list         | GET    |                                      | everyone
customers:product_totals       | GET    |                                      | everyone
customers:product_export       | POST   | file                                 | everyone
customers:product_new          | GET    |                                      | catalogues
customers:product_detail       | GET    | product                              | managers
customers:product_mend         | POST   | product                              | managers
customers:product_points       | POST   | product                              | managers
customers:product_end          | POST   | product                              | managers
customers:sale_list            | GET    |                                      | everyone
customers:sale_totals          | GET    |                                      | everyone
customers:sale_export          | POST   | file                                 | everyone
customers:sale_new             | GET    |                                      | sellers
customers:sale_confirm         | POST   |                                      | everyone
customers:sale_detail          | GET    | sale                                 | served
customers:sale_reject          | POST   | sale                                 | served
customers:customer_sales       | GET    | customer_no                          | served
customers:request_list         | GET    |                                      | everyone
customers:request_totals       | GET    |                                      | everyone
customers:request_export       | POST   | file                                 | everyone
customers:request_new          | GET    |                                      | takers
customers:request_detail       | GET    | service_request                      | served
customers:request_answer       | POST   | service_request                      | served
customers:request_cancel       | POST   | service_request                      | served
customers:customer_requests    | GET    | customer_no                          | served
customers:visit_list           | GET    |                                      | everyone
customers:visit_totals         | GET    |                                      | everyone
customers:visit_export         | POST   | file                                 | everyone
customers:visit_new            | GET    |                                      | writers
customers:visit_whom           | GET    |                                      | writers
customers:visit_detail         | GET    | visit                                | served
customers:visit_edit           | GET    | visit                                | served
customers:visit_cancel         | POST   | visit                                | served
customers:visit_move           | POST   | visit                                | served
customers:visit_correct        | POST   | visit                                | served
customers:promise_keep         | POST   | visit                                | served
customers:visit_photo          | GET    | visit photo                          | served
customers:week                 | GET    |                                      | readers
customers:week_plan            | POST   |                                      | writers
customers:prospect_list        | GET    |                                      | everyone
customers:prospect_totals      | GET    |                                      | everyone
customers:prospect_export      | POST   | file                                 | everyone
customers:prospect_board       | GET    |                                      | everyone
customers:prospect_new         | GET    |                                      | writers
customers:prospect_detail      | GET    | prospect                             | served
customers:prospect_edit        | GET    | prospect                             | served
customers:prospect_step        | POST   | prospect                             | served
customers:prospect_win         | GET    | prospect                             | served
customers:prospect_keep        | POST   | prospect                             | served
customers:prospect_hand        | POST   | prospect                             | served
customers:assignment_list      | GET    |                                      | owed
customers:assignment_totals    | GET    |                                      | owed
customers:assignment_export    | POST   | file                                 | owed
customers:assignment_new       | GET    |                                      | planners
customers:assignment_end       | GET    | assignment                           | keepers
customers:customer_assignment  | GET    | customer_no                          | served
customers:customer_identity    | GET    | customer_no                          | served
customers:customer_archive     | GET    | customer_no                          | keepers
customers:duplicate_list       | GET    |                                      | comparers
customers:duplicate_dismiss    | POST   | customer_no                          | keepers
customers:merge_propose        | GET    | customer_no                          | keepers
customers:merge_detail         | GET    | merge                                | business
customers:merge_decide         | POST   | merge                                | business
customers:household_detail     | GET    | household_no                         | served
customers:household_join       | POST   | customer_no                          | served
customers:household_leave      | POST   | customer_no                          | served
customers:household_head       | POST   | customer_no                          | served
deposits:account_list          | GET    |                                      | everyone
deposits:account_totals        | GET    |                                      | everyone
deposits:account_export        | POST   | file                                 | everyone
deposits:new_account_list      | GET    |                                      | everyone
deposits:new_account_totals    | GET    |                                      | everyone
deposits:new_account_export    | POST   | file                                 | everyone
deposits:new_account_undo      | POST   |                                      | everyone
deposits:account_curve         | GET    | account_no                           | served
deposits:account_detail        | GET    | account_no                           | served
loans:loan_list                | GET    |                                      | everyone
loans:loan_totals              | GET    |                                      | everyone
loans:loan_export              | POST   | file                                 | everyone
loans:loan_detail              | GET    | loan_no                              | served
appraisal:month_list           | GET    |                                      | readers
appraisal:branch_months        | GET    | branch_code                          | business
appraisal:month_detail         | GET    | branch_code month                    | business
appraisal:month_run_all        | POST   | month                                | everyone
appraisal:month_run            | POST   | branch_code month                    | business
appraisal:month_approve        | POST   | branch_code month                    | business
appraisal:month_close          | POST   | branch_code month                    | business
appraisal:month_exceptions     | GET    | branch_code month                    | business
appraisal:control_list         | GET    | branch_code month                    | business
appraisal:exception_counts     | GET    | branch_code month                    | business
appraisal:control_accept       | GET    | branch_code month control            | business
appraisal:cost_list            | GET    | branch_code month                    | managers
appraisal:target_list          | GET    | branch_code month                    | managers
appraisal:target_set           | GET    | branch_code month indicator employee_no | directors
appraisal:workbook_make        | POST   | branch_code month                    | business
appraisal:workbook_download    | GET    | workbook                             | business
appraisal:ranking              | GET    | branch_code month                    | managers
appraisal:score_card           | GET    | branch_code month employee_no        | served
appraisal:score_line           | GET    | branch_code month indicator employee_no | served
appraisal:line_account         | GET    | branch_code month indicator employee_no account_no | served
appraisal:line_loan            | GET    | branch_code month loans_granted employee_no loan_no | served
"""


@dataclass(frozen=True)
class Line:
    address: str
    method: str
    names: tuple[str, ...]
    group: str


@dataclass(frozen=True)
class Place:
    """One branch's objects, by what an address calls them."""

    names: dict[str, Any]


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.strip().splitlines()[1:]:
        yield [cell.strip() for cell in row.split("|")]


LINE_OF = {row[0]: Line(row[0], row[1], tuple(row[2].split()), row[3]) for row in _rows(LINES)}
GROUP_OF = {row[0]: (frozenset(row[1].split()), frozenset(row[2].split())) for row in _rows(GROUPS)}


def _addresses() -> Iterator[str]:
    def walk(resolver: URLResolver, namespace: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
            elif isinstance(pattern, URLPattern):
                yield f"{namespace}{pattern.name}"

    yield from walk(get_resolver(), "")


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    assert sorted(_addresses()) == sorted(LINE_OF)


def stage(branch: Branch, manager: Employee, tag: str) -> Place:
    """A branch with a customer, an account with a posting, a loan, an import, a job and a computed month."""
    customer = make_customer(branch, f"C-{tag}", name=f"客户{tag}")
    account = make_account(branch, f"A-{tag}", customer=customer)
    make_attribution(account, manager)
    batch = _batch(branch, tag)
    make_posting(account, "5th", "100.00", batch=batch)
    loan = make_loan(manager, "1000.00", f"L-{tag}", customer=customer)
    entry = make_entry(manager, "6th", -100)
    job = Job.objects.create(kind="", title=tag, branch=branch, created_at=batch.uploaded_at)
    control = ControlTotal.objects.create(branch=branch, day=OCTOBER.last_day, accounts=1, balance_fen=1)
    run_month_end(actor=SYSTEM, branch=branch, month=OCTOBER)
    return Place(
        {
            "customer_no": customer.customer_no,
            "household_no": make_household(customer).household_no,
            "merge": make_merge(customer, make_customer(branch), make_employee(branch)).pk,
            "account_no": account.account_no,
            "loan_no": loan.loan_no,
            "member": make_dossier_entry(customer, FamilyMember, "family", name="张三", relation="spouse").pk,
            "branch_code": branch.branch_code,
            "employee_no": manager.employee_no,
            "batch": batch.pk,
            "entry": entry.pk,
            "job": job.pk,
            **_office(manager),
            "export": _export(manager, tag).pk,
            "control": control.pk,
            "workbook": _workbook(branch, tag).pk,
        }
        | _candidates(branch, manager)
        | _visits(manager)
        | _products(manager, customer)
        | _papers(customer)
        | _agreements(branch, manager)
        | _dossier(branch, manager)
    )


def _products(manager: Employee, customer: Customer) -> dict[str, Any]:
    """A product of the branch's own, a sale of it that waits for a second person, and a request."""
    product = make_product(manager.branch)
    sale = make_sale(manager, customer, product, "5th")
    return {"product": product.pk, "sale": sale.pk, "service_request": make_request(manager, customer).pk}


def _papers(customer: Customer) -> dict[str, Any]:
    """A document in the customer's dossier."""
    kept = {"subject": "customers.customer", "subject_key": customer.customer_no, "branch": customer.branch}
    deed: Any = add_document(actor=SYSTEM, name="deed.pdf", content=[b"%PDF-1.4"], **kept)
    return {"deed": deed.pk}


def _visits(manager: Employee) -> dict[str, Any]:
    """A note of the manager with a photograph, and a prospect."""
    visit = make_visit(manager)
    photo = add_document(
        actor=SYSTEM,
        subject="customers.visit",
        subject_key=str(visit.pk),
        branch=visit.branch,
        name="field.pdf",
        content=[b"%PDF-1.4"],
    )
    held = visit.customer.assignments.get()
    return {"visit": visit.pk, "photo": photo.pk, "prospect": make_prospect(manager).pk, "assignment": held.pk}


def _candidates(branch: Branch, manager: Employee) -> dict[str, Any]:
    """A candidate whom the manager assesses and votes about, and another one on notice, with an objection that the manager
    looks into."""
    qualified = make_application(make_employee(branch), "qualified")
    make_marks(qualified, manager)
    assessor = qualified.assessors.get()
    document = add_document(
        actor=SYSTEM,
        subject="managers.assessor",
        subject_key=str(assessor.pk),
        branch=branch,
        name="note.pdf",
        content=[b"%PDF-1.4"],
    )
    today, now = timezone.localdate(), timezone.now()
    review = PeerReview.objects.create(application=qualified, last_day=today, opened_by=manager, opened_at=now)
    PeerVoter.objects.create(review=review, employee=manager)
    notice = make_notice(make_application(make_employee(branch), "on_notice"), today, working_days=30)
    objection = Objection.objects.create(
        notice=notice, raised_on=today, text="I was there.", state="investigated", investigator=manager
    )
    draft = make_application(make_employee(branch), "draft", route="colleagues", proposer=manager)
    proof = add_document(
        actor=SYSTEM,
        subject="managers.application",
        subject_key=str(draft.pk),
        branch=branch,
        name="diploma.pdf",
        content=[b"%PDF-1.4"],
    )
    return {
        "draft": draft.pk,
        "proof": proof.pk,
        "handed_in": make_application(make_employee(branch), "submitted").pk,
        "call": make_call(branch).pk,
        "qualified": qualified.pk,
        "assessor": assessor.pk,
        "document": document.pk,
        "review": review.pk,
        "notice": notice.pk,
        "objection": objection.pk,
    }


def _agreements(branch: Branch, manager: Employee) -> dict[str, Any]:
    """A candidate who waits for a contract, a draft that is to replace the manager's with an annex, and a plan in draft."""
    contract = make_contract(Appointment.objects.get(employee=manager), make_employee(branch))
    annex = add_document(
        actor=SYSTEM,
        subject="managers.contract",
        subject_key=str(contract.pk),
        branch=branch,
        name="annex.pdf",
        content=[b"%PDF-1.4"],
        kind="annex",
    )
    return {
        "approved": make_application(make_employee(branch), "approved").pk,
        "contract": contract.pk,
        "annex": annex.pk,
        "plan": make_plan(branch, make_employee(branch)).pk,
    }


def _office(manager: Employee) -> dict[str, int]:
    """The manager's appointment, a change that is proposed for it, and a hand-over sheet in draft."""
    appointment = Appointment.objects.get(employee=manager)
    change = make_change(appointment, make_employee(manager.branch))
    sheet = make_hand_over(appointment, make_employee(manager.branch))
    return {"appointment": appointment.pk, "change": change.pk, "hand_over": sheet.pk}


def _dossier(branch: Branch, manager: Employee) -> dict[str, Any]:
    """What stands in the manager's dossier, and what the manager has been told."""
    paper = add_document(
        actor=SYSTEM,
        subject="managers.dossier",
        subject_key=manager.employee_no,
        branch=branch,
        name="contract.pdf",
        content=[b"%PDF-1.4"],
    )
    told = Notification.objects.create(employee=manager, sentence="Look.", sent_at=timezone.now())
    return {
        "session": make_session(branch, manager).pk,
        "inspection": make_inspection(manager).pk,
        "penalty": make_penalty(manager).pk,
        "letter": make_letter(manager).pk,
        "report": make_report(manager).pk,
        "late_report": make_late_report(manager).pk,
        "paper": paper.pk,
        "notification": told.pk,
        **_news(branch, manager),
    }


def _news(branch: Branch, manager: Employee) -> dict[str, Any]:
    """Market information that the manager has sent to the director, with a paper."""
    information = make_information(manager, _reader(branch))
    leaflet = add_document(
        actor=SYSTEM,
        subject="customers.marketinformation",
        subject_key=str(information.pk),
        branch=branch,
        name="leaflet.pdf",
        content=[b"%PDF-1.4"],
    )
    return {"information": information.pk, "leaflet": leaflet.pk}


def _reader(branch: Branch) -> Employee:
    return RoleGrant.objects.filter(branch=branch, role=Role.DIRECTOR).earliest("pk").employee


def _batch(branch: Branch, tag: str) -> ImportBatch:
    batch = make_batch(branch)
    batch.file = store_file(name=f"{tag}.csv", content=["账号,交易日期\n1,2026-10-05\n".encode()])
    batch.save(update_fields=["file"])
    return batch


def _export(asker: Employee, tag: str) -> Job:
    """A list that the person has asked for as a file."""
    return Job.objects.create(
        kind="organization.export_list",
        title=tag,
        arguments={"list": "loans.Loan", "kind": "csv", "query": ""},
        requested_by=asker,
        created_at=timezone.now(),
        result={"file": store_file(name=f"{tag}.csv", content=[b"1"]).pk, "rows": 1, "seen_as": {}},
    )


def _workbook(branch: Branch, tag: str) -> Workbook:
    return Workbook.objects.create(
        month=OCTOBER.first_day,
        branch=branch,
        month_state="computed",
        month_version=1,
        file=store_file(name=f"{tag}.xlsx", content=[b"PK"]),
        made_at=timezone.now(),
    )


NOWHERE = Place(
    {
        "customer_no": "none",
        "household_no": "none",
        "merge": 999_999_999,
        "account_no": "none",
        "loan_no": "none",
        "branch_code": "none",
        "employee_no": "none",
        "batch": 999_999_999,
        "entry": 999_999_999,
        "job": 999_999_999,
        "appointment": 999_999_999,
        "change": 999_999_999,
        "hand_over": 999_999_999,
        "export": 999_999_999,
        "control": 999_999_999,
        "workbook": 999_999_999,
        "approved": 999_999_999,
        "contract": 999_999_999,
        "annex": 999_999_999,
        "plan": 999_999_999,
        "draft": 999_999_999,
        "proof": 999_999_999,
        "handed_in": 999_999_999,
        "call": 999_999_999,
        "qualified": 999_999_999,
        "assessor": 999_999_999,
        "document": 999_999_999,
        "review": 999_999_999,
        "notice": 999_999_999,
        "objection": 999_999_999,
        "session": 999_999_999,
        "inspection": 999_999_999,
        "penalty": 999_999_999,
        "letter": 999_999_999,
        "report": 999_999_999,
        "late_report": 999_999_999,
        "paper": 999_999_999,
        "notification": 999_999_999,
        "member": 999_999_999,
        "information": 999_999_999,
        "leaflet": 999_999_999,
        "assignment": 999_999_999,
        "visit": 999_999_999,
        "photo": 999_999_999,
        "prospect": 999_999_999,
        "deed": 999_999_999,
        "product": 999_999_999,
        "sale": 999_999_999,
        "service_request": 999_999_999,
    }
)

# What an address calls it, where that is not the name of the thing.
_ARGUMENTS: dict[str, Callable[[Place], dict[str, Any]]] = {
    "file": lambda place: {"kind": "csv"},
    "month": lambda place: {"month": OCTOBER},
    "indicator": lambda place: {"indicator": "deposit_average"},
    "loans_granted": lambda place: {"indicator": "loans_granted"},
    "kind": lambda place: {"kind": "customers" if place is not NOWHERE else "none"},
    "row_no": lambda place: {"row_no": 2},
    "batch": lambda place: {"pk": place.names["batch"]},
    "entry": lambda place: {"pk": place.names["entry"]},
    "control": lambda place: {"pk": place.names["control"]},
    "policy": lambda place: {"name": "notice_working_days"},
    "year": lambda place: {"year": 2026},
    "draft": lambda place: {"pk": place.names["draft"]},
    "proof": lambda place: {"document": place.names["proof"]},
    "handed_in": lambda place: {"pk": place.names["handed_in"]},
    "call": lambda place: {"pk": place.names["call"]},
    "qualified": lambda place: {"pk": place.names["qualified"]},
    "assessor": lambda place: {"pk": place.names["assessor"]},
    "review": lambda place: {"pk": place.names["review"]},
    "notice": lambda place: {"pk": place.names["notice"]},
    "objection": lambda place: {"pk": place.names["objection"]},
    "approved": lambda place: {"pk": place.names["approved"]},
    "contract": lambda place: {"pk": place.names["contract"]},
    "annex": lambda place: {"document": place.names["annex"]},
    "plan": lambda place: {"pk": place.names["plan"]},
    "workbook": lambda place: {"pk": place.names["workbook"]},
    "session": lambda place: {"pk": place.names["session"]},
    "inspection": lambda place: {"pk": place.names["inspection"]},
    "penalty": lambda place: {"pk": place.names["penalty"]},
    "letter": lambda place: {"pk": place.names["letter"]},
    "report": lambda place: {"pk": place.names["report"]},
    "late_report": lambda place: {"pk": place.names["late_report"]},
    "paper": lambda place: {"pk": place.names["paper"]},
    "merge": lambda place: {"pk": place.names["merge"]},
    "section": lambda place: {"section": "family"},
    "member": lambda place: {"section": "family", "entry": place.names["member"]},
    "information": lambda place: {"pk": place.names["information"]},
    "leaflet": lambda place: {"document": place.names["leaflet"]},
    "assignment": lambda place: {"pk": place.names["assignment"]},
    "visit": lambda place: {"pk": place.names["visit"]},
    "photo": lambda place: {"document": place.names["photo"]},
    "prospect": lambda place: {"pk": place.names["prospect"]},
    "deed": lambda place: {"pk": place.names["deed"]},
    "product": lambda place: {"pk": place.names["product"]},
    "sale": lambda place: {"pk": place.names["sale"]},
    "service_request": lambda place: {"pk": place.names["service_request"]},
    "number": lambda place: {"number": "phone"},
    "notification": lambda place: {"pk": place.names["notification"]},
    "period": lambda place: {"kind": "weekly", "day": "2026-10-12"},
    "appointment": lambda place: {"pk": place.names["appointment"]},
    "change": lambda place: {"pk": place.names["change"]},
    "change_kind": lambda place: {"kind": "resignation"},
    "hand_over": lambda place: {"pk": place.names["hand_over"]},
    "job": lambda place: {"pk": place.names["job"]},
    "export": lambda place: {"pk": place.names["export"]},
}


def url_of(line: Line, place: Place) -> str:
    arguments: dict[str, Any] = {}
    for name in line.names:
        arguments |= _ARGUMENTS[name](place) if name in _ARGUMENTS else {name: place.names[name]}
    return reverse(line.address, kwargs=arguments)


@pytest.mark.parametrize("address", [name for name, line in LINE_OF.items() if line.method != "OPEN"])
def test_an_address_shows_each_person_what_is_his_or_hers_and_nothing_else(address: str, cast: Cast) -> None:
    line = LINE_OF[address]
    south, north = stage(cast.south, cast.wang, "south"), stage(cast.north, cast.zhao, "north")
    of_south, of_north = GROUP_OF[line.group]
    places = [(south, of_south), (north, of_north)]
    if not set(line.names) <= {"file", "month", "period"}:
        places.append((NOWHERE, frozenset()))
    wrong = []
    for number, (place, group) in enumerate(places):
        url = url_of(line, place)
        for person in PEOPLE:
            client = Client()
            client.force_login(make_user_once(getattr(cast, person)))
            response = client.generic(line.method, url)
            if response.streaming:
                response.getvalue()
            got_in = response.status_code == 200 or (
                response.status_code == 302
                and not response.headers["Location"].startswith(reverse(settings.LOGIN_URL) + "?")
            )
            if got_in != (person in group) or response.status_code not in (200, 302, 404):
                wrong.append((("south", "north", "nowhere")[number], person, response.status_code))
        stranger = Client().generic(line.method, url)
        if stranger.status_code != 302 or not stranger.headers["Location"].startswith(reverse(settings.LOGIN_URL)):
            wrong.append((("south", "north", "nowhere")[number], "a stranger", stranger.status_code))
    assert not wrong


def make_user_once(employee: Employee) -> Any:
    return getattr(employee, "user", None) or make_user(employee)
