from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("organization", "0002_laws"),
    ]

    operations = [
        migrations.AlterField(
            model_name="employee",
            name="initials",
            field=models.CharField(db_collation="C", default="", editable=False, max_length=60),
        ),
    ]
