from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """The law of score lines looks at each branch once."""

    dependencies = [("appraisal", "0006_total_of_the_run_before")]
    operations = [law(__file__, "lines")]
