import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from common.laws import law


class Migration(migrations.Migration):
    """Notes of visits stay as they were written, with corrections beside them; prospects move along their stages, and their
    steps are only added (articles 9(1) and 9(7))."""

    dependencies = [("customers", "0007_identity_laws")]
    operations: list[migrations.operations.base.Operation] = [
        migrations.CreateModel(
            name="VisitCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField(max_length=2000, verbose_name="correction")),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.employee"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="customers.visit"
                    ),
                ),
            ],
            options={"ordering": ("visit", "pk")},
        ),
        migrations.AddIndex("visit", models.Index(fields=["branch", "-day", "-id"], name="visit_of_branch")),
        migrations.AddIndex(
            "visit",
            models.Index(
                fields=["customer", "next_on"],
                name="visit_promised",
                condition=Q(next_done_on__isnull=True, next_on__isnull=False),
            ),
        ),
        migrations.AddIndex("visit", models.Index(fields=["day"], name="visit_planned", condition=Q(state="planned"))),
        migrations.AddConstraint(
            "visit",
            models.CheckConstraint(
                name="visit_advice_has_words",
                condition=~Q(kind="advice", state="done") | ~Q(said=""),
                violation_error_message="Write what was advised.",
            ),
        ),
        migrations.AddConstraint(
            "visit",
            models.CheckConstraint(
                name="visit_next_step_has_a_day",
                condition=Q(next_step="", next_on__isnull=True) | (~Q(next_step="") & Q(next_on__isnull=False)),
                violation_error_message="A next step has words and a day.",
            ),
        ),
        law(__file__, "work"),
    ]
