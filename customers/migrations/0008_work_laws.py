from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0007_identity_laws")]
    operations: list[migrations.operations.base.Operation] = []
