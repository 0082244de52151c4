import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("deposits", "0007_hand_overs")]

    operations = [
        migrations.RemoveIndex(model_name="attribution", name="attribution_of_branch"),
        migrations.AddIndex(
            model_name="attribution",
            index=models.Index(
                fields=["branch", "account"],
                include=("manager", "first_day", "last_day", "share_bp"),
                name="attribution_of_branch",
            ),
        ),
        migrations.AddIndex(
            model_name="depositaccount",
            index=models.Index(fields=["branch", "id"], include=("opened_on", "closed_on"), name="account_of_month_end"),
        ),
        migrations.AlterField(
            model_name="depositaccount",
            name="branch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deposit_accounts",
                to="organization.branch",
            ),
        ),
    ]
