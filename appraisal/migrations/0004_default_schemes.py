import datetime as dt

from django.db import migrations
from django.utils import timezone

from appraisal.rules import DEFAULT_SCHEMES

NAMES = {
    "composite": "综合考核方案",
    "deposits": "收存单项方案",
    "loan_recovery": "收贷单项方案",
    "interest": "收息单项方案",
}
# Early enough for every month that a branch may bring in.
EFFECTIVE_MONTH = dt.date(1990, 1, 1)


def publish_default_schemes(apps, schema_editor):
    """Version 1 of each default scheme: drafted, given its indicators, then published, as the laws ask."""
    alias = schema_editor.connection.alias
    Scheme, Version, Indicator = (
        apps.get_model("appraisal", name) for name in ("Scheme", "SchemeVersion", "SchemeIndicator")
    )
    for code, rule in DEFAULT_SCHEMES.items():
        if Scheme.objects.using(alias).filter(code=code).exists():
            continue  # published before this migration was taken back, and so never removed
        scheme = Scheme.objects.using(alias).create(code=code, name=NAMES[code], target_kind=code)
        version = Version.objects.using(alias).create(
            scheme=scheme,
            version=1,
            effective_month=EFFECTIVE_MONTH,
            state="draft",
            total_may_exceed=rule.total_may_exceed,
            grades=[{"grade": band.grade, "from_hundredths": band.from_hundredths} for band in rule.grades],
        )
        Indicator.objects.using(alias).bulk_create(
            Indicator(
                version=version,
                position=position,
                group=one.group,
                indicator=one.code,
                weight_hundredths=one.weight_hundredths,
                rule=one.rule,
                parameters=_parameters(one),
            )
            for position, one in enumerate(rule.indicators, start=1)
        )
        Version.objects.using(alias).filter(pk=version.pk).update(state="published", published_at=timezone.now())


def _parameters(one):
    if one.rule != "proportional":
        return {}
    return {"floor_bp": int(one.floor * 10_000), "cap_bp": int(one.cap * 10_000)}


class Migration(migrations.Migration):
    """The schemes of arithmetic.md, Default schemes: a starting point, published for every month."""

    dependencies = [("appraisal", "0003_daily_conduct_group")]
    operations = [migrations.RunPython(publish_default_schemes, migrations.RunPython.noop)]
