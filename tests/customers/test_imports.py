"""Files of customers and the households that they make (formats.md, Kinds in)."""

from __future__ import annotations

from customers.models import Customer, Household, HouseholdMember
from organization.actions.batches import undo_batch
from organization.models import MonthClose
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview, reasons

__all__ = ["english"]

HEADER = "客户号,客户名称,客户类型,户号,机构号"


def home_of(customer_no: str) -> str:
    return HouseholdMember.objects.get(customer__customer_no=customer_no, last_day=None).household.household_no


def test_customers_of_one_household_share_it_and_others_have_one_of_their_own(cast: Cast) -> None:
    bring("customers", f"{HEADER}\nK1,张三,农户,H1,S01\nK2,李四,农户,H1,S01\nK3,王五,个人,,S01\nK4,供销社,单位,,S01")
    assert home_of("K1") == home_of("K2") == "H1"
    assert len({home_of(number) for number in ("K1", "K3", "K4")}) == 3
    assert Household.objects.count() == 3
    found = Customer.objects.order_by("customer_no").values_list("initials", "kind")
    assert next(iter(found)) == ("zs", "farm_household") and list(found)[3] == ("gxs", "unit")
    assert not MonthClose.objects.exists()


def test_the_same_customers_again_are_unchanged_with_and_without_the_column_of_households(cast: Cast) -> None:
    text = f"{HEADER}\nK1,张三,农户,H1,S01\nK2,李四,农户,,S01"
    bring("customers", text)
    assert bring("customers", text).unchanged_count == 2
    without = bring("customers", "客户号,客户名称,客户类型,机构号\nK1,张三,农户,S01\nK2,李四,农户,S01")
    assert (without.unchanged_count, without.changed_count) == (2, 0)
    assert home_of("K1") == "H1"


def test_a_customer_moves_into_another_household_and_undoing_moves_back(cast: Cast) -> None:
    bring("customers", f"{HEADER}\nK1,张三,农户,H1,S01\nK2,李四,农户,,S01")
    batch = bring("customers", f"{HEADER}\nK1,张三,农户,,S01\nK2,李四,农户,H1,S01")
    assert batch.changed_count == 2
    assert home_of("K2") == "H1" and home_of("K1") not in ("H1", "")
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong household")
    assert home_of("K1") == "H1" and home_of("K2") != "H1"
    assert HouseholdMember.objects.count() == 2


def test_undoing_new_customers_takes_their_memberships_back(cast: Cast) -> None:
    batch = bring("customers", f"{HEADER}\nK1,张三,农户,H1,S01")
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    assert not Customer.objects.exists() and not HouseholdMember.objects.exists()
    assert bring("customers", f"{HEADER}\nK1,张三,农户,H1,S01").created_count == 1


def test_another_address_keeps_before_and_after(cast: Cast) -> None:
    bring("customers", f"{HEADER},地址\nK1,张三,农户,H1,S01,东街")
    batch = bring("customers", f"{HEADER},地址\nK1,张三,农户,H1,S01,西街")
    change = batch.row_changes.get()
    assert (change.key, change.before["address"], change.after["address"]) == ("K1", "东街", "西街")
    assert "household_no" not in change.before and home_of("K1") == "H1"


def test_a_number_that_a_household_of_ones_own_bears_is_no_household_of_a_file(cast: Cast) -> None:
    batch = preview("customers", f"{HEADER}\nK1,张三,农户,@K2,S01\nK2,李四,农户,,S01")
    assert [(row, column) for row, column, _reason in reasons(batch)] == [(2, "户号")]


def test_a_customer_needs_a_name_a_kind_and_a_branch_that_the_clerk_reaches(cast: Cast) -> None:
    batch = preview(
        "customers", f"{HEADER}\nK1,,农户,,S01\nK2,李四,商户,,S01\nK3,王五,个人,,N01", actor=cast.actor("chen")
    )
    assert [(row, column) for row, column, _reason in reasons(batch)] == [
        (2, "客户名称"),
        (3, "客户类型"),
        (4, "机构号"),
    ]
