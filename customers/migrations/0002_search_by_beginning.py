from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("customers", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="initials",
            field=models.CharField(db_collation="C", default="", editable=False, max_length=120),
        ),
        migrations.AlterField(
            model_name="customer",
            name="name",
            field=models.CharField(db_collation="C", max_length=120, verbose_name="name"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["name"], name="customer_by_name"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["initials", "id"], name="customer_by_initials"),
        ),
    ]
