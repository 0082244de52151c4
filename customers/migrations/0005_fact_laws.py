from django.db import migrations


class Migration(migrations.Migration):
    """Nothing beside what stands since 0003: a required fact weighs 1 to 100 and stands once in a union's table."""

    dependencies = [("customers", "0004_dossier_laws")]
    operations: list[migrations.operations.base.Operation] = []
