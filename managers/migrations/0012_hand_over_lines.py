from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """The law of a hand-over sheet's lines, for the triggers of every ledger that has lines on one."""

    dependencies = [("managers", "0011_work_done_and_late_reports")]
    operations = [law(__file__, "hand_over_lines")]
