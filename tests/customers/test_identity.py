"""Who is who: numbers that hold or do not, the day of birth in them, and customers who look like one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput, RuleError
from customers.actions.duplicates import dismiss_duplicate
from customers.models import Customer
from customers.queries.duplicates import NAME, NUMBER, PAGE, Group, duplicates
from customers.queries.identity import identity
from customers.rules.identity import (
    CREDIT_CODE,
    RESIDENT,
    born_on,
    compact,
    gender_of,
    identity_key,
    kind_of_number,
    wrong_with,
)
from organization.models import Employee, TrailEntry
from organization.rules import Actor
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview
from tests.make import grant, id_number, make_basics, make_customer, make_merge, make_user

__all__ = ["english"]


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


# Invented numbers: the place 4299 00 was never given to anybody.
@pytest.mark.parametrize(
    ("number", "wrong", "born", "gender"),
    [
        ("429900199001010072", "", dt.date(1990, 1, 1), "male"),
        ("４２９９００ 19900101-0072", "", dt.date(1990, 1, 1), "male"),
        ("429900200002290040", "", dt.date(2000, 2, 29), "female"),
        ("429900199001010073", "checksum", None, ""),
        ("429900199002310074", "date", None, ""),
        ("429900190002290074", "date", None, ""),
        ("42990019900101007A", "characters", None, ""),
        ("4299001990010100", "length", None, ""),
        ("429900900101007", "", dt.date(1990, 1, 1), "male"),
        ("429900901301007", "date", None, ""),
        ("42990090O101007", "characters", None, ""),
        ("", "", None, ""),
    ],
)
def test_a_residents_number_says_what_is_wrong_or_when_somebody_was_born(
    number: str, wrong: str, born: dt.date | None, gender: str
) -> None:
    assert (wrong_with(number, RESIDENT), born_on(number), gender_of(number)) == (wrong, born, gender)


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("91110000600037341L", ""),
        ("91110000600037341l", ""),
        ("92429900MA4TET001U", ""),
        ("N2429900MA4TET001A", "checksum"),
        ("91110000600037342L", "checksum"),
        ("9111000060003734IL", "characters"),
        ("91A10000600037341L", "characters"),
        ("420100000012345", "length"),
    ],
)
def test_a_credit_code_says_what_is_wrong(number: str, wrong: str) -> None:
    assert wrong_with(number, CREDIT_CODE) == wrong


@pytest.mark.parametrize(
    ("id_type", "kind", "check"),
    [
        ("身份证", "individual", RESIDENT),
        ("居民身份证", "unit", RESIDENT),
        ("户口簿", "farm_household", RESIDENT),
        ("统一社会信用代码", "unit", CREDIT_CODE),
        ("", "unit", CREDIT_CODE),
        ("", "farm_household", RESIDENT),
        ("护照", "individual", ""),
        ("营业执照", "unit", ""),
    ],
)
def test_the_type_of_a_number_decides_how_it_is_checked(id_type: str, kind: str, check: str) -> None:
    assert kind_of_number(id_type, kind) == check
    assert wrong_with("X", "") == ""


def test_the_old_number_and_the_new_one_of_a_person_have_one_key() -> None:
    assert identity_key("429900900101007") == identity_key("429900199001010072") == "42990019900101007"
    assert identity_key("429900199001010073") == identity_key("429900199001010072")  # one of them is mistyped
    assert identity_key("G1234567") == "G1234567"
    assert identity_key("0") == identity_key("不详") == identity_key("") == ""


@pytest.mark.django_db
def test_the_database_has_the_same_keys_as_the_rule() -> None:
    @given(st.lists(st.text(alphabet="0123456789Xx ABab-０１９Ｘｘ　无证\t²", max_size=22), max_size=60))
    def same(numbers: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT customers_identity_key(n) FROM unnest(%s::text[]) WITH ORDINALITY AS g (n, o)", [numbers]
            )
            assert [key for (key,) in cursor] == [identity_key(number) for number in numbers]

    same()
    assert compact("４２９　Ｘ") == "429X"


HEADER = "客户号,客户名称,客户类型,证件类型,证件号码,机构号"


def test_a_number_that_fails_its_check_comes_in_and_is_listed_to_be_mended(cast: Cast) -> None:
    text = f"""{HEADER}
        K1,张三,个人,身份证,{id_number()},S01
        K2,李四,个人,身份证,429900199001010073,S01
        K3,供销社,单位,统一社会信用代码,91110000600037342L,S01
        K4,王五,个人,护照,E1,S01"""
    checked = preview("customers", text)
    assert checked.findings["notes"] == [
        "2 ID numbers fail their check. They come in as they are; the list of customers shows those to be mended."
    ]
    bring("customers", text)
    faults = dict(Customer.objects.values_list("customer_no", "identity_fault"))
    assert faults == {"K1": "", "K2": "checksum", "K3": "checksum", "K4": ""}
    again = bring("customers", text)
    assert (again.unchanged_count, again.findings["notes"]) == (4, [])
    mended = bring("customers", f"{HEADER}\nK2,李四,个人,身份证,{id_number(serial=9)},S01")
    assert mended.changed_count == 1 and Customer.objects.get(customer_no="K2").identity_fault == ""
    page = browser(cast.chen).get(reverse("customers:customer_list"), {"identity": "mend"}).content.decode()
    assert "供销社" in page and "张三" not in page and "李四" not in page


def test_the_part_of_the_customers_page_says_what_is_wrong_and_masks_the_number(cast: Cast) -> None:
    make_customer(cast.south, "K1", id_number="429900199001010073")
    right = make_customer(cast.south, "K2", id_number=id_number("1990-01-01"))
    make_basics(right, born_on=dt.date(1991, 1, 1))
    client = browser(cast.chen)
    page = client.get(reverse("customers:customer_identity", args=["K1"])).content.decode()
    assert "Its check digit does not fit." in page and "429900199001010073" not in page and "0073" in page
    page = client.get(reverse("customers:customer_identity", args=["K2"])).content.decode()
    assert "It holds." in page and "1990-01-01" in page and "The dossier says another day." in page


def names(groups: list[Group]) -> list[list[str]]:
    return [[one.customer_no for one in group.members] for group in groups]


def look(actor: Actor, reason: str) -> list[list[str]]:
    return names(duplicates(actor, reason).groups)


def test_customers_with_one_number_are_found_old_and_new_and_those_put_aside_are_not(cast: Cast) -> None:
    make_customer(cast.south, "K1", id_number="429900199001010072")
    make_customer(cast.south, "K2", id_number="429900900101007")
    make_customer(cast.south, "K3", id_number=id_number("1985-05-05"))
    make_customer(cast.south, "K4", id_number=id_number("1985-05-05"), archived_at="2026-10-05T12:00Z",
                  archived_by=cast.chen, archive_reason="moved away")  # fmt: skip
    for number in ("K5", "K6"):
        make_customer(cast.south, number, id_number="无")
    assert look(cast.actor("chen"), NUMBER) == [["K1", "K2"]]


def test_customers_with_one_name_birthday_and_address_are_found(cast: Cast) -> None:
    for number, born in (("K1", "1990-01-01"), ("K2", "1990-01-01")):
        make_customer(
            cast.south, number, name="张三", address="东街 1 号", id_number=id_number(born, int(number[1:]) * 2)
        )
    typed = make_customer(cast.south, "K3", name="张三", address="东街 1 号")
    make_basics(typed, born_on=dt.date(1990, 1, 1))
    for number, born in (("K4", "1990-01-01"), ("K5", "1991-01-01")):
        make_customer(cast.south, number, name="李四", address="东街 2 号", id_number=id_number(born))
    for number in ("K6", "K7"):
        make_customer(cast.south, number, name="供销社", address="西街", kind="unit")
    for number in ("K8", "K9"):
        make_customer(cast.south, number, name="王五", address="西街")  # nobody knows when they were born
    assert sorted(look(cast.actor("chen"), NAME)) == [["K1", "K2", "K3"], ["K6", "K7"]]


def test_each_person_sees_the_duplicates_inside_the_branches_that_he_or_she_reads(cast: Cast) -> None:
    make_customer(cast.south, "K1", id_number=id_number())
    make_customer(cast.north, "K2", id_number=id_number())
    assert look(cast.actor("chen"), NUMBER) == look(cast.actor("sun"), NUMBER) == []
    assert look(cast.actor("wu"), NUMBER) == look(cast.actor("qian"), NUMBER) == [["K1", "K2"]]
    assert browser(cast.wang).get(reverse("customers:duplicate_list")).status_code == 404
    grant(cast.song, "clerk", cast.union)
    page = browser(cast.song).get(reverse("customers:duplicate_list")).content.decode()
    assert "at several branches" in page and "Propose a merge" in page
    assert "Propose a merge" not in browser(cast.wu).get(reverse("customers:duplicate_list")).content.decode()


def test_those_of_whom_somebody_says_that_they_are_two_are_not_shown_again(cast: Cast) -> None:
    one, two, three = (make_customer(cast.south, f"K{n}", id_number=id_number()) for n in (1, 2, 3))
    clerk = cast.actor("chen")
    with pytest.raises(BadInput, match="Say why these are two"):
        dismiss_duplicate(actor=clerk, customer=one, others=[two], reason=" ")
    with pytest.raises(BadInput, match="Choose two different"):
        dismiss_duplicate(actor=clerk, customer=one, others=[one], reason="twins")
    with pytest.raises(RuleError, match="You do not have the right"):
        dismiss_duplicate(actor=cast.actor("wu"), customer=one, others=[two], reason="twins")
    dismiss_duplicate(actor=clerk, customer=three, others=[one, two], reason="a mistyped number")
    assert look(clerk, NUMBER) == [["K1", "K2"]]
    client = browser(cast.chen)
    url = reverse("customers:duplicate_dismiss", args=["K2"])
    client.post(url, {"other": "K1", "reason": "father and son"})
    client.post(url, {"other": "K1", "reason": "father and son"})
    assert look(clerk, NUMBER) == []
    assert TrailEntry.objects.filter(action="dismiss_duplicate", subject_key="K2").exists()


def test_pages_of_duplicates_follow_each_other_and_a_merge_that_waits_is_named(cast: Cast) -> None:
    for number in range(PAGE + 1):
        for half in "ab":
            make_customer(cast.south, f"K{number:02d}{half}", id_number=id_number(serial=number * 2 + 1))
    first = duplicates(cast.actor("chen"))
    assert len(first.groups) == PAGE and first.after is not None
    second = duplicates(cast.actor("chen"), NUMBER, first.after)
    assert len(second.groups) == 1 and second.after is None
    kept, archived = first.groups[0].members
    make_merge(kept, archived, cast.chen)
    page = browser(cast.zhou).get(reverse("customers:duplicate_list")).content.decode()
    assert "The merge waits" in page and "Merges that wait for a decision" in page


def test_a_customers_page_names_who_looks_like_it_to_whoever_reads_them(cast: Cast) -> None:
    one = make_customer(cast.south, "K1", id_number=id_number(), name="张三", address="东街")
    make_customer(cast.south, "K2", id_number=id_number())
    make_customer(cast.south, "K3", name="张三", address="东街")
    make_customer(cast.north, "K4", id_number=id_number())
    assert [other.customer_no for other in identity(cast.actor("chen"), one).looks_like] == ["K2", "K3"]
    assert [other.customer_no for other in identity(cast.actor("wu"), one).looks_like] == ["K2", "K3", "K4"]
    assert identity(cast.actor("wang"), one).looks_like == []
