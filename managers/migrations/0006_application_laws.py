from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """A decided application stays as it was decided; conditions hold for everyone."""

    dependencies = [("managers", "0005_states")]
    operations = [
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                name="application_not_checked_by_proposer",
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("proposer")), _negated=True),
                    _connector="OR",
                ),
                violation_error_message="Who puts a candidate forward does not check. Ask another person.",
            ),
        ),
        law(__file__, "applications"),
    ]
