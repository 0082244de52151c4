from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deposits", "0008_month_end_from_indexes_alone")]

    operations = [
        migrations.AddIndex(
            model_name="depositaccount",
            index=models.Index(
                condition=models.Q(closed_on__isnull=False), fields=["account_no"], name="account_given_up"
            ),
        ),
    ]
