"""What a person did, in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from managers.queries.work import words_of
from managers.rules.reports import WorkLine

register = template.Library()


@register.filter
def line_words(line: WorkLine) -> str:
    """A line of what was done, with its figures."""
    return words_of(line)


@register.filter
def in_words(heading: str) -> str:
    """A heading that is kept in English."""
    return _(heading) if heading else ""
