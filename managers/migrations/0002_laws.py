from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """Entries and targets of a closed month stay as they are."""

    dependencies = [("managers", "0001_initial"), ("organization", "0002_laws")]
    operations = [law(__file__, "closed_months")]
