from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0006_assignment_laws")]
    operations: list[migrations.operations.base.Operation] = []
