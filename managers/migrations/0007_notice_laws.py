from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """Notices and objections stay on record; marks and votes stay as given."""

    dependencies = [("managers", "0006_application_laws")]
    operations = [
        migrations.AddField(
            model_name="application",
            name="assessment",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="publicnotice",
            name="contact",
            field=models.CharField(blank=True, default="", max_length=150, verbose_name="contact"),
        ),
        law(__file__, "notices"),
    ]
