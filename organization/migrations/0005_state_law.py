from django.db import migrations

from common.laws import law


class Migration(migrations.Migration):
    """States move along their tables alone."""

    dependencies = [("organization", "0004_documents_policies_notifications")]
    operations = [law(__file__, "states")]
