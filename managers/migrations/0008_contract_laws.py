from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """A signed contract stays as it was signed, inside its appointment; an approved plan adds up."""

    dependencies = [("managers", "0007_notice_laws")]
    operations = [
        migrations.AddField(
            model_name="contract", name="signed_text", field=models.TextField(blank=True, db_default="")
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(fields=["first_day", "id"], name="contract_by_first_day"),
        ),
        migrations.AddField(
            model_name="contracttarget",
            name="times_days",
            field=models.BooleanField(db_default=False, default=False, verbose_name="× days of the month"),
        ),
        migrations.AddConstraint(
            model_name="contracttarget",
            constraint=models.CheckConstraint(
                name="contract_target_times_days_of_accumulated",
                condition=models.Q(
                    ("times_days", False),
                    models.Q(("indicator", "deposit_accumulated"), ("not_applicable", False)),
                    _connector="OR",
                ),
                violation_error_message="Only an accumulated balance is a figure of one day × the days of the month.",
            ),
        ),
        law(__file__, "contracts"),
    ]
