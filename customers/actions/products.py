"""The catalogue of service products: added, mended, given other points from a day on, ended (article 9(3))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from customers.models import ServiceProduct
from customers.queries.products import keeps
from customers.rules.products import MOST_POINTS
from managers.rules import ONE_DAY
from organization.actions.trail import record
from organization.models import Branch
from organization.rules import Actor


def add_product(
    *,
    actor: Actor,
    branch: Branch,
    code: str,
    name: str,
    kind: str,
    unit: str,
    points_hundredths: int,
    first_day: dt.date,
    last_day: dt.date | None = None,
) -> ServiceProduct:
    """Adds a product to a branch's catalogue from a day on; it is offered there and at the branches below.

    Raises: RuleError for whoever does not keep this catalogue, when a branch above or below has the code on some of these
    days, and when the branch's own does; BadInput for missing words and points out of bounds.
    """
    _refuse_unless_kept(actor, branch)
    texts = {"code": code.strip(), "name": name.strip(), "unit": unit.strip()}
    for field, text in texts.items():
        if not text:
            raise BadInput(_("Fill this in."), field=field)
    _refuse_points(points_hundredths)
    others = ServiceProduct.objects.in_line_with(branch).exclude(branch=branch).filter(code=texts["code"])
    if last_day is not None:
        others = others.filter(first_day__lte=last_day)
    if clash := others.exclude(last_day__lt=first_day).select_related("branch").first():
        raise RuleError(
            _("%(branch)s has a product with the code %(code)s. Choose another code.")
            % {"branch": clash.branch.name, "code": clash.code},
            field="code",
        )
    with obeying_laws(), transaction.atomic():
        product = ServiceProduct.objects.create(
            branch=branch,
            kind=kind,
            points_hundredths=points_hundredths,
            first_day=first_day,
            last_day=last_day,
            **texts,
        )
        changes = {**texts, "kind": kind, "points_hundredths": points_hundredths}
        changes |= {"first_day": first_day, "last_day": last_day}
        _record(actor, "add_product", product, {field: [None, value] for field, value in changes.items()})
    return product


def mend_product(*, actor: Actor, product: ServiceProduct, name: str, kind: str) -> None:
    """Mends the name and the kind of a product; what sales count by stays. Raises: as add_product."""
    _refuse_unless_kept(actor, product.branch)
    if not name.strip():
        raise BadInput(_("Fill this in."), field="name")
    with obeying_laws(), transaction.atomic():
        row = ServiceProduct.objects.select_for_update(no_key=True, of=("self",)).get(pk=product.pk)
        changes = {"name": [row.name, name.strip()], "kind": [row.kind, kind]}
        row.name, row.kind = name.strip(), kind
        row.save(update_fields=["name", "kind"])
        _record(actor, "mend_product", row, {field: both for field, both in changes.items() if both[0] != both[1]})


def change_points(
    *, actor: Actor, product: ServiceProduct, points_hundredths: int, first_day: dt.date
) -> ServiceProduct:
    """Other points per unit from a day on: a new row of the catalogue; what was sold before keeps its points.

    Shape: a day that is the row's own first one mends the row itself, as long as nothing was sold by it.
    Raises: RuleError as add_product, for a day outside the row's days, and when sales of that day or later count by it.
    """
    _refuse_unless_kept(actor, product.branch)
    _refuse_points(points_hundredths)
    with obeying_laws(), transaction.atomic():
        row = ServiceProduct.objects.select_for_update(no_key=True, of=("self",)).get(pk=product.pk)
        if first_day < row.first_day or (row.last_day is not None and first_day > row.last_day):
            raise RuleError(_("Choose a day on which this row of the catalogue holds."), field="first_day")
        before, until = row.points_hundredths, row.last_day
        if first_day == row.first_day:
            row.points_hundredths = points_hundredths
            row.save(update_fields=["points_hundredths"])
        else:
            row.last_day = first_day - ONE_DAY
            row.save(update_fields=["last_day"])
            row.pk, row.points_hundredths = None, points_hundredths
            row.first_day, row.last_day = first_day, until
            row.save(force_insert=True)
        changes = {"points_hundredths": [before, points_hundredths], "from": first_day}
        _record(actor, "change_points", row, changes)
    return row


def end_product(*, actor: Actor, product: ServiceProduct, last_day: dt.date) -> None:
    """Takes a product out of the catalogue after a day.

    Raises: RuleError as add_product, for a day before the row's first, and when it was sold later than that.
    """
    _refuse_unless_kept(actor, product.branch)
    with obeying_laws(), transaction.atomic():
        row = ServiceProduct.objects.select_for_update(no_key=True, of=("self",)).get(pk=product.pk)
        before, row.last_day = row.last_day, last_day
        row.save(update_fields=["last_day"])
        _record(actor, "end_product", row, {"last_day": [before, last_day]})


def _refuse_unless_kept(actor: Actor, branch: Branch) -> None:
    if keeps(actor, branch):
        return
    if branch.kind == Branch.Kind.HEAD_OFFICE:
        raise RuleError(_("Only the supervisor keeps the catalogue of %(branch)s.") % {"branch": branch.name})
    raise RuleError(
        _("Only the director and the clerks of %(branch)s keep its own products.") % {"branch": branch.name}
    )


def _refuse_points(points_hundredths: int) -> None:
    if not 0 <= points_hundredths <= MOST_POINTS:
        raise BadInput(
            _("A unit has from 0 to %(most)s points.") % {"most": MOST_POINTS // 100}, field="points_hundredths"
        )


def _record(actor: Actor, action: str, product: ServiceProduct, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.serviceproduct",
        subject_key=product.code,
        branch_id=product.branch_id,
        changes=changes,
    )
