from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("appraisal", "0005_workbook_of_all_branches"),
    ]

    operations = [
        migrations.AddField(
            model_name="scorecard",
            name="last_run_total_hundredths",
            field=models.IntegerField(null=True),
        ),
    ]
