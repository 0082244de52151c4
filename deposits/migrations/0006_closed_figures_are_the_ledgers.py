from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """A month closes with the figures of the ledger as it is."""

    dependencies = [("deposits", "0005_balance_controls_by_branch"), ("organization", "0002_laws")]
    operations = [law(__file__, "closing")]
