from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("customers", "0003_dossier_assignments_work")]
    operations: list[migrations.operations.base.Operation] = []
