"""Article 17: managers stay stable and continuous. How long an office lasts is shown wherever a change of it is proposed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deposits.models import Attribution, AttributionHandOver
from managers.models import Appointment, AppointmentChange, HandOver
from managers.rules.tenure import tenure
from organization.models import Employee, User
from tests.cast import Cast
from tests.make import PASSWORD, make_account, make_attribution, make_employee, make_posting, make_user

TODAY = timezone.localdate


def page(cast: Cast, name: str, address: str, *args: Any) -> str:
    return client(cast, name).get(reverse(address, args=args)).content.decode()


def client(cast: Cast, name: str) -> Client:
    return signed_in(getattr(cast, name))


def seen(cast: Cast, address: str, witness: Employee) -> list[int]:
    """What witness, Li, and two outsiders are answered."""
    return [signed_in(person).get(address).status_code for person in (witness, cast.li, cast.sun, cast.song)]


def signed_in(person: Employee) -> Client:
    found = Client()
    found.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    found.force_login(User.objects.filter(employee=person).first() or make_user(person))
    return found


def post(cast: Cast, name: str, address: str, pk: int, /, *more: Any, **data: Any) -> str:
    """Sends a form and follows to the page that answers."""
    answer = client(cast, name).post(reverse(address, args=[pk, *more]), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def said(cast: Cast) -> str:
    """Wang's tenure today, as pages say it."""
    found = tenure(TODAY(), [Appointment.objects.get(employee=cast.wang)])  # type: ignore[list-item]
    assert found is not None
    return f"in office {found.span.years} years {found.span.months} months {found.span.days} days, {found.days:,} days"


def test_tenure_is_shown_wherever_a_change_is_proposed_decided_or_carried_out(cast: Cast) -> None:
    office = Appointment.objects.get(employee=cast.wang)
    make_attribution(make_account(cast.south, "A1"), cast.wang)
    shown = said(cast)
    assert f"{(TODAY() - office.first_day).days:,} days" in shown
    for address, *args in [
        ("managers:appointment_detail", office.pk),
        *(("managers:appointment_propose", office.pk, kind) for kind in AppointmentChange.Kind.values),
        ("desk:hand_over_new", office.pk),
    ]:
        assert shown in page(cast, "chen", address, *args), address
    last = TODAY() + dt.timedelta(30)
    change_page = post(
        cast, "chen", "managers:appointment_propose", office.pk, "resignation", last_day=str(last), reason="回乡"
    )
    assert shown in change_page
    change = AppointmentChange.objects.get()
    assert shown in page(cast, "zhou", "desk:change_detail", change.pk)
    # What the list says of everybody, as a figure.
    row = f"{(TODAY() - office.first_day).days:,}"
    assert row in page(cast, "zhou", "managers:manager_list")


def test_an_office_ends_in_the_browser_by_proposal_decision_and_signed_hand_over(cast: Cast) -> None:
    account = make_account(cast.south, "A1")
    make_attribution(account, cast.wang)
    make_posting(account, "5th", "12,345.67")
    office = Appointment.objects.get(employee=cast.wang)
    last = TODAY() + dt.timedelta(30)
    post(cast, "chen", "managers:appointment_propose", office.pk, "resignation", last_day=str(last), reason="回乡")
    change = AppointmentChange.objects.get()

    # The clerk does not decide, the director decides with the password and names the witness.
    assert "You do not decide" in post(cast, "chen", "desk:change_detail", change.pk, decision="approve")
    decision = {"decision": "approve", "witness": "U001", "reason": "同意"}
    assert "not your password" in post(cast, "zhou", "desk:change_detail", change.pk, **decision, password="wrong")
    assert "Name the witness" in post(
        cast, "zhou", "desk:change_detail", change.pk, **decision | {"witness": ""}, password=PASSWORD
    )
    sheet_page = post(cast, "zhou", "desk:change_detail", change.pk, **decision, password=PASSWORD)
    assert "12,345.67" in sheet_page
    assert "1 lines are still open" in sheet_page
    sheet = HandOver.objects.get()
    office.refresh_from_db()
    assert office.last_day is None

    assert "still open" in post(cast, "chen", "desk:hand_over_send", sheet.pk)
    line = AttributionHandOver.objects.get()
    assert "Choose at least one line" in post(
        cast, "chen", "desk:hand_over_lines", sheet.pk, of="accounts", scope="ticked", taker="S102"
    )
    for scope in ("open", "all", "product:savings", "share:10000"):
        assert "1 lines are decided" in post(
            cast, "chen", "desk:hand_over_lines", sheet.pk, of="accounts", scope=scope, taker="S102"
        )
    assert "李华" in post(
        cast, "chen", "desk:hand_over_lines", sheet.pk, of="accounts", scope="ticked", line=line.pk, taker="S102"
    )
    assert "goes round" in post(cast, "chen", "desk:hand_over_send", sheet.pk)

    digest = HandOver.objects.get().digest
    for name in ("wang", "li", "wu"):
        assert "Your signature is on the sheet" in post(
            cast, name, "desk:hand_over_sign", sheet.pk, digest=digest, password=PASSWORD
        )
    office.refresh_from_db()
    assert (office.last_day, office.end) == (last, "resignation")
    held = Attribution.objects.in_force(last + dt.timedelta(1)).get(account=account)
    assert held.manager == cast.li
    done = page(cast, "li", "desk:hand_over_detail", sheet.pk)
    assert "done" in done
    assert "Sign</button>" not in done


def test_a_sheet_is_seen_by_those_who_sign_it_and_by_nobody_else_outside_the_branch(cast: Cast) -> None:
    make_attribution(make_account(cast.south, "A1"), cast.wang)
    office = Appointment.objects.get(employee=cast.wang)
    day = str(TODAY() + dt.timedelta(1))
    # An administrator reads no customer, and so witnesses nothing.
    assert "Select a valid choice" in post(cast, "chen", "desk:hand_over_new", office.pk, first_day=day, witness="U003")
    witness = make_employee(cast.union, "U009")
    post(cast, "chen", "desk:hand_over_new", office.pk, first_day=day, witness="U009")
    sheet = HandOver.objects.get()
    assert sheet.occasion == "change"
    address = reverse("desk:hand_over_detail", args=[sheet.pk])
    assert seen(cast, address, witness) == [200, 404, 404, 404]
    post(cast, "chen", "desk:hand_over_lines", sheet.pk, of="accounts", scope="all", taker="S102")
    post(cast, "chen", "desk:hand_over_header", sheet.pk, witness="S001", remarks="钥匙一把")
    post(cast, "chen", "desk:hand_over_send", sheet.pk)
    assert seen(cast, address, witness) == [404, 200, 404, 404]
    assert "draft again" in post(cast, "chen", "desk:hand_over_take_back", sheet.pk, reason="漏写")
    assert "drawn up anew" in post(cast, "chen", "desk:hand_over_draw_up", sheet.pk)
    assert "Say why" in post(cast, "chen", "desk:hand_over_cancel", sheet.pk)
    assert "cancelled" in post(cast, "chen", "desk:hand_over_cancel", sheet.pk, reason="不交了")


def test_managers_are_found_by_state_and_counted_by_branch(cast: Cast) -> None:
    listed = page(cast, "wu", "managers:manager_branches")
    assert "城南信用社" in listed
    assert "城北信用社" in listed
    everyone = client(cast, "wu").get(reverse("managers:manager_list"), {"state": "in_office"}).content.decode()
    assert "王小明" in everyone
    nobody = client(cast, "wu").get(reverse("managers:manager_list"), {"state": "suspended"}).content.decode()
    assert "王小明" not in nobody
    assert (
        "王小明" not in client(cast, "wu").get(reverse("managers:manager_list"), {"state": "ending"}).content.decode()
    )
    exported = client(cast, "wu").post(reverse("managers:manager_export", args=["csv"]))
    text = b"".join(exported.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    since = (TODAY() - dt.date(2020, 1, 1)).days
    assert f",{since}," in text
    assert ",in office," in text
