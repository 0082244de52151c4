"""What addresses name: a month as YYYY-MM."""

from __future__ import annotations

from django.urls import register_converter

from common.errors import BadInput
from common.months import Month

__all__ = ["MonthInPath"]


class MonthInPath:
    """<month:month> in a path is a Month; what is no month has no page."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        try:
            return Month.parse(value)
        except BadInput as error:
            raise ValueError(value) from error

    def to_url(self, value: Month | str) -> str:
        return str(value)


register_converter(MonthInPath, "month")
