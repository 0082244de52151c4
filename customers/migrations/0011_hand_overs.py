import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """A customer's line of a hand-over sheet names customer and days itself, so that it stays when the assignment goes.

    Nothing has written lines before, so the table is empty: the new columns have no values to fill in, and where there
    were rows the database would refuse them.
    """

    dependencies = [("customers", "0010_information_laws"), ("managers", "0012_hand_over_lines")]
    operations: list[migrations.operations.base.Operation] = [
        migrations.RemoveConstraint(model_name="customerhandover", name="customer_handed_over_once"),
        migrations.RemoveField(model_name="customerhandover", name="assignment"),
        migrations.AddField(
            model_name="customerhandover",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="customerhandover", name="first_day", field=models.DateField(verbose_name="from")
        ),
        migrations.AddField(
            model_name="customerhandover",
            name="last_day",
            field=models.DateField(blank=True, null=True, verbose_name="to"),
        ),
        migrations.AddField(
            model_name="customerhandover",
            name="basis",
            field=models.CharField(
                choices=[("assigned", "assigned"), ("developed", "developed")], max_length=10, verbose_name="basis"
            ),
        ),
        migrations.AlterField(
            model_name="customerhandover",
            name="hand_over",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="managers.handover"
            ),
        ),
        migrations.AlterField(
            model_name="customerhandover",
            name="taker",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.employee",
                verbose_name="taker",
            ),
        ),
        migrations.AlterModelOptions(
            name="customerhandover", options={"ordering": ("hand_over", "customer__customer_no", "first_day")}
        ),
        migrations.AddConstraint(
            model_name="customerhandover",
            constraint=models.UniqueConstraint(
                fields=("hand_over", "customer", "first_day"), name="customer_handed_over_once"
            ),
        ),
        law(__file__, "hand_overs"),
    ]
