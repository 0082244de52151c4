"""Pages of a long list by key: the next page begins after the last row of this one, however many came before.

There is no OFFSET and no count, so page 20,000 costs what page 2 costs, and rows that arrive meanwhile move nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q, QuerySet

__all__ = ["PAGE_SIZES", "KeysetPage", "keyset_page"]

PAGE_SIZES: Final = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """A page. Shape: `next` and `previous` are the cursors of the neighbours, none at the ends."""

    rows: list[Any]
    size: int
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class _Key:
    path: str
    descending: bool
    field: Any

    @property
    def ordering(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    def value_of(self, row: Any) -> Any:
        if isinstance(row, dict):
            return row[self.path]
        for part in self.path.split("__"):
            row = getattr(row, part, None)
        return row

    def beyond(self, value: Any, descending: bool) -> Q | None:
        """Rows strictly behind a value. PostgreSQL sorts null as the largest value of all."""
        if descending:
            return Q(**{f"{self.path}__isnull": False}) if value is None else Q(**{f"{self.path}__lt": value})
        if value is None:
            return None
        behind = Q(**{f"{self.path}__gt": value})
        return behind | Q(**{f"{self.path}__isnull": True}) if self.field.null else behind

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})


def keyset_page(queryset: QuerySet[Any], order: Sequence[str], cursor: str | None = None, size: int = 25) -> KeysetPage:
    """The page of a queryset that a cursor names; the first one when there is none or it is no cursor of this list.

    Shape: `order` are field paths, "-" before a descending one; the primary key is added, so that no two are equal.
    """
    keys = _keys(queryset, order)
    backward, values = _read(cursor, keys)
    if values is not None:
        queryset = queryset.filter(_behind(keys, values, backward))
    ordering = [key.ordering for key in keys]
    if backward:
        ordering = [path[1:] if path.startswith("-") else f"-{path}" for path in ordering]
    rows = list(queryset.order_by(*ordering)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    # Where one came from there are rows, else the page would not have been reached.
    has_next, has_previous = (True, more) if backward else (more, values is not None)
    return KeysetPage(
        rows=rows,
        size=size,
        next=_write(False, keys, rows[-1]) if rows and has_next else None,
        previous=_write(True, keys, rows[0]) if rows and has_previous else None,
    )


def _keys(queryset: QuerySet[Any], order: Sequence[str]) -> list[_Key]:
    if order and _unique(queryset, order[-1].lstrip("-")):
        # No tie to break; with a second key the planner would not see that one index has it all.
        return [_key(queryset, path) for path in order]
    primary = [field.attname for field in queryset.model._meta.pk_fields]
    paths = [path.lstrip("-") for path in order]
    ties = [path for path in primary if path not in paths and path.removesuffix("_id") not in paths]
    # The tie-break runs the way of the last key, so that one index serves both directions.
    sign = "-" if order and order[-1].startswith("-") else ""
    return [_key(queryset, path) for path in [*order, *(f"{sign}{path}" for path in ties)]]


def _key(queryset: QuerySet[Any], ordering: str) -> _Key:
    path = ordering.lstrip("-")
    annotation = queryset.query.annotations.get(path)
    if annotation is not None:
        # A computed value may always be null.
        field = annotation.output_field.clone()
        field.null = True
    else:
        field = _field(queryset.model, path)
    if field.is_relation:
        # By the key itself, not by what the other model is ordered by.
        path, field = (path, field) if path.endswith("_id") else (f"{path}_id", field)
        nullable, field = field.null, field.target_field.clone()  # type: ignore[attr-defined]
        field.null = nullable
    return _Key(path, ordering.startswith("-"), field)


def _unique(queryset: QuerySet[Any], path: str) -> bool:
    """Whether no two rows have the same value of a field, and none has none."""
    if "__" in path or path in queryset.query.annotations:
        return False
    field = _field(queryset.model, path)
    return bool(field.unique and not field.null)


def _field(model: Any, path: str) -> Any:
    """The field at the end of a path. Raises: FieldDoesNotExist."""
    field = None
    nullable = False
    for part in path.split("__"):
        if model is None:
            raise FieldDoesNotExist(path)
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or field.null
        model = field.related_model if field.is_relation else None
    if field is not None and nullable and not field.null:
        field = field.clone()
        field.null = True
    return field


def _behind(keys: list[_Key], values: list[Any], backward: bool) -> Q:
    """(a > x) or (a = x and (b > y or …)), and a >= x on its own, which lets an index begin at the right place."""
    condition: Q | None = None
    for key, value in zip(reversed(keys), reversed(values), strict=True):
        beyond = key.beyond(value, key.descending != backward)
        if condition is None:
            condition = beyond
        else:
            tied = key.equal(value) & condition
            condition = tied if beyond is None else beyond | tied
    first, value = keys[0], values[0]
    if condition is None:
        return Q(pk__in=[])
    if value is not None and not first.field.null:
        return Q(**{f"{first.path}__{'lte' if first.descending != backward else 'gte'}": value}) & condition
    return condition


def _write(backward: bool, keys: list[_Key], row: Any) -> str:
    values = [_text(key.value_of(row)) for key in keys]
    packed = json.dumps([backward, [key.ordering for key in keys], values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _text(value: Any) -> Any:
    if value is None or isinstance(value, (int, str, bool)):
        return value
    return (
        str(value) if isinstance(value, Decimal) else value.isoformat() if hasattr(value, "isoformat") else str(value)
    )


def _read(cursor: str | None, keys: list[_Key]) -> tuple[bool, list[Any] | None]:
    """Direction and values; nothing when the address was changed by hand or belongs to another order."""
    if not cursor or len(cursor) > 4_000:
        return False, None
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        backward, orderings, written = json.loads(packed)
        if orderings != [key.ordering for key in keys] or len(written) != len(keys) or not isinstance(backward, bool):
            return False, None
        values = []
        for key, value in zip(keys, written, strict=True):
            if isinstance(value, str) and "\0" in value:
                return False, None
            parsed = None if value is None else key.field.to_python(value)
            if parsed is not None:
                key.field.run_validators(parsed)
            if parsed is None and not key.field.null:
                return False, None
            values.append(parsed)
    except (ValueError, TypeError, binascii.Error, ValidationError, OverflowError, RecursionError):
        return False, None
    return backward, values
