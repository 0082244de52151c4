from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """Months close in order and take nothing afterwards; the trail only grows."""

    dependencies = [("organization", "0001_initial")]
    operations = [law(__file__, "months"), law(__file__, "trail")]
