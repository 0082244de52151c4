"""Bars beside figures: drawn by the server, seen without scripts, printed as they are. The figure always stands beside."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# A bar of a rate has room for a fifth above the whole, and a mark at the whole.
_ABOVE = 12_000
_WHOLE = 10_000


@register.simple_tag
def bar(part: int | None, whole: int | None, quiet: bool = False) -> SafeString:
    """How much of the whole a part is, in a bar that ends with the whole."""
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="8"/><rect class="bar-fill" width="{}" height="8"/></svg>',
        " bar-quiet" if quiet else "",
        _written(_width(part, whole, _WHOLE)),
    )


@register.simple_tag
def rate_bar(numerator: int | None, denominator: int | None) -> SafeString:
    """A rate of completion: 100 % is marked, what lies above is drawn up to 120 %."""
    return format_html(
        '<svg class="bar bar-rate" viewBox="0 0 120 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="8"/><rect class="bar-fill" width="{}" height="8"/>'
        '<rect class="bar-mark" x="99.4" width="1.2" height="8"/></svg>',
        _written(_width(numerator, denominator, _ABOVE)),
    )


def _width(part: int | None, whole: int | None, most: int) -> int:
    return 0 if not part or not whole else max(0, min(most, int(part) * _WHOLE // int(whole)))


def _written(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
