from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """Loans, schedules and repayments of a closed month stay as they are."""

    dependencies = [("loans", "0001_initial"), ("organization", "0002_laws")]
    operations = [law(__file__, "closed_months")]
