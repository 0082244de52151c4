from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A contract's target that applies is a figure: a null slipped through the check."""

    dependencies = [("managers", "0002_laws")]
    operations = [
        migrations.RemoveConstraint("contracttarget", "contract_target_or_not_applicable"),
        migrations.AddConstraint(
            "contracttarget",
            models.CheckConstraint(
                name="contract_target_or_not_applicable",
                condition=Q(not_applicable=True, target_hundredths__isnull=True)
                | Q(not_applicable=False, target_hundredths__isnull=False, target_hundredths__gt=0),
                violation_error_message="Give a target above zero, or declare the indicator not applicable.",
            ),
        ),
    ]
