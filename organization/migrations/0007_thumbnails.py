import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Pictures are shown small in lists."""

    dependencies = [("organization", "0006_closed_months_in_one_pass")]
    operations = [
        migrations.AddField(
            model_name="document",
            name="thumbnail",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.storedfile",
            ),
        ),
    ]
