import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """What was sent, done or issued stays."""

    dependencies = [("managers", "0009_hand_over_laws"), ("organization", "0005_state_law")]
    operations = [
        migrations.RemoveConstraint(
            model_name="authorisationletter",
            name="authorisation_letter_by_another",
        ),
        migrations.AddField(
            model_name="attendance",
            name="hours_hundredths",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="hours"),
        ),
        migrations.AddField(
            model_name="inspection",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="inspection",
            name="cancelled_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="inspection",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.employee",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="session",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.employee",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="noted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="noted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.employee",
            ),
        ),
        migrations.AddIndex(
            model_name="authorisationletter",
            index=models.Index(fields=["branch", "-first_day"], name="letter_of_branch"),
        ),
        migrations.AddIndex(
            model_name="honour",
            index=models.Index(fields=["branch", "-awarded_on"], name="honour_of_branch"),
        ),
        migrations.AddIndex(
            model_name="penalty",
            index=models.Index(fields=["branch", "-first_day"], name="penalty_of_branch"),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("attended", True),
                        ("attended__isnull", False),
                        ("hours_hundredths__gt", 0),
                        ("hours_hundredths__isnull", False),
                    ),
                    models.Q(
                        ("hours_hundredths__isnull", True),
                        models.Q(("attended", False), ("attended__isnull", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="attendance_has_hours",
                violation_error_message="Who came has hours, who did not come has none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorisationletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_by", models.F("employee")), _negated=True),
                    models.Q(
                        ("revoked_by__isnull", True),
                        models.Q(("revoked_by", models.F("employee")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="authorisation_letter_by_another",
                violation_error_message="Nobody decides about himself or herself. Ask another person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorisationletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("revoked_on__isnull", True),
                    models.Q(("revoked_by__isnull", False), models.Q(("revoke_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="authorisation_letter_revoked_with_a_reason",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="honour",
            constraint=models.CheckConstraint(
                condition=models.Q(("made_by", models.F("employee")), _negated=True),
                name="honour_by_another",
                violation_error_message="Nobody decides about himself or herself. Ask another person.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mended_on__isnull", True),
                    models.Q(("inspected_on__isnull", False), models.Q(("follow_up", ""), _negated=True)),
                    _connector="OR",
                ),
                name="inspection_mended_after_findings",
                violation_error_message="There is nothing to be mended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True),
                    models.Q(("accepted_by__isnull", False), ("mended_on__isnull", False)),
                    _connector="OR",
                ),
                name="inspection_accepted_after_mending",
                violation_error_message="It is not mended yet.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at__isnull", True),
                    models.Q(
                        ("cancelled_by__isnull", False),
                        ("inspected_on__isnull", True),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="inspection_done_or_cancelled",
                violation_error_message="Only an inspection that was not held is cancelled, and with a reason.",
            ),
        ),
        migrations.AddConstraint(
            model_name="penalty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", True),
                    models.Q(("lifted_by__isnull", False), models.Q(("lift_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="penalty_lifted_with_a_reason",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours_hundredths__gt", 0), ("hours_hundredths__lte", 10000)),
                name="session_has_hours",
                violation_error_message="A session lasts longer than nothing and at most 100 hours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("noted_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"),
                name="session_noted_or_cancelled",
                violation_error_message="A session that was held is not cancelled, and one that was cancelled not held.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_at__isnull", True),
                    models.Q(("cancelled_by__isnull", False), models.Q(("cancel_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="session_cancelled_with_a_reason",
                violation_error_message="Say why.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="work_report_sent_has_a_time",
            ),
        ),
        law(__file__, "dossier"),
    ]
