from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("deposits", "0003_postings_by_branch_and_day"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="depositaccount",
            index=models.Index(fields=["opened_on", "id"], name="account_by_opening"),
        ),
    ]
