from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0008_work_laws")]
    operations: list[migrations.operations.base.Operation] = []
