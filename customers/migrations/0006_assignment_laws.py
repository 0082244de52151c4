from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """A customer is assigned within the manager's days in office, at the customer's own branch."""

    dependencies = [("customers", "0005_fact_laws")]
    operations = [law(__file__, "assignment")]
