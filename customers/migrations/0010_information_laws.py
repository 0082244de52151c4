from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0009_product_laws")]
    operations: list[migrations.operations.base.Operation] = []
