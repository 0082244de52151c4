from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """The guard of closed months reads what a statement has touched once."""

    dependencies = [("organization", "0005_state_law")]
    operations = [law(__file__, "guard")]
