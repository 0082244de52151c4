"""Contracts: drafted, changed, signed by both, in force, replaced; their laws in the database; their pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.actions.contracts import (
    add_annex,
    change_contract,
    discard_contract,
    draft_contract,
    end_contracts,
    remove_annex,
    sign_contract,
    turn_contracts,
)
from managers.models import Application, Appointment, Contract, ContractTarget
from managers.queries import managers_in_office, targets_of_month
from managers.queries.contracts import contract_page, contracts, text_of
from managers.queries.inbox import contracts_ending, signatures_to_give
from managers.rules.contracts import TargetTerms, digest_of
from organization.actions.months import check_laws_now
from organization.actions.policies import set_policy
from organization.models import Employee, MonthClose, Notification, TrailEntry
from organization.queries import actor_of
from tests.cast import Cast
from tests.make import PASSWORD, grant, make_application, make_employee, make_user

TODAY = timezone.localdate
# A term of two years that has begun this month.
FIRST = TODAY().replace(day=1)
LAST = FIRST.replace(year=FIRST.year + 2) - dt.timedelta(days=1)
TARGETS = (
    TargetTerms("deposit_average", 700_000_00),
    TargetTerms("deposit_accumulated", 700_000_00, times_days=True),
    TargetTerms("interest_received", 5_230_00, "growth", 1_000_00),
    TargetTerms("loans_granted", None),
)


@pytest.fixture
def feng(cast: Cast) -> Employee:
    """An employee of the south whose application is approved."""
    return make_employee(cast.south, "S301", name="冯娟")


@pytest.fixture
def approved(cast: Cast, feng: Employee) -> Application:
    return make_application(feng, "approved", decided_by=cast.zhou, first=FIRST.isoformat(), last=LAST.isoformat())


def draft(cast: Cast, application: Application, **changed: Any) -> Contract:
    values = {
        "target_kind": "composite",
        "first_day": FIRST,
        "last_day": LAST,
        "targets": TARGETS,
        "application": application,
    } | changed
    return draft_contract(actor=cast.actor("chen"), **values)


def sign(person: Employee, contract: Contract, *, password: str = PASSWORD, digest: str = "") -> Contract:
    user = getattr(person, "user", None) or make_user(person)
    fresh = contracts(actor_of(person)).get(pk=contract.pk)
    return sign_contract(
        actor=actor_of(person), contract=fresh, user=user, password=password, digest=digest or digest_of(text_of(fresh))
    )


# --- from the draft to the office ------------------------------------------------------------------------------------


def test_with_both_signatures_the_candidate_is_appointed_and_the_contract_in_force(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = draft(cast, approved)
    assert (contract.state, contract.made_by_id) == ("draft", cast.chen.pk)
    assert contract.contract_no.startswith(f"HT-{FIRST.year}-")
    assert {one.employee_id for one in Notification.objects.all()} == {feng.pk, cast.zhou.pk}
    after_one = sign(cast.zhou, contract)
    assert (after_one.state, after_one.branch_signed_by_id) == ("draft", cast.zhou.pk)
    assert not Appointment.objects.filter(employee=feng).exists()
    sign(feng, contract)
    contract.refresh_from_db()
    approved.refresh_from_db()
    appointment = Appointment.objects.get(employee=feng)
    assert contract.state == "in_force" and contract.appointment == appointment
    assert contract.manager_digest == contract.branch_digest == digest_of(contract.signed_text)
    assert (appointment.first_day, appointment.last_day, appointment.appointed_by) == (FIRST, LAST, cast.zhou)
    assert approved.state == "in_office" and approved.appointment == appointment
    actions = list(
        TrailEntry.objects.filter(subject="managers.contract").order_by("seq").values_list("action", flat=True)
    )
    assert actions == ["draft_contract", "sign_contract", "sign_contract", "agree_contract", "turn_contract"]


def test_the_months_targets_come_from_the_contract_a_day_at_a_time(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = draft(cast, approved)
    sign(cast.zhou, contract)
    sign(feng, contract)
    for month in (Month.of(FIRST), Month(FIRST.year + 1, 2)):
        own = [one for one in managers_in_office(cast.south, month) if one.employee_id == feng.pk]
        found = targets_of_month(cast.south, month, own)[feng.pk]
        assert found["deposit_accumulated"].value_hundredths == 700_000_00 * month.days
        assert (found["interest_received"].counts, found["interest_received"].baseline_hundredths) == (
            "growth",
            1_000_00,
        )
        assert found["loans_granted"].not_applicable


def test_a_contract_that_begins_later_waits_for_its_day(cast: Cast, feng: Employee) -> None:
    first = TODAY() + dt.timedelta(days=10)
    application = make_application(feng, "approved", decided_by=cast.zhou, first=first.isoformat(), last=None)
    contract = draft(cast, application, first_day=first, last_day=None)
    sign(feng, contract)
    sign(cast.zhou, contract)
    contract.refresh_from_db()
    assert contract.state == "agreed"
    assert turn_contracts(first - dt.timedelta(days=1)) == 0
    assert turn_contracts(first) == 1
    assert turn_contracts(first) == 0
    contract.refresh_from_db()
    assert contract.state == "in_force"


# --- who may ---------------------------------------------------------------------------------------------------------


def test_nobody_drafts_without_an_approval_or_for_another_branch_or_for_himself(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    with pytest.raises(RuleError, match="Only the people of 城南信用社 draft its contracts"):
        draft_contract(
            actor=cast.actor("sun"),
            target_kind="composite",
            first_day=FIRST,
            last_day=LAST,
            targets=TARGETS,
            application=approved,
        )
    waits = make_application(make_employee(cast.south), "on_notice")
    with pytest.raises(RuleError, match="This application is not approved"):
        draft(cast, waits)
    grant(feng, "clerk")
    with pytest.raises(RuleError, match="Nobody drafts a contract with himself or herself"):
        draft_contract(
            actor=actor_of(feng),
            target_kind="composite",
            first_day=FIRST,
            last_day=LAST,
            targets=TARGETS,
            application=approved,
        )
    draft(cast, approved)
    with pytest.raises(RuleError, match="There is a draft already"):
        draft(cast, approved)


def test_the_drafter_and_people_without_the_role_do_not_sign(cast: Cast, approved: Application) -> None:
    contract = draft_contract(
        actor=cast.actor("zhou"),
        target_kind="composite",
        first_day=FIRST,
        last_day=LAST,
        targets=TARGETS,
        application=approved,
    )
    for person in (cast.zhou, cast.chen, cast.wu):
        with pytest.raises(RuleError, match="does not wait for your signature"):
            sign(person, contract)


def test_signing_takes_the_own_password_and_the_text_that_was_read(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = draft(cast, approved)
    with pytest.raises(BadInput, match="not your password"):
        sign(feng, contract, password="another")
    with pytest.raises(Conflict, match="The text has changed since you opened it"):
        sign(feng, contract, digest="0" * 64)
    with pytest.raises(RuleError, match="Everybody signs in person"):
        sign_contract(
            actor=actor_of(feng), contract=contract, user=make_user(cast.zhou), password=PASSWORD, digest="0" * 64
        )
    sign(feng, contract)
    with pytest.raises(RuleError, match="does not wait for your signature"):
        sign(feng, contract)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"first_day": FIRST - dt.timedelta(days=1)}, f"The term begins on {FIRST}"),
        ({"last_day": None}, f"The term ends on {LAST}"),
        ({"last_day": FIRST - dt.timedelta(days=40)}, "The last day lies before the first"),
        ({"targets": [TargetTerms("deposit_average", None)]}, "names at least one target"),
        ({"targets": [TargetTerms("conduct", 100)]}, "scored by entries"),
        ({"targets": [TargetTerms("loans_granted", 100, "developed")]}, "alone is counted of deposits"),
        ({"targets": [TargetTerms("interest_collection", 9_800, "growth", 1)]}, "for amounts of a month"),
        ({"targets": [TargetTerms("deposit_average", 100, "growth")]}, "give one"),
        ({"targets": [TargetTerms("deposit_average", 100, times_days=True)]}, "Only an accumulated balance"),
        ({"targets": [TargetTerms("deposit_average", 0)]}, "above zero"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(
    cast: Cast, approved: Application, changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(RuleError, match=says):
        draft(cast, approved, **changed)


# --- changes ---------------------------------------------------------------------------------------------------------


def test_a_change_after_one_signature_clears_it_and_asks_again(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = draft(cast, approved)
    sign(feng, contract)
    digest = digest_of(text_of(contracts(cast.actor("chen")).get(pk=contract.pk)))
    values = {"target_kind": "composite", "first_day": FIRST, "last_day": LAST, "contract_no": "", "remarks": ""}
    changed = change_contract(actor=cast.actor("chen"), contract=contract, digest=digest, targets=TARGETS[:3], **values)
    assert (changed.manager_signed_at, changed.manager_digest) == (None, "")
    assert TrailEntry.objects.filter(action="clear_signatures").count() == 1
    assert Notification.objects.filter(employee=feng, sentence__contains="has changed since you signed").exists()
    with pytest.raises(Conflict, match="Somebody else has changed this contract"):
        change_contract(actor=cast.actor("chen"), contract=contract, digest=digest, targets=TARGETS, **values)


def test_a_change_that_says_the_same_keeps_the_signature(cast: Cast, feng: Employee, approved: Application) -> None:
    contract = draft(cast, approved)
    sign(feng, contract)
    digest = digest_of(text_of(contracts(cast.actor("chen")).get(pk=contract.pk)))
    changed = change_contract(actor=cast.actor("chen"), contract=contract, digest=digest, targets=TARGETS)
    assert changed.manager_digest == digest


def test_an_annex_is_part_of_the_text_and_a_scan_is_not(cast: Cast, feng: Employee, approved: Application) -> None:
    contract = draft(cast, approved)
    sign(feng, contract)
    annex = add_annex(actor=cast.actor("chen"), contract=contract, name="任务书.pdf", content=[b"%PDF-1.4"])
    contract.refresh_from_db()
    assert contract.manager_digest == "" and annex.file.sha256 in text_of(contract)
    remove_annex(actor=cast.actor("chen"), contract=contract, document=annex, reason="wrong file")
    sign(feng, contract)
    sign(cast.zhou, contract)
    contract.refresh_from_db()
    with pytest.raises(Conflict, match="signed by both and no longer changes"):
        add_annex(actor=cast.actor("chen"), contract=contract, name="a.pdf", content=[b"%PDF-1.4"])
    add_annex(actor=cast.actor("chen"), contract=contract, name="scan.pdf", content=[b"%PDF-1.4"], scan=True)
    page = contract_page(cast.actor("chen"), contracts(cast.actor("chen")).get(pk=contract.pk))
    assert page.rows_agree and page.manager_matches and page.branch_matches and len(page.scans) == 1


def test_the_text_is_the_same_in_every_language(cast: Cast, approved: Application) -> None:
    contract = draft(cast, approved)
    found = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found.append(text_of(contract))
    assert found[0] == found[1]


def test_a_name_that_changes_later_leaves_the_signed_text_as_it_was(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = draft(cast, approved)
    sign(feng, contract)
    sign(cast.zhou, contract)
    feng.name = "冯娟娟"
    feng.save(update_fields=["name"])
    page = contract_page(cast.actor("chen"), contracts(cast.actor("chen")).get(pk=contract.pk))
    assert page.manager_matches and "冯娟（" in page.text and not page.rows_agree


def test_a_draft_can_be_thrown_away(cast: Cast, approved: Application) -> None:
    contract = draft(cast, approved)
    discard_contract(actor=cast.actor("chen"), contract=contract, reason="another kind")
    assert not Contract.objects.filter(application=approved).exists()
    assert TrailEntry.objects.filter(action="discard_contract").exists()


# --- one replaces another --------------------------------------------------------------------------------------------


def replacing(cast: Cast, first_day: dt.date) -> Contract:
    appointment = cast.wang.appointments.get()
    return draft_contract(
        actor=cast.actor("chen"),
        target_kind="deposits",
        first_day=first_day,
        last_day=None,
        targets=TARGETS[:2],
        appointment=appointment,
    )


def test_a_replacement_ends_the_contract_before_it_the_day_before(cast: Cast) -> None:
    old = cast.wang.appointments.get().contracts.get()
    new = replacing(cast, TODAY())
    assert new.replaces == old
    sign(cast.zhou, new)
    sign(cast.wang, new)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.last_day, old.state) == (TODAY() - dt.timedelta(days=1), "replaced")
    assert new.state == "in_force"


def test_a_replacement_from_a_later_day_leaves_the_old_one_in_force_until_then(cast: Cast) -> None:
    old = cast.wang.appointments.get().contracts.get()
    first = TODAY() + dt.timedelta(days=5)
    new = replacing(cast, first)
    sign(cast.zhou, new)
    sign(cast.wang, new)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.last_day, new.state) == ("in_force", first - dt.timedelta(days=1), "agreed")
    assert turn_contracts(first) == 2
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == ("replaced", "in_force")


def test_no_contract_begins_in_a_closed_month(cast: Cast) -> None:
    new = replacing(cast, dt.date(2026, 9, 15))
    MonthClose.objects.create(
        branch=cast.south,
        month="2026-09-01",
        state="closed",
        computed_by=cast.chen,
        approved_by=cast.zhou,
        closed_by=cast.zhou,
        closed_at=timezone.now(),
        digest="0" * 64,
    )
    sign(cast.zhou, new)
    with pytest.raises(RuleError, match="has closed the month of 2026-09-15") as refused:
        sign(cast.wang, new)
    assert refused.value.article == "11"


def test_contracts_end_with_their_appointment(cast: Cast) -> None:
    appointment = cast.wang.appointments.get()
    last = TODAY() + dt.timedelta(days=2)
    replacing(cast, TODAY() + dt.timedelta(days=1))
    with transaction.atomic():
        appointment.last_day = last
        appointment.save(update_fields=["last_day"])
        end_contracts(actor=cast.actor("zhou"), appointment=appointment, last_day=last)
        check_laws_now()
    contract = appointment.contracts.get()
    assert (contract.state, contract.last_day) == ("in_force", last)
    assert turn_contracts(last + dt.timedelta(days=1)) == 1
    contract.refresh_from_db()
    assert contract.state == "ended"


# --- what waits ------------------------------------------------------------------------------------------------------


def test_contracts_that_end_within_the_policys_days_are_named_to_those_concerned(cast: Cast) -> None:
    contract = cast.wang.appointments.get().contracts.get()
    last = TODAY() + dt.timedelta(days=50)
    Contract.objects.filter(pk=contract.pk).update(last_day=last)
    for person, sees in (("zhou", True), ("chen", False), ("wang", True), ("li", False), ("sun", False)):
        assert contracts_ending(cast.actor(person), TODAY()).exists() is sees, person
    set_policy(
        actor=cast.actor("zhou"),
        branch=cast.south,
        name="expiry_warning_days",
        value=30,
        first_day=TODAY(),
        reason="too early",
    )
    assert not contracts_ending(cast.actor("zhou"), TODAY()).exists()


def test_drafts_wait_for_each_sides_signature(cast: Cast, feng: Employee, approved: Application) -> None:
    contract = draft(cast, approved)
    today = TODAY()
    assert signatures_to_give(actor_of(feng), today) == signatures_to_give(cast.actor("zhou"), today) == [contract]
    assert signatures_to_give(cast.actor("chen"), today) == signatures_to_give(cast.actor("sun"), today) == []
    sign(feng, contract)
    assert signatures_to_give(actor_of(feng), today) == []
    assert signatures_to_give(cast.actor("zhou"), today) == [contract]


# --- laws in the database --------------------------------------------------------------------------------------------


def signed(cast: Cast, feng: Employee, approved: Application) -> Contract:
    contract = draft(cast, approved)
    sign(feng, contract)
    sign(cast.zhou, contract)
    contract.refresh_from_db()
    return contract


def refused(sql: str, *values: Any) -> str:
    """The sentence with which the database refuses a statement."""
    with pytest.raises(RuleError) as found:
        run(sql, *values)
    return str(found.value)


def run(sql: str, *values: Any) -> None:
    with obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        check_laws_now()


def test_the_database_keeps_a_signed_contract_as_it_was_signed(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = signed(cast, feng, approved)
    stays = "A signed contract stays as it was signed. Draft another one that replaces it."
    for change in (
        "target_kind = 'deposits'",
        "first_day = first_day + 1",
        "last_day = last_day + 1",
        "last_day = NULL",
        "remarks = 'more'",
        "signed_text = ''",
        "branch_signed_by_id = made_by_id",
    ):
        assert refused(f"UPDATE managers_contract SET {change} WHERE id = %s", contract.pk) == stays, change
    assert refused("DELETE FROM managers_contract WHERE id = %s", contract.pk) == stays
    target = ContractTarget.objects.filter(contract=contract, indicator="deposit_average").get()
    assert refused("UPDATE managers_contracttarget SET target_hundredths = 1 WHERE id = %s", target.pk) == stays
    assert refused("DELETE FROM managers_contracttarget WHERE id = %s", target.pk) == stays
    assert (
        refused(
            "INSERT INTO managers_contracttarget (contract_id, indicator, target_hundredths, not_applicable)"
            " VALUES (%s, 'products_sold', 5, false)",
            contract.pk,
        )
        == stays
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE managers_contract SET last_day = last_day - 1 WHERE id = %s", [contract.pk])


def test_the_database_holds_no_contract_outside_its_appointment(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = signed(cast, feng, approved)
    outside = "A contract lies inside the days of its appointment."
    appointment = contract.appointment
    assert appointment is not None
    assert refused("UPDATE managers_appointment SET last_day = first_day + 99 WHERE id = %s", appointment.pk) == outside
    assert (
        refused(
            "INSERT INTO managers_contract (appointment_id, contract_no, target_kind, first_day, last_day)"
            " VALUES (%s, 'K9', 'interest', '2019-01-01', '2019-12-31')",
            cast.li.appointments.get().pk,
        )
        == outside
    )


def test_the_database_lets_nobody_draft_or_sign_for_both_sides(cast: Cast, approved: Application) -> None:
    contract = draft(cast, approved)
    alone = "Nobody drafts or signs a contract with himself or herself. Ask another person."
    for column in ("made_by_id", "branch_signed_by_id"):
        sql = f"UPDATE managers_contract SET {column} = %s WHERE id = %s"
        assert refused(sql, approved.candidate_id, contract.pk) == alone
    assert "Who drafts a contract does not sign it" in refused(
        "UPDATE managers_contract SET branch_signed_by_id = made_by_id WHERE id = %s", contract.pk
    )
    assert "when both have signed the same text" in refused(
        "UPDATE managers_contract SET state = 'agreed', appointment_id = %s, first_day = '2020-02-01' WHERE id = %s",
        cast.li.appointments.get().pk,
        contract.pk,
    )
    assert "Only an accumulated balance" in refused(
        "UPDATE managers_contracttarget SET times_days = true WHERE contract_id = %s AND indicator = 'deposit_average'",
        contract.pk,
    )


# --- pages -----------------------------------------------------------------------------------------------------------


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def typed(**changed: Any) -> dict[str, Any]:
    values = {
        "target_kind": "composite",
        "first_day": FIRST.isoformat(),
        "last_day": LAST.isoformat(),
        "contract_no": "",
        "remarks": "",
        "deposit_average_target": "700,000",
        "deposit_average_counts": "all",
        "deposit_accumulated_target": "15,000,000",
        "deposit_accumulated_counts": "all",
        "loans_granted_na": "on",
        "principal_recovered_counts": "all",
        "interest_received_target": "5,230",
        "interest_received_counts": "growth",
        "interest_received_baseline": "1,000",
    } | changed
    return {name: value for name, value in values.items() if value is not None}


def test_the_form_begins_with_the_regulations_figures_and_the_term(cast: Cast, approved: Application) -> None:
    page = browser(cast.chen).get(reverse("managers:contract_new", args=[approved.pk])).content.decode()
    assert 'value="700,000.00"' in page and 'value="15,000,000.00"' in page
    assert f'value="{FIRST}"' in page and "人民币柒拾万元整" in page
    assert "500,000.00" in page and "535,714.29" in page  # 15,000,000 as an average in 30 and 28 days


def test_the_form_makes_a_draft_and_both_sign_it_in_the_browser(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    made = browser(cast.chen).post(reverse("managers:contract_new", args=[approved.pk]), typed())
    contract = Contract.objects.get(application=approved)
    assert made.headers["Location"] == reverse("managers:contract_detail", args=[contract.pk])
    stored = {one.indicator: one for one in contract.targets.all()}
    assert set(stored) == {"deposit_average", "deposit_accumulated", "loans_granted", "interest_received"}
    assert stored["interest_received"].baseline_hundredths == 1_000_00
    for person in (feng, cast.zhou):
        client, url = browser(person), reverse("managers:contract_sign", args=[contract.pk])
        page = client.get(url)
        digest = page.context["page"].digest
        assert "人民币柒拾万元整" in page.content.decode()
        wrong = client.post(url, {"password": "wrong", "digest": digest})
        assert "not your password" in wrong.content.decode()
        assert client.post(url, {"password": PASSWORD, "digest": digest}).status_code == 302
    contract.refresh_from_db()
    assert contract.state == "in_force"
    paper = browser(feng).get(reverse("managers:contract_print", args=[contract.pk])).content.decode()
    assert "重新计算的摘要与双方签署的摘要一致" in paper and contract.branch_digest in paper


def test_what_was_typed_stays_when_something_is_wrong(cast: Cast, approved: Application) -> None:
    url = reverse("managers:contract_new", args=[approved.pk])
    answer = browser(cast.chen).post(url, typed(remarks="every quarter a talk", deposit_average_target="12x"))
    page = answer.content.decode()
    assert answer.status_code == 200 and "every quarter a talk" in page and "12x" in page
    answer = browser(cast.chen).post(url, typed(interest_received_baseline=""))
    assert "Growth is counted over a baseline" in answer.content.decode()
    assert not Contract.objects.filter(application=approved).exists()


def test_another_kind_asks_for_its_own_indicators_and_keeps_the_rest(cast: Cast, approved: Application) -> None:
    url = reverse("managers:contract_new", args=[approved.pk])
    rows = browser(cast.chen).get(url, typed(target_kind="deposits", part="rows")).content.decode()
    assert "deposit_average_target" in rows and "interest_received_target" not in rows and "<html" not in rows
    shown = browser(cast.chen).get(url, typed(part="help", deposit_accumulated_times_days="on")).content.decode()
    assert "420,000,000.00" in shown  # 15,000,000 × 28


def test_a_draft_is_changed_and_thrown_away_by_the_branchs_people(
    cast: Cast, feng: Employee, approved: Application
) -> None:
    contract = draft(cast, approved)
    client, url = browser(cast.chen), reverse("managers:contract_edit", args=[contract.pk])
    digest = client.get(url).context["form"].initial["digest"]
    assert client.post(url, typed(digest=digest, contract_no="HT-7")).status_code == 302
    contract.refresh_from_db()
    assert contract.contract_no == "HT-7"
    assert browser(feng).get(url).status_code == 404
    assert client.post(reverse("managers:contract_discard", args=[contract.pk]), {"reason": "no"}).status_code == 302
    assert not Contract.objects.filter(pk=contract.pk).exists()


def test_documents_are_added_read_and_put_aside_on_the_page(cast: Cast, feng: Employee, approved: Application) -> None:
    contract, client = draft(cast, approved), browser(cast.chen)
    file = SimpleUploadedFile("任务书.pdf", b"%PDF-1.4")
    client.post(reverse("managers:annex_add", args=[contract.pk]), {"file": file, "title": "annual task"})
    page = client.get(reverse("managers:contract_detail", args=[contract.pk]))
    document = page.context["page"].annexes[0]
    url = reverse("managers:annex_file", args=[contract.pk, document.pk])
    assert b"".join(browser(feng).get(url)) == b"%PDF-1.4"
    assert browser(cast.zhao).get(url).status_code == 404
    client.post(reverse("managers:annex_remove", args=[contract.pk, document.pk]), {"reason": "wrong"})
    assert client.get(url).status_code == 404


def test_the_list_finds_by_person_number_kind_and_end(cast: Cast, approved: Application) -> None:
    draft(cast, approved)
    client, url = browser(cast.zhou), reverse("managers:contract_list")
    for query, expected in (
        ({"q": "冯"}, {"冯娟"}),
        ({"q": "S101"}, {"王小明"}),
        ({"state": "draft"}, {"冯娟"}),
        ({"target_kind": "deposits"}, set()),
        ({"ends": "30"}, set()),
        ({}, {"冯娟", "王小明", "李华"}),
    ):
        rows = client.get(url, query).context["table"].data
        assert {one.name for one in rows} == expected, query
    exported = client.post(f"{url}export/csv/")
    assert "冯娟" in b"".join(exported).decode("utf-8-sig")
