from django.db import migrations


class Migration(migrations.Migration):
    """."""

    dependencies = [("deposits", "0009_accounts_given_up"), ("customers", "0006_assignment_laws")]
    operations: list[migrations.operations.base.Operation] = []
