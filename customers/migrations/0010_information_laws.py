from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """Market information moves along its states, stays as it was sent, and is sent once."""

    dependencies = [("customers", "0009_product_laws")]
    operations: list[migrations.operations.base.Operation] = [
        migrations.AddField(
            model_name="marketinformation",
            name="token",
            field=models.UUIDField(blank=True, null=True, unique=True),
        ),
        migrations.AddIndex(
            model_name="marketinformation",
            index=models.Index(fields=["manager", "sent_at"], name="information_of_manager"),
        ),
        migrations.AddConstraint(
            model_name="marketinformation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="information_sent_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="marketinformation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("read_at__isnull", True), ("state__in", ("draft", "sent"))),
                    models.Q(("read_at__isnull", False), ("state__in", ("read", "replied"))),
                    _connector="OR",
                ),
                name="information_read_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="marketinformation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replied_by__isnull", True),
                    models.Q(("replied_by", models.F("manager")), _negated=True),
                    _connector="OR",
                ),
                name="information_replied_by_another",
                violation_error_message="Nobody replies to his or her own market information.",
            ),
        ),
        migrations.RemoveConstraint(model_name="marketinformation", name="information_reply_has_words"),
        migrations.AddConstraint(
            model_name="marketinformation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("replied_at__isnull", False),
                        ("replied_by__isnull", False),
                        ("state", "replied"),
                        models.Q(("reply", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "replied"), _negated=True),
                        ("replied_at__isnull", True),
                        ("replied_by__isnull", True),
                        ("reply", ""),
                    ),
                    _connector="OR",
                ),
                name="information_reply_has_words",
                violation_error_message="Write a reply.",
            ),
        ),
        law(__file__, "information"),
    ]
