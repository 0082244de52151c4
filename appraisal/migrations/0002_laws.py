from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """Published schemes and score cards of a closed month stay as they are."""

    dependencies = [("appraisal", "0001_initial"), ("organization", "0002_laws")]
    operations = [law(__file__, "laws")]
