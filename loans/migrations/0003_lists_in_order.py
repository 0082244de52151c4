from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("loans", "0002_laws"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(fields=["principal_fen", "id"], name="loan_by_principal"),
        ),
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(fields=["granted_on", "id"], name="loan_by_grant"),
        ),
        migrations.AddIndex(
            model_name="loan",
            index=models.Index(fields=["due_on", "id"], name="loan_by_due_day"),
        ),
    ]
