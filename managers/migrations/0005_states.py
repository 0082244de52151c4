from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """States move along their tables alone."""

    dependencies = [("managers", "0004_into_office_contracts_dossier"), ("organization", "0005_state_law")]
    operations = [law(__file__, "states")]
