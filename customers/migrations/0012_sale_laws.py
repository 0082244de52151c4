from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """A code is one product from the union down to a branch, and a sale has a manager in office (article 9(3))."""

    dependencies = [("customers", "0011_hand_overs")]
    operations: list[migrations.operations.base.Operation] = [law(__file__, "sale_laws")]
