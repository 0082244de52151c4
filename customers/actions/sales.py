"""Sales of service products: entered by one person, confirmed or rejected by another (article 9(3))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from customers.actions.rights import customer_locked, manager_whose, refuse_other_sending
from customers.models import Customer, Sale, ServiceProduct
from customers.queries.products import offered
from customers.queries.sales import DECIDERS, sale_of_token, serves_on
from customers.rules.products import MOST_QUANTITY, points_of_sale
from customers.rules.states import SALE_STEPS
from organization.actions.months import mark_stale
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Role
from organization.queries import earliest_open_months
from organization.rules import Actor, may_step

State = Sale.State

_REJECTED = gettext_noop("%(name)s has rejected your sale of %(product)s on %(day)s: %(reason)s")


def enter_sale(
    *,
    actor: Actor,
    customer: Customer,
    product: ServiceProduct,
    sold_on: dt.date,
    quantity_hundredths: int,
    amount_fen: int | None = None,
    remarks: str = "",
    token: UUID | None = None,
) -> Sale:
    """Enters a sale to an own customer, with the points that the product has on that day: a draft until it is confirmed.

    Shape: a clerk of the branch enters it for the customer's manager; the same token again gives what it gave first.
    Raises: RuleError for another's customer, a product that is not offered there and then, and a manager who was not in
    office on that day; BadInput for a day to come and a quantity or amount out of bounds; Conflict when the token has
    brought something else.
    Locks: the branch, the customer, the product.
    Source: article 9(3).
    """
    if sold_on > timezone.localdate():
        raise BadInput(_("This day is still to come. Write the day of the sale."), field="sold_on")
    if not 0 < quantity_hundredths <= MOST_QUANTITY:
        raise BadInput(
            _("Write a quantity above zero, at most %(most)s.") % {"most": MOST_QUANTITY // 100}, field="quantity"
        )
    if amount_fen is not None and amount_fen < 0:
        raise BadInput(_("An amount is not below zero."), field="amount_fen")
    with obeying_laws(), transaction.atomic():
        # The branch first, as whoever closes its month locks it: the earliest open month is certain from here on. Then the
        # customer, so that a second sending finds the first, and nobody puts it aside or hands it over meanwhile; and the
        # product, whose points or last day somebody may have changed since the page was opened.
        Branch.objects.select_for_update(no_key=True).get(pk=customer.branch_id)
        customer = customer_locked(customer)
        if token is not None and (known := sale_of_token(token)) is not None:
            refuse_other_sending(
                actor,
                known,
                customer=customer,
                product=product,
                sold_on=sold_on,
                quantity_hundredths=quantity_hundredths,
                amount_fen=amount_fen,
                remarks=remarks.strip(),
            )
            return known
        manager_id = manager_whose(actor, customer, Role.CLERK)
        if not serves_on(manager_id, customer.branch_id, sold_on):
            raise RuleError(
                _("On %(day)s the customer’s manager was not in office at this branch. Choose another day.")
                % {"day": sold_on},
                article=3,
                field="sold_on",
            )
        product = ServiceProduct.objects.select_for_update(no_key=True, of=("self",)).get(pk=product.pk)
        if not offered(customer.branch, sold_on).filter(pk=product.pk).exists():
            raise RuleError(
                _("%(product)s is not in the catalogue of %(branch)s on %(day)s. Choose another product or day.")
                % {"product": product.name, "branch": customer.branch.name, "day": sold_on},
                field="product",
            )
        sale = Sale.objects.create(
            branch_id=customer.branch_id,
            manager_id=manager_id,
            customer=customer,
            product=product,
            sold_on=sold_on,
            entered_on=_entry_day(sold_on, earliest_open_months([customer.branch_id]).get(customer.branch_id)),
            quantity_hundredths=quantity_hundredths,
            amount_fen=amount_fen,
            points_hundredths=points_of_sale(product.points_hundredths, quantity_hundredths),
            remarks=remarks.strip(),
            made_by_id=actor.employee_id,  # type: ignore[misc] # whoever writes for a manager is a person
            made_at=timezone.now(),
            token=token,
        )
        facts = {"product": product.code, "quantity_hundredths": quantity_hundredths, "amount_fen": amount_fen}
        facts |= {"sold_on": sold_on, "points_hundredths": sale.points_hundredths, "state": sale.state}
        _record(actor, "enter_sale", sale, {name: [None, value] for name, value in facts.items()})
    return sale


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of several sales: those that count now, and sentences about those that do not."""

    sales: list[Sale]
    refused: list[str]


def confirm_sales(*, actor: Actor, sales: Sequence[Sale]) -> Confirmed:
    """Confirms sales that others have sold and entered: each counts in the month of its entry day from now on.

    Shape: the entry day is the day of the sale, or the first day of the earliest open month when its own is closed; what
    this person may not confirm, or is decided already, is left and told about.
    Raises: RuleError when none of them can be confirmed: the first sentence.
    Locks: the branches and their open months, then the sales by number.
    Source: article 9(3); arithmetic.md, a row that arrives late.
    """
    refused = {sale.pk: why for sale in sales if (why := _why_not(actor, sale, DECIDERS)) is not None}
    open_to = [sale for sale in sales if sale.pk not in refused]
    if not open_to:
        raise next(iter(refused.values()), RuleError(_("Tick the sales that you confirm.")))
    confirmed = []
    with obeying_laws(), transaction.atomic():
        branches = {sale.branch_id for sale in open_to}
        earliest = earliest_open_months(branches)
        mark_stale(
            first_days=[
                (sale.branch_id, Month.of(_entry_day(sale.sold_on, earliest.get(sale.branch_id)))) for sale in open_to
            ]
        )
        # The branches are locked now: no month closes before this is done, so here the earliest open ones are certain.
        earliest = earliest_open_months(branches)
        rows = Sale.objects.select_for_update(no_key=True, of=("self",)).select_related("decided_by", "product")
        for row in rows.filter(pk__in=[sale.pk for sale in open_to]).order_by("pk"):
            if row.state != State.DRAFT:
                refused[row.pk] = _decided_already(row)
                continue
            before, row.entered_on = row.entered_on, _entry_day(row.sold_on, earliest.get(row.branch_id))
            row.state, row.decided_by_id, row.decided_at = State.CONFIRMED, actor.employee_id, timezone.now()
            row.save(update_fields=["state", "entered_on", "decided_by", "decided_at"])
            changes = {"state": [State.DRAFT, row.state], "entered_on": [before, row.entered_on]}
            _record(actor, "confirm_sale", row, changes)
            confirmed.append(row)
        if not confirmed:
            raise next(iter(refused.values()))
    return Confirmed(confirmed, [str(error) for error in refused.values()])


def reject_sale(*, actor: Actor, sale: Sale, reason: str, seen: str = "") -> None:
    """Rejects a sale that others have sold and entered, with a reason; its manager is told.

    Shape: a confirmed one is taken back by the director, while the month in which it counts is open. `seen` is the state
    that the person looked at, where the sale was read later: whoever rejects a draft takes nothing back unawares.
    Raises: RuleError without the right, for one's own, and when the month is closed; BadInput without a reason; Conflict
    when somebody has decided meanwhile.
    """
    if not reason.strip():
        raise BadInput(_("Say why the sale is rejected."), field="reason")
    with obeying_laws(), transaction.atomic():
        if sale.state == State.CONFIRMED:
            # It counts: the branch before the sale, as whoever confirms and whoever closes the month locks them.
            mark_stale(first_days=[(sale.branch_id, Month.of(sale.entered_on))])
        rows = Sale.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("branch", "decided_by", "product").get(pk=sale.pk)
        if row.state != (seen or sale.state) or not may_step(SALE_STEPS, row.state, State.REJECTED):
            raise _decided_already(row)
        roles = DECIDERS if row.state == State.DRAFT else (Role.DIRECTOR,)
        if (why := _no_right(actor, row, roles)) is not None:
            raise why
        before = {"state": row.state, "decided_by": row.decided_by.employee_no if row.decided_by else None}
        row.state, row.reason = State.REJECTED, reason.strip()
        row.decided_by_id, row.decided_at = actor.employee_id, timezone.now()
        row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
        notify(
            employee_ids={row.manager_id, row.made_by_id} - {actor.employee_id},
            sentence=_REJECTED,
            values={
                "name": actor.name,
                "product": row.product.name,
                "day": str(row.sold_on),
                "reason": row.reason,
            },
            address=reverse("customers:sale_detail", args=[row.pk]),
        )
        after = {"state": row.state, "decided_by": actor.employee_no}
        changes = {name: [value, after[name]] for name, value in before.items()}
        _record(actor, "reject_sale", row, {**changes, "reason": [None, row.reason]})


def decides(actor: Actor, sale: Sale) -> bool:
    """Whether the person may take the next step with this sale: confirm or reject a draft, take a confirmed one back."""
    roles = {State.DRAFT: DECIDERS, State.CONFIRMED: (Role.DIRECTOR,)}.get(State(sale.state), ())
    return _no_right(actor, sale, roles) is None


def _entry_day(sold_on: dt.date, earliest: Month | None) -> dt.date:
    """The own day while its month is open, else the first day of the earliest open month."""
    return max(sold_on, earliest.first_day) if earliest else sold_on


def _why_not(actor: Actor, sale: Sale, roles: Sequence[str]) -> RuleError | None:
    """Why the person does not decide about a draft."""
    if sale.state != State.DRAFT:
        return _decided_already(sale)
    return _no_right(actor, sale, roles)


def _no_right(actor: Actor, sale: Sale, roles: Sequence[str]) -> RuleError | None:
    if not actor.holds(sale.branch_id, *roles):
        if sale.state == State.CONFIRMED:
            return RuleError(
                _("Only the director of %(branch)s takes a confirmed sale back.") % {"branch": sale.branch.name}
            )
        return RuleError(
            _("Only a clerk or the director of %(branch)s decides about its sales.") % {"branch": sale.branch.name}
        )
    if actor.employee_id in (sale.manager_id, sale.made_by_id):
        return RuleError(_("Who sells or enters a sale does not decide about it. Ask another person."))
    return None


def _decided_already(sale: Sale) -> Conflict:
    values = {
        "name": sale.decided_by.name if sale.decided_by else "",
        "time": f"{timezone.localtime(sale.decided_at):%Y-%m-%d %H:%M}" if sale.decided_at else "",
        "product": sale.product.name,
    }
    if sale.state == State.CONFIRMED:
        return Conflict(_("%(name)s has confirmed the sale of %(product)s at %(time)s.") % values)
    return Conflict(_("%(name)s has rejected the sale of %(product)s at %(time)s.") % values)


def _record(actor: Actor, action: str, sale: Sale, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.sale",
        subject_key=str(sale.pk),
        branch_id=sale.branch_id,
        changes=changes,
    )
