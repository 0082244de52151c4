import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """Lines of a sheet obey the law that the lines of every ledger obey; a sheet no longer knows which ledgers those are."""

    dependencies = [("deposits", "0010_attributed_by_assignment"), ("managers", "0012_hand_over_lines")]

    operations = [
        migrations.AlterField(
            model_name="attributionhandover",
            name="hand_over",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="managers.handover"
            ),
        ),
        law(__file__, "lines_of_a_sheet"),
    ]
