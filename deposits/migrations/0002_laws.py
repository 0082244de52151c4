from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """The ledger takes nothing into closed months; shares stay within the whole and within office."""

    dependencies = [("deposits", "0001_initial"), ("managers", "0002_laws")]
    operations = [law(__file__, "ledger"), law(__file__, "attribution")]
