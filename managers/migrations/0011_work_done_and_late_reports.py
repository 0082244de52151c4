import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """A report keeps what its writer did; a late report is proposed once for an entry about conduct."""

    dependencies = [
        ("managers", "0010_dossier_laws"),
        ("organization", "0007_thumbnails"),
    ]

    operations = [
        migrations.AddField(
            model_name="workreport",
            name="work",
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name="LateReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("daily", "daily log"), ("weekly", "weekly report"), ("monthly", "monthly report")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("period_first_day", models.DateField(verbose_name="period")),
                ("due_on", models.DateField(verbose_name="in time until")),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("confirmed", "confirmed"), ("dismissed", "dismissed")],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("dismiss_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "branch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.branch"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organization.employee",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_reports",
                        to="organization.employee",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_report",
                        to="managers.conductentry",
                    ),
                ),
            ],
            options={
                "ordering": ("due_on", "employee__employee_no", "kind"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["branch", "due_on"],
                        name="late_report_to_decide",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("employee", "kind", "period_first_day"), name="late_report_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("employee")), _negated=True),
                            _connector="OR",
                        ),
                        name="late_report_decided_by_another",
                        violation_error_message="Nobody decides about himself or herself. Ask another person.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "proposed")),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="late_report_decided_has_a_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entry__isnull", False), ("state", "confirmed")),
                            models.Q(models.Q(("state", "confirmed"), _negated=True), ("entry__isnull", True)),
                            _connector="OR",
                        ),
                        name="late_report_confirmed_is_an_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dismissed"), _negated=True),
                            models.Q(("dismiss_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="late_report_dismissed_has_a_reason",
                        violation_error_message="Say why.",
                    ),
                ],
            },
        ),
        law(__file__, "late_reports"),
    ]
