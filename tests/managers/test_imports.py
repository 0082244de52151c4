"""Files of appointments, targets and conduct entries (formats.md, Kinds in)."""

from __future__ import annotations

import datetime as dt

import pytest

from common.errors import RuleError
from managers.models import Appointment, ConductEntry, Contract, Target
from organization.actions.batches import undo_batch
from organization.models import Employee, MonthClose, Role, RoleGrant
from organization.queries import actor_of
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview, reasons
from tests.make import make_account, make_attribution, make_employee

__all__ = ["english"]

APPOINTMENTS = "工号,任职日期,离任日期,考核方式,合同号"
TARGETS = "客户经理工号,月份,指标,目标"
ENTRIES = "客户经理工号,日期,指标,分值,事由,编号"
SINCE = dt.date(2026, 1, 1)


@pytest.fixture
def ma(cast: Cast) -> Employee:
    """An employee of the south who is no manager yet."""
    return make_employee(cast.south, "S201", name="马强")


def close(cast: Cast, month: str) -> None:
    """A closed month of the south, whatever stands in it."""
    MonthClose.objects.create(
        branch=cast.south,
        month=f"{month}-01",
        state="closed",
        computed_by=cast.chen,
        approved_by=cast.zhou,
        closed_by=cast.zhou,
        closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        digest="0" * 64,
    )


# --- appointments ----------------------------------------------------------------------------------------------------


def test_an_appointment_makes_the_contract_and_grants_the_role(cast: Cast, ma: Employee) -> None:
    batch = bring("appointments", f"{APPOINTMENTS}\nS201,2026-01-01,,收贷,HT-1", actor=cast.actor("wu"))
    appointment = Appointment.objects.get(employee=ma)
    contract = Contract.objects.get(appointment=appointment)
    grant = RoleGrant.objects.get(employee=ma)
    assert (appointment.branch, appointment.first_day, appointment.last_day) == (cast.south, SINCE, None)
    assert (contract.target_kind, contract.contract_no, contract.first_day) == ("loan_recovery", "HT-1", SINCE)
    assert (grant.role, grant.branch, grant.first_day, grant.granted_by) == (
        Role.ACCOUNT_MANAGER,
        cast.south,
        SINCE,
        cast.wu,
    )
    assert actor_of(ma).holds(cast.south.pk, Role.ACCOUNT_MANAGER)
    assert batch.created_count == 1 and not MonthClose.objects.exists()


def test_an_end_of_office_ends_contract_and_role_and_undoing_opens_them_again(cast: Cast, ma: Employee) -> None:
    bring("appointments", f"{APPOINTMENTS}\nS201,2026-01-01,,综合,HT-1")
    batch = bring("appointments", f"{APPOINTMENTS}\nS201,2026-01-01,2026-09-30,存款,HT-2")
    ended = dt.date(2026, 9, 30)
    contract = Contract.objects.get(appointment__employee=ma)
    assert (contract.target_kind, contract.contract_no, contract.last_day) == ("deposits", "HT-2", ended)
    assert RoleGrant.objects.get(employee=ma).last_day == Appointment.objects.get(employee=ma).last_day == ended
    undo_batch(actor=SYSTEM, batch=batch, reason="still in office")
    contract.refresh_from_db()
    assert (contract.target_kind, contract.contract_no, contract.last_day) == ("composite", "HT-1", None)
    assert RoleGrant.objects.get(employee=ma).last_day is Appointment.objects.get(employee=ma).last_day is None


def test_undoing_an_appointment_takes_contract_and_role_back(cast: Cast, ma: Employee) -> None:
    batch = bring("appointments", f"{APPOINTMENTS}\nS201,2026-01-01,,,")
    undo_batch(actor=SYSTEM, batch=batch, reason="not appointed")
    for model in (Appointment, RoleGrant):
        assert not model.objects.filter(employee=ma).exists()
    assert not Contract.objects.filter(appointment__employee=ma).exists()


def test_an_appointment_under_attributions_is_not_undone(cast: Cast, ma: Employee) -> None:
    batch = bring("appointments", f"{APPOINTMENTS}\nS201,2026-01-01,,,")
    make_attribution(make_account(cast.south), ma, "2026-02-01")
    with pytest.raises(RuleError):
        undo_batch(actor=SYSTEM, batch=batch, reason="not appointed")
    assert Appointment.objects.filter(employee=ma).exists()


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        ("S101,2026-01-01,,,", [2]),
        ("S201,2026-01-01,,,\n        S201,2026-06-01,,,", [2, 3]),
        ("S201,2026-01-01,2026-05-31,,\n        S201,2026-06-01,,,", []),
    ],
)
def test_nobody_holds_two_appointments_on_one_day(cast: Cast, ma: Employee, rows: str, refused: list[int]) -> None:
    batch = preview("appointments", f"{APPOINTMENTS}\n{rows}")
    assert [row for row, _column, _reason in reasons(batch)] == refused


def test_days_of_an_appointment_are_in_order_and_nobody_appoints_himself(cast: Cast) -> None:
    batch = preview(
        "appointments",
        f"""{APPOINTMENTS}
        S002,2026-05-01,2026-04-30,,
        U001,2026-05-01,,,
        NONE,2026-05-01,,,""",
        actor=cast.actor("wu"),
    )
    assert [reason for _row, _column, reason in reasons(batch)] == [
        "The last day lies before the first.",
        "Nobody appoints himself or herself. Ask another person.",
        "There is no employee NONE.",
    ]


def test_a_closed_month_gets_no_further_manager(cast: Cast, ma: Employee) -> None:
    close(cast, "2026-09")
    assert preview("appointments", f"{APPOINTMENTS}\nS201,2026-09-30,,,").refused_count == 1
    assert preview("appointments", f"{APPOINTMENTS}\nS201,2026-10-01,,,").refused_count == 0


# --- targets ---------------------------------------------------------------------------------------------------------


def test_a_target_is_of_a_manager_a_month_and_an_indicator_in_either_language(cast: Cast) -> None:
    bring(
        "targets",
        f'{TARGETS}\nS101,2026-10,月均余额,"700,000.00"\nS101,2026年10月,compliance,100\nS101,2026-11,月均余额,1',
    )
    found = Target.objects.order_by("month", "indicator").values_list("month", "indicator", "target_hundredths")
    assert list(found) == [
        (dt.date(2026, 10, 1), "compliance", 100_00),
        (dt.date(2026, 10, 1), "deposit_average", 700_000_00),
        (dt.date(2026, 11, 1), "deposit_average", 1_00),
    ]
    assert {target.branch for target in Target.objects.all()} == {cast.south} and not MonthClose.objects.exists()


def test_another_target_is_a_change_that_keeps_what_stood_before(cast: Cast) -> None:
    bring("targets", f"{TARGETS}\nS101,2026-10,积数,100")
    batch = bring("targets", f"{TARGETS}\nS101,2026-10,积数,200")
    change = batch.row_changes.get()
    assert (change.before["target_hundredths"], change.after["target_hundredths"]) == (100_00, 200_00)
    undo_batch(actor=SYSTEM, batch=batch, reason="not agreed")
    assert Target.objects.get().target_hundredths == 100_00


def test_a_target_needs_a_manager_in_office_and_an_open_month(cast: Cast) -> None:
    close(cast, "2026-09")
    batch = preview(
        "targets",
        f"{TARGETS}\nS101,2019-12,积数,1\nS002,2026-10,积数,1\nNONE,2026-10,积数,1\nS101,2026-09,积数,1\nS101,2026-10,存贷比,1",
    )
    assert [reason for _row, _column, reason in reasons(batch)][:4] == [
        "S101 is not in office in 2019-12.",
        "S002 is not in office in 2026-10.",
        "There is no manager NONE.",
        "The month 2026-09 is closed; its targets no longer change.",
    ]
    assert batch.refused_count == 5


def test_a_target_of_another_branchs_manager_is_as_if_there_were_no_such_manager(cast: Cast) -> None:
    batch = preview("targets", f"{TARGETS}\nN101,2026-10,积数,1", actor=cast.actor("chen"))
    assert reasons(batch) == [(2, "客户经理工号", "There is no manager N101.")]


# --- entries ---------------------------------------------------------------------------------------------------------


def test_an_entry_is_a_draft_of_the_person_who_brings_it(cast: Cast) -> None:
    bring("conduct_entries", f"{ENTRIES}\nS101,2026-10-15,日常行为,-1.5,工作报告迟交,7", actor=cast.actor("chen"))
    entry = ConductEntry.objects.get()
    assert (entry.state, entry.points_hundredths, entry.made_by, entry.decided_by) == ("draft", -150, cast.chen, None)
    assert (entry.reason, entry.entry_no, entry.branch) == ("工作报告迟交", "7", cast.south)
    assert not MonthClose.objects.exists()


def test_the_same_entry_is_unchanged_and_one_with_other_points_is_refused(cast: Cast) -> None:
    bring("conduct_entries", f"{ENTRIES}\nS101,2026-10-15,日常行为,-1.5,迟交,1")
    assert preview("conduct_entries", f"{ENTRIES}\nS101,2026-10-15,日常行为,-1.5,迟交,1").unchanged_count == 1
    assert preview("conduct_entries", f"{ENTRIES}\nS101,2026-10-15,日常行为,-2.5,迟交,1").refused_count == 1
    assert preview("conduct_entries", f"{ENTRIES}\nS101,2026-10-15,日常行为,-2.5,迟交,2").created_count == 1


def test_an_entry_of_a_closed_month_counts_in_the_next_one(cast: Cast) -> None:
    close(cast, "2026-09")
    batch = bring("conduct_entries", f"{ENTRIES}\nS101,2026-09-15,合规,-2,违规,1")
    entry = ConductEntry.objects.get()
    assert (batch.held_over_count, entry.happened_on.month, entry.entered_on) == (1, 9, dt.date(2026, 10, 1))


def test_entries_need_a_manager_in_office_and_take_points_away(cast: Cast) -> None:
    batch = preview(
        "conduct_entries",
        f"{ENTRIES}\nS101,2019-01-01,合规,-1,违规,1\nS101,2026-10-15,日常行为,0,无,1\nS101,2026-10-15,积数,-1,无,2\nS101,2026-10-15,合规,-1,,3",
    )
    found = [(row, column) for row, column, _reason in reasons(batch)]
    assert found == [(2, "客户经理工号"), (3, "分值"), (4, "指标"), (5, "事由")]


def test_an_entry_that_somebody_has_decided_on_is_not_undone(cast: Cast) -> None:
    batch = bring("conduct_entries", f"{ENTRIES}\nS101,2026-10-15,日常行为,-1.5,迟交,1")
    ConductEntry.objects.update(
        state="confirmed", decided_by=cast.zhou, decided_at=dt.datetime(2026, 10, 20, tzinfo=dt.UTC)
    )
    with pytest.raises(RuleError, match="Row 2 of the file has been decided"):
        undo_batch(actor=SYSTEM, batch=batch, reason="wrong")
    assert ConductEntry.objects.count() == 1
