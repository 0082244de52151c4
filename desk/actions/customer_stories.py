"""The demonstration's customers: dossiers, visits, promises, prospects, requests, sales, market information, doubles.

Every step is the action that a person would take, on the day on which it would have been taken.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from random import Random
from typing import Any

from django.db.models import F
from PIL import Image, ImageDraw

from common.months import Month
from customers.actions import dossier, information, merges, products, prospects, requests, sales, visits
from customers.models import Customer, Prospect, ServiceProduct
from customers.rules.dossier import BASICS, fields_of
from customers.rules.identity import born_on, gender_of
from desk import demo, demo_words
from desk.actions.stories import Cast, on_day
from organization.actions.documents import add_document
from organization.models import Branch, Employee
from organization.queries import actor_of
from organization.rules import Actor

VILLAGE_ROAD = (30_915_200, 112_588_400)  # a place in the middle of fields, in millionths of a degree


def catalogue_and_sales(cast: Cast, last_month: Month) -> None:
    """The union's catalogue, and what was sold in the last month: before its month end, so that it counts there."""
    first_day = dt.date(last_month.first_day.year, 1, 1)
    union = Branch.objects.get(branch_code=demo.UNION)
    with on_day(first_day):
        for code, name, kind, unit, points in demo_words.PRODUCTS:
            products.add_product(
                actor=cast.supervisor,
                branch=union,
                code=code,
                name=name,
                kind=kind,
                unit=unit,
                points_hundredths=points,
                first_day=first_day,
            )
    for number, (code, quantity, yuan, days_ago, state) in enumerate(demo_words.SALES):
        if state != "draft":
            day = last_month.last_day - dt.timedelta(days=days_ago // 2)
            _sell(cast, cast.managers[number % 3], number, code, quantity, yuan, day, state)


def _sell(
    cast: Cast, manager: Employee, number: int, code: str, quantity: int, yuan: int | None, day: dt.date, state: str
) -> None:
    with on_day(day):
        own = _own(manager, day, "individual" if code != "DL01" else "unit")
        sale = sales.enter_sale(
            actor=actor_of(manager),
            customer=own[(7 * number) % len(own)],
            product=ServiceProduct.objects.get(code=code),
            sold_on=day,
            quantity_hundredths=quantity * 100,
            amount_fen=None if yuan is None else yuan * 100,
        )
        if state == "confirmed":
            sales.confirm_sales(actor=cast.clerk, sales=[sale])
        elif state == "rejected":
            sales.reject_sale(actor=cast.clerk, sale=sale, reason="该户上月已开通，重复登记。")


def customers(cast: Cast, doubles: Sequence[tuple[str, str]], today: dt.date, seed: int) -> None:
    """What the branch's managers keep about their customers, up to this morning."""
    random = Random(seed)  # noqa: S311
    _dossiers(cast, random, today)
    _papers(cast, random, today)
    _visits(cast, random, today)
    _prospects(cast, today)
    _requests(cast, today)
    _information(cast, today)
    for number, (code, quantity, yuan, days_ago, state) in enumerate(demo_words.SALES):
        if state == "draft":
            day = max(today - dt.timedelta(days=days_ago), today.replace(day=1))
            _sell(cast, cast.managers[number % 2], number, code, quantity, yuan, day, state)
    first, again = (Customer.objects.get(customer_no=no) for no in doubles[-1])
    with on_day(today - dt.timedelta(days=1)):
        merges.propose_merge(
            actor=cast.clerk, kept=first, archived=again, reason="姓名、住址相同，本人到柜台确认是同一人。"
        )


def _own(manager: Employee, day: dt.date, kind: str = "") -> list[Customer]:
    """The customers of a manager on a day, those of longest standing first."""
    found = Customer.objects.own_of(manager.pk, day).select_related("branch")
    found = found.annotate(since=F("assignments__first_day")).order_by("since", "customer_no")
    return list(found.filter(kind=kind) if kind else found)


def _of_kind(own: list[Customer], kind: str, number: int) -> Customer:
    """One of the customers in turn, of the kind if one is named and there are any."""
    found = [one for one in own if kind in ("", one.kind)] or own
    return found[number % len(found)]


# --- dossiers ---------------------------------------------------------------------------------------------------------


def _dossiers(cast: Cast, random: Random, today: dt.date) -> None:
    """Full dossiers of the first manager's customers, a few of the third's; one is mended later, with a reason."""
    tables = {"unit": demo_words.UNITS, "individual": demo_words.INDIVIDUALS, "farm_household": demo_words.FARMS}
    for manager, most in ((cast.managers[0], 4), (cast.managers[2], 1)):
        for kind, words in tables.items():
            for number, (customer, said) in enumerate(_matched(_own(manager, today, kind), words)[:most]):
                day = today - dt.timedelta(days=150 - 30 * number)
                day = max(day, customer.assignments.get(manager=manager, last_day=None).first_day)
                with on_day(day, 15):
                    _fill(actor_of(manager), customer, said, random, today)
    customer = next(one for one in _own(cast.managers[0], today, "unit") if hasattr(one, "basics"))
    with on_day(today - dt.timedelta(days=17), 11):
        dossier.save_basics(
            actor=actor_of(cast.managers[0]),
            customer=customer,
            version=customer.basics.version,
            values=_all_basics(customer) | {"employee_count": 41, "yearly_sales_fen": 21_300_000_00},
            reason="新上生产线后招工 7 人，财务报表已看。",
        )


def _matched(own: list[Customer], words: Sequence[dict[str, Any]]) -> list[tuple[Customer, dict[str, Any]]]:
    """A customer for each dossier; a unit is one whose name says what it does."""
    found = []
    for said in words:
        customer = next((one for one in own if one.name.startswith(said.get("of", ""))), None)
        if customer is not None:
            own.remove(customer)
            found.append((customer, said))
    return found


def _papers(cast: Cast, random: Random, today: dt.date) -> None:
    """Photographs of contracts and barns in the dossiers of the first manager's customers."""
    manager = cast.managers[0]
    regular = [one for one in _own(manager, today) if hasattr(one, "basics")]
    for number, (title, kind, of) in enumerate(demo_words.PAPERS):
        customer = _of_kind(regular, of, number)
        day = max(today - dt.timedelta(days=80 - 7 * number), customer.assignments.get(last_day=None).first_day)
        with on_day(day, 16):
            add_document(
                actor=actor_of(manager),
                subject="customers.customer",
                subject_key=customer.customer_no,
                branch=customer.branch,
                name=f"{title}.jpg",
                content=[picture(random)],
                kind=kind,
                title=title,
            )


def _all_basics(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer.basics, name) for name in fields_of(customer.kind, BASICS)}


def _fill(actor: Actor, customer: Customer, words: dict[str, Any], random: Random, today: dt.date) -> None:
    basics = dict(words["basics"])
    born = born_on(customer.id_number)
    if customer.kind == "unit":
        basics["short_name"] = customer.name[:4]
        endings = demo_words.LEGAL_FORMS.items()
        basics["legal_form"] = next(form for ending, form in endings if customer.name.endswith(ending))
        basics["founded_on"] = today.replace(year=today.year - 5 - len(words["leaders"]) * 3, day=12)
    else:
        basics |= {"born_on": born, "gender": gender_of(customer.id_number)}
    dossier.save_basics(actor=actor, customer=customer, version=0, values=basics)
    entries: list[tuple[str, dict[str, Any]]] = []
    for position, year, education, since in words.get("leaders", ()):
        entries.append(("leaders", {
            "name": _name(random), "position": position, "education": education, "phone": _phone(random),
            "born_on": _birthday(random, year, today), "since": today.replace(year=today.year - since, day=1),
        }))  # fmt: skip
    if customer.kind == "farm_household":
        entries.append(("family", {"name": customer.name, "relation": "head", "born_on": born, "work": "务农"}))
    for relation, age, work, income in words.get("family", ()):
        surname = customer.name[0] if relation in ("child", "sibling", "parent") else random.choice(demo.SURNAMES)
        entries.append(("family", {
            "name": surname + random.choice(demo.GIVEN), "relation": relation, "work": work,
            "born_on": _birthday(random, today.year - age, today), "yearly_income_fen": income or None,
        }))  # fmt: skip
    for kind, description, quantity, unit, value in words.get("holdings", ()):
        entries.append(("holdings", {
            "kind": kind, "description": description, "quantity_hundredths": quantity, "unit": unit, "value_fen": value,
            "is_mortgaged": False,
        }))  # fmt: skip
    for kind, what, by_whom, amount, source in words["credit"]:
        entries.append(("credit", {
            "kind": kind, "words": what, "by_whom": by_whom, "amount_fen": amount, "source": source,
            "happened_on": today - dt.timedelta(days=200 + 11 * len(what)),
        }))  # fmt: skip
    for what, meaning in words["events"]:
        happened = today - dt.timedelta(days=160 + len(what))
        entries.append(("events", {"words": what, "meaning": meaning, "happened_on": happened}))
    for bank, kind, amount, rate, source in words["other_banks"]:
        entries.append(("other_banks", {
            "bank": bank, "kind": kind, "amount_fen": amount, "rate_bp": rate, "source": source,
            "known_on": today - dt.timedelta(days=165), "due_on": today + dt.timedelta(days=240) if amount else None,
        }))  # fmt: skip
    for section, values in entries:
        dossier.add_entry(actor=actor, customer=customer, section=section, values=values)


def _name(random: Random) -> str:
    return random.choice(demo.SURNAMES) + random.choice(demo.GIVEN)


def _phone(random: Random) -> str:
    return f"1{random.choice('3578')}{random.randint(0, 9)}0000{random.randint(0, 9999):04d}"


def _birthday(random: Random, year: int, today: dt.date) -> dt.date:
    """A day of the year; every third one's birthday comes within two weeks."""
    if random.random() < 0.3:
        day = today + dt.timedelta(days=random.randint(0, 13))
        return dt.date(year, day.month, min(day.day, 28))
    return dt.date(year, random.randint(1, 12), random.randint(1, 28))


# --- visits -----------------------------------------------------------------------------------------------------------


def _visits(cast: Cast, random: Random, today: dt.date) -> None:
    """Three months of notes, the busiest manager's first; some promises kept, some due, one overdue; a planned week."""
    for manager, number in zip(cast.managers, (36, 10, 16), strict=True):
        actor = actor_of(manager)
        own = _own(manager, today)
        # The customers with a dossier are visited again and again, others once.
        regular = [one for one in own if hasattr(one, "basics")] or own[:12]
        for place in range(number):
            kind, purpose, said, next_step, of = demo_words.VISITS[(place * 5 + number) % len(demo_words.VISITS)]
            days_ago = 1 + (number - place) * (60 if number == 10 else 85) // number
            day = today - dt.timedelta(days=days_ago)
            customer = _of_kind(regular if place % 3 else own, of, place + place // len(regular))
            held = customer.assignments.filter(manager=manager, first_day__lte=day, last_day=None)
            if not held.exists():
                continue
            next_on = day + dt.timedelta(days=21) if next_step else None
            with on_day(day, 9 + place % 8):
                recorded = visits.record_visit(
                    actor=actor,
                    whom=customer,
                    kind=kind,
                    purpose=purpose,
                    day=day,
                    said=said,
                    next_step=next_step,
                    next_on=next_on,
                    photos=_photos(random, place) if kind == "visit" and place % 12 == 7 else (),
                    **(_position(random) if kind == "visit" and place % 4 == 3 else {}),
                )
            if next_on and next_on < today - dt.timedelta(days=1) and place % 9 != 2:
                with on_day(next_on, 16):
                    visits.keep_promise(actor=actor, visit=recorded.visit)
        with on_day(today - dt.timedelta(days=2)):
            for place, purpose in enumerate(demo_words.PLANS[: 6 if number == 36 else 2]):
                day = today + dt.timedelta(days=place - 1)
                visits.plan_visit(actor=actor, whom=regular[place % len(regular)], day=day, purpose=purpose)


def _position(random: Random) -> dict[str, Any]:
    latitude, longitude = VILLAGE_ROAD
    return {
        "latitude_millionths": latitude + random.randint(-30_000, 30_000),
        "longitude_millionths": longitude + random.randint(-30_000, 30_000),
        "accuracy_m": random.randint(6, 40),
    }


def _photos(random: Random, number: int) -> list[visits.Photo]:
    return [visits.Photo(f"IMG_{number:04d}.jpg", [picture(random)])]


def picture(random: Random, width: int = 960, height: int = 720) -> bytes:
    """A drawn picture as a phone would send one: sky, hills, a field in rows, a house."""
    sky, field = random.randint(150, 220), random.randint(90, 170)
    image = Image.new("RGB", (width, height), (sky - 40, sky, 235))
    draw = ImageDraw.Draw(image)
    horizon = height * random.randint(40, 55) // 100
    for hill in range(3):
        middle, reach = random.randint(0, width), random.randint(width // 4, width // 2)
        colour = (70 + 20 * hill, 110 + 15 * hill, 90)
        draw.ellipse((middle - reach, horizon - 40 - 25 * hill, middle + reach, horizon + 260), fill=colour)
    draw.rectangle((0, horizon, width, height), fill=(field, field + 30, 60))
    for row in range(0, width * 2, 36):
        draw.line((width // 2, horizon, row - width // 2, height), fill=(field - 25, field + 5, 45), width=5)
    left = random.randint(width // 8, width // 2)
    draw.rectangle((left, horizon - 90, left + 200, horizon + 30), fill=(225, 218, 205))
    draw.polygon(
        ((left - 20, horizon - 90), (left + 100, horizon - 160), (left + 220, horizon - 90)), fill=(150, 70, 55)
    )
    for window in (30, 120):
        draw.rectangle((left + window, horizon - 55, left + window + 45, horizon - 15), fill=(95, 110, 120))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


# --- prospects, requests, market information -------------------------------------------------------------------------


def _prospects(cast: Cast, today: dt.date) -> None:
    ways = {
        "found": (), "visited": ("visited",), "interested": ("visited", "interested"),
        "promised": ("visited", "interested", "promised"), "won": ("visited", "interested", "promised", "won"),
        "lost": ("visited", "lost"),
    }  # fmt: skip
    nobodys = _without_manager(cast, today)
    for number, (name, kind, source, wants, yuan, step, stage, reason) in enumerate(demo_words.PROSPECTS):
        manager = cast.managers[0 if number % 3 else 2]
        actor = actor_of(manager)
        begun = today - dt.timedelta(days=45 - 3 * number)
        customer = nobodys.pop(kind, None) if stage == "won" else None
        if customer is not None:
            name = customer.name
        with on_day(begun):
            row = prospects.find_prospect(
                actor=actor,
                branch=cast.branch,
                name=name,
                kind=kind,
                phone=f"1380000{6100 + number}",
                address=f"清河县{demo.VILLAGES[number % len(demo.VILLAGES)]}",
                source=source,
                wants=wants,
                expected_fen=yuan * 100,
                next_step=step,
                next_on=today + dt.timedelta(days=number - 2) if step else None,
            )
        for place, to in enumerate(ways[stage]):
            with on_day(min(begun + dt.timedelta(days=3 * place + 2), today)):
                if to == "visited":
                    visits.record_visit(
                        actor=actor,
                        whom=Prospect.objects.get(pk=row.pk),
                        kind="visit",
                        purpose="初次走访",
                        day=begun + dt.timedelta(days=2),
                        said=f"{source}。想要：{wants}。",
                    )
                else:
                    row.refresh_from_db()
                    prospects.step_prospect(
                        actor=actor,
                        prospect=row,
                        to=to,
                        version=row.version,
                        words=reason,
                        customer=customer if to == "won" else None,
                    )


def _without_manager(cast: Cast, today: dt.date) -> dict[str, Customer]:
    """A customer of each kind whom nobody looks after: as such the clerk finds who was won."""
    held = Customer.objects.filter(assignments__last_day=None, assignments__isnull=False).values("pk")
    found = Customer.objects.filter(branch=cast.branch).exclude(pk__in=held).order_by("-customer_no")
    return {one.kind: one for one in found.select_related("branch") if one.id_number}


def _requests(cast: Cast, today: dt.date) -> None:
    manager = cast.managers[0]
    own = _own(manager, today)
    regular = [one for one in own if hasattr(one, "basics")]
    for number, (kind, words, yuan, days_ago, days, answer, of) in enumerate(demo_words.REQUESTS):
        received = today - dt.timedelta(days=days_ago)
        customer = _of_kind(regular, of, number)
        taker = cast.clerk if number % 4 == 1 else actor_of(manager)
        with on_day(received, 10):
            row = requests.enter_request(
                actor=taker,
                customer=customer,
                kind=kind,
                words=words,
                amount_fen=None if yuan is None else yuan * 100,
                received_on=received,
                deadline=received + dt.timedelta(days=days),
            )
        if answer:
            with on_day(min(received + dt.timedelta(days=max(days - 1, 1)), today), 15):
                requests.answer_request(actor=actor_of(manager), request=row, answer=answer)


def _information(cast: Cast, today: dt.date) -> None:
    director = Employee.objects.get(employee_no=cast.director.employee_no)
    for number, (kind, title, words, source, urgency, days_ago, reply) in enumerate(demo_words.INFORMATION):
        heard = today - dt.timedelta(days=days_ago)
        with on_day(heard, 17):
            row = information.keep_information(
                actor=actor_of(cast.managers[0 if number % 2 else 2]),
                kind=kind,
                title=title,
                words=words,
                source=source,
                heard_on=heard,
                urgency=urgency,
                reader=director,
                send=True,
            )
        if reply:
            with on_day(heard + dt.timedelta(days=1), 9):
                information.read_information(actor=cast.director, information=row)
                if reply != "-":
                    row.refresh_from_db()
                    information.reply_information(actor=cast.director, information=row, reply=reply)
