"""The fields of a dossier as people read them: labels, units, words; telephone numbers masked unless they are one's own
customer's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.masking import mask_phone
from common.money import MINUS, format_hundredths, format_percent_bp
from common.templatetags.figures import EMPTY
from customers.forms.dossier import SectionForm
from customers.models import DossierChange, Section
from customers.queries.dossier import SectionNow, choices_of, labels_of
from customers.rules.dossier import COUNT, FIELDS, FLAG, HUNDREDTHS, PERCENT, PHONE, TITLE_OF, YUAN, Compared, Kept
from customers.tables.timeline import word_of

register = template.Library()

# A quantity is said with its unit.
COUNTED, UNIT = "quantity_hundredths", "unit"


@register.simple_tag
def label(section: str, name: str) -> Any:
    """What people call a field; one that is no more keeps its name."""
    return capfirst(labels_of(section).get(name, name))


@register.filter
def section_label(section: str) -> Any:
    return capfirst(Section(section).label)


@register.simple_tag
def fact(section: str, name: str, value: Kept, own: bool = False) -> Any:
    """A kept value in words and figures with its unit; of the own customer a telephone number to dial."""
    unit = FIELDS[section].get(name)
    if unit == PHONE and own and value:
        return phone_link(str(value))
    return said(section, name, value)


register.filter("happened", word_of)


@register.filter
def phone_link(number: str) -> Any:
    """A telephone number that a tap dials."""
    dialled = "".join(one for one in number if one.isdigit() or one == "+")
    return format_html(
        '<a class="dial" href="tel:{}"><i class="bi bi-telephone" aria-hidden="true"></i>{}</a>', dialled, number
    )


def said(section: str, name: str, value: Kept) -> str:
    """A kept value as text. Shape: telephone numbers masked."""
    unit = FIELDS[section].get(name)
    if unit == FLAG:
        return str(_("yes")) if value else str(_("no"))
    if value in (None, ""):
        return EMPTY
    if isinstance(value, int):
        if unit == YUAN:
            return f"{format_hundredths(value)} {_('yuan')}"
        if unit == PERCENT:
            return format_percent_bp(value)
        if unit == HUNDREDTHS:
            return format_hundredths(value).removesuffix("0").removesuffix(".0")
        return f"{MINUS if value < 0 else ''}{abs(value):,}" if unit == COUNT else str(value)
    if unit == PHONE:
        return mask_phone(str(value))
    return str(choices_of(section).get(name, {}).get(value, value))


@register.simple_tag
def told(section: str, name: str, value: Kept) -> str:
    """A value of the history."""
    return said(section, name, value)


@register.filter
def in_order(change: DossierChange) -> list[tuple[str, list[Kept]]]:
    """The fields of a change, in the order of their section."""
    order = list(FIELDS[change.section])
    return sorted(change.changes.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))


@register.filter
def titled(section: str, record: Mapping[str, Kept]) -> list[str]:
    """What an entry is called: its first words, and what stands beside them."""
    return [said(section, name, record.get(name)) for name in TITLE_OF[section] if record.get(name)]


@register.filter
def named(names: Mapping[tuple[str, int], str], change: DossierChange) -> str:
    """What the entry is called that a change is about; empty for the basic facts."""
    return names.get((change.section, change.entry or 0), "")


@register.filter
def beside(section: SectionNow, record: Mapping[str, Kept]) -> list[str]:
    """The fields of a section that its entry shows below its title; of the basic facts all, of a list what is known."""
    if not section.is_list:
        return list(section.fields)
    told = {*TITLE_OF[section.name], *([UNIT] if record.get(COUNTED) is not None else [])}
    return [name for name in section.fields if name not in told and record.get(name) not in (None, "", False)]


@register.filter
def beside_then(section: SectionNow, one: Compared) -> list[str]:
    """The fields that an entry shows as of a day: what was known beside its title, and whatever is different today."""
    known = {name for name, value in one.standing.items() if value not in (None, "", False)}
    titled = TITLE_OF.get(section.name, ())
    return [name for name in section.fields if name in one.differing or (name in known and name not in titled)]


@register.filter
def of(record: Mapping[str, Kept] | None, name: str) -> Kept:
    """A field of a record; nothing of none."""
    return record.get(name) if record else None


@register.filter
def now_of(name: str, form: SectionForm) -> str:
    """What stands now in a field of a form that shows both versions."""
    return said(form.section, name, form.versus[name].now)
