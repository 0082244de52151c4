from django.db import migrations


class Migration(migrations.Migration):
    """A decided application stays as it was decided."""

    dependencies = [("managers", "0005_states")]
    operations = []
