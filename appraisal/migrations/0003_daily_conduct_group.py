from django.db import migrations, models

GROUPS = [
    ("funds", "funds"),
    ("marketed_funds", "marketed funds"),
    ("interest", "interest income"),
    ("daily_conduct", "daily conduct"),
]


class Migration(migrations.Migration):
    """The fourth group of article 18 has the name that the rules give it."""

    dependencies = [("appraisal", "0002_laws")]
    operations = [
        migrations.AlterField("schemeindicator", "group", models.CharField("group", max_length=20, choices=GROUPS)),
        migrations.AlterField("scoreline", "group", models.CharField(max_length=20, choices=GROUPS)),
    ]
