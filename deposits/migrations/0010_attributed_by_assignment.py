import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Attributions that came about by themselves say which assignment of the customer they follow."""

    dependencies = [("deposits", "0009_accounts_given_up"), ("customers", "0006_assignment_laws")]

    operations = [
        migrations.AddField(
            model_name="attribution",
            name="assignment",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.assignment",
            ),
        ),
        migrations.AddIndex(
            model_name="attribution",
            index=models.Index(
                condition=models.Q(("assignment__isnull", False)),
                fields=["assignment"],
                name="attribution_by_assignment",
            ),
        ),
        migrations.AddIndex(
            model_name="attribution",
            index=models.Index(
                condition=models.Q(("assignment__isnull", False)), fields=["branch", "-id"], name="attribution_by_itself"
            ),
        ),
    ]
