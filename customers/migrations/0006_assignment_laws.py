from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0005_fact_laws")]
    operations: list[migrations.operations.base.Operation] = []
