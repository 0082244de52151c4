from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0004_dossier_laws")]
    operations: list[migrations.operations.base.Operation] = []
