from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """The history of a dossier only grows, its entries stay, and every change counts; a form sent twice is one change."""

    dependencies = [("customers", "0003_dossier_assignments_work")]
    operations = [
        migrations.AddField(
            model_name="dossierchange",
            name="token",
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        ),
        law(__file__, "dossier"),
    ]
