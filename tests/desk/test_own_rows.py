"""A file of the whole union, and what each branch sees of it: its own rows, and no number of the others."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from desk.queries.rows import own_rows
from organization.importing import import_kinds
from organization.models import Branch, Employee, ImportBatch
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring
from tests.make import make_customer, make_user

__all__ = ["english"]

LINES = "客户号,客户名称,客户类型,机构号,证件号码,电话"
NUMBER, PHONE = "420881199001011234", "13812345678"
SOUTH = f"K1,张三,个人,S01,{NUMBER},{PHONE}"
NORTH = "K2,李四,个人,N01,420881199001015678,13887654321"


@pytest.fixture
def union_batch(cast: Cast) -> ImportBatch:
    """The system's own file: row 2 of the south, rows 3 to 5 of the north."""
    north = [NORTH, NORTH.replace("K2", "K4"), NORTH.replace("K2", "K5")]
    return bring("customers", "\n".join([LINES, SOUTH, *north]), actor=SYSTEM)


def browser(employee: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(employee))
    return client


def own(batch: ImportBatch) -> str:
    return reverse("desk:import_own", args=[batch.pk])


def row(batch: ImportBatch, number: int) -> str:
    return reverse("desk:import_row", args=[batch.pk, number])


@pytest.mark.parametrize("person", ["zhou", "chen"])
def test_a_branch_s_people_see_the_rows_of_their_branch_and_open_them(
    cast: Cast, union_batch: ImportBatch, person: str
) -> None:
    client = browser(getattr(cast, person))
    page = client.get(own(union_batch))
    assert [one.row_no for one in page.context["table"].keyset.rows] == [2]
    text = page.content.decode()
    assert union_batch.file_name in text and union_batch.sha256 in text and "张三" in text
    assert row(union_batch, 2) in text
    assert client.get(row(union_batch, 2)).status_code == 200


def test_rows_and_counts_of_other_branches_are_nowhere(cast: Cast, union_batch: ImportBatch) -> None:
    client = browser(cast.zhou)
    text = client.get(own(union_batch)).content.decode()
    assert "李四" not in text and row(union_batch, 3) not in text
    assert client.get(row(union_batch, 3)).status_code == 404
    assert client.get(row(union_batch, 99)).status_code == 404
    for name in ("detail", "refused"):
        assert client.get(reverse(f"desk:import_{name}", args=[union_batch.pk])).status_code == 404
    assert len(browser(cast.sun).get(own(union_batch)).context["table"].keyset.rows) == 3


@pytest.mark.parametrize("person", ["wang", "song", "he"])
def test_who_reads_no_branch_s_business_sees_no_row(cast: Cast, union_batch: ImportBatch, person: str) -> None:
    client = browser(getattr(cast, person))
    assert client.get(own(union_batch)).status_code == 404
    assert client.get(row(union_batch, 2)).status_code == 404


def test_a_batch_without_a_row_of_one_s_branch_does_not_exist(cast: Cast) -> None:
    batch = bring("customers", f"{LINES}\n{NORTH}", actor=SYSTEM)
    client = browser(cast.zhou)
    assert client.get(own(batch)).status_code == 404
    assert client.get(own(ImportBatch(pk=999_999_999))).status_code == 404


def test_whoever_sees_the_whole_batch_is_led_to_it(cast: Cast) -> None:
    make_user(cast.chen)
    batch = bring("customers", f"{LINES}\n{SOUTH}", actor=cast.actor("chen"))
    client = Client()
    client.force_login(cast.chen.user)
    assert client.get(own(batch)).headers["Location"] == reverse("desk:import_detail", args=[batch.pk])


def test_personal_numbers_are_masked_in_a_row_of_a_file(cast: Cast, union_batch: ImportBatch) -> None:
    text = browser(cast.zhou).get(row(union_batch, 2)).content.decode()
    assert NUMBER not in text and PHONE not in text
    assert "420881********1234" in text and "138****5678" in text


def test_wages_and_columns_that_nobody_knows_are_for_whoever_has_the_file(cast: Cast) -> None:
    header = "工号,姓名,机构号,用工性质,入职日期,月工资,备注"
    text = f"{header}\nE900,孔方,S01,正式,2015-03-04,5230.00,见档案\nE901,孟平,UNION,正式,2015-03-04,6100.00,"
    batch = bring("employees", text, actor=SYSTEM)
    ImportBatch.objects.filter(pk=batch.pk).update(branch=cast.union)
    shown = browser(cast.zhou).get(row(batch, 2)).content.decode()
    assert "孔方" in shown and "5230" not in shown and "见档案" not in shown
    whole = browser(cast.wu).get(row(batch, 2)).content.decode()
    assert "5230.00" in whole and "见档案" in whole


def test_where_a_row_came_from_leads_to_the_own_rows(cast: Cast, union_batch: ImportBatch) -> None:
    address = reverse("desk:customer_detail", args=["K1"])
    text = browser(cast.zhou).get(address).content.decode()
    assert own(union_batch) in text and row(union_batch, 2) in text
    assert f'href="{reverse("desk:import_detail", args=[union_batch.pk])}"' not in text


def test_a_batch_that_was_undone_or_not_looked_at_has_no_rows(cast: Cast) -> None:
    make_customer(cast.south, "K1")
    assert not own_rows(cast.actor("zhou"), ImportBatch(pk=1, kind="")).exists()


def test_every_kind_of_file_brings_rows_that_name_their_branch() -> None:
    for kind in import_kinds():
        names = {field.name for field in kind.model._meta.get_fields()}
        assert {"batch", "row_no"} <= names and ("branch" in names or kind.model is Branch), kind.name
