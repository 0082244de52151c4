import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    dependencies = [
        ("deposits", "0004_accounts_by_opening_day"),
        ("organization", "0002_laws"),
    ]

    operations = [
        migrations.AddField(
            model_name="balancecontrol",
            name="branch",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.branch",
            ),
            preserve_default=False,
        ),
        law(__file__, "controls"),
    ]
