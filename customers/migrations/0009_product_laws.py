import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

import customers.models.products
import managers.models.vocabulary
from common.laws import law


class Migration(migrations.Migration):
    """A catalogue without overlaps, sales that two people make and a closed month keeps, and requests that are answered or
    cancelled once (articles 9(3) and 9(4))."""

    dependencies = [("customers", "0008_work_laws")]
    operations: list[migrations.operations.base.Operation] = [
        law(__file__, "text_range"),
        migrations.RemoveConstraint(
            model_name="serviceproduct",
            name="service_product_once",
        ),
        migrations.RemoveConstraint(
            model_name="servicerequest",
            name="request_answered_with_words",
        ),
        migrations.AddField(
            model_name="servicerequest",
            name="cancel_reason",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="servicerequest",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organization.employee",
            ),
        ),
        migrations.AddField(
            model_name="servicerequest",
            name="cancelled_on",
            field=models.DateField(blank=True, null=True, verbose_name="cancelled on"),
        ),
        migrations.AddField(
            model_name="servicerequest",
            name="token",
            field=models.UUIDField(blank=True, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="sale",
            name="points_hundredths",
            field=models.PositiveBigIntegerField(verbose_name="points"),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(fields=["-sold_on", "-id"], name="sale_by_day"),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                condition=models.Q(("state", "draft")), fields=["branch", "sold_on"], name="sale_to_confirm"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "rejected"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="sale_rejected_has_a_reason",
                violation_error_message="Say why the sale is rejected.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__isnull", True), ("amount_fen__gte", 0), _connector="OR"),
                name="sale_amount_not_negative",
                violation_error_message="An amount is not below zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("entered_on__gte", models.F("sold_on"))),
                name="sale_enters_after_it_was_made",
                violation_error_message="A sale counts from its own day on, not before.",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceproduct",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (managers.models.vocabulary.Int8Point("branch"), "&&"),
                    (customers.models.products.TextPoint("code"), "&&"),
                    (managers.models.vocabulary.DayRange("first_day", "last_day"), "&&"),
                ],
                name="one_service_product_a_day",
                violation_error_message="This product is in the catalogue on some of these days already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answered_by__isnull", False),
                        ("answered_on__isnull", False),
                        ("state", "answered"),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "answered"), _negated=True),
                        ("answer", ""),
                        ("answered_by__isnull", True),
                        ("answered_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="request_answered_with_words",
                violation_error_message="Write the answer.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_by__isnull", False),
                        ("cancelled_on__isnull", False),
                        ("state", "cancelled"),
                        models.Q(("cancel_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "cancelled"), _negated=True),
                        ("cancel_reason", ""),
                        ("cancelled_by__isnull", True),
                        ("cancelled_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="request_cancelled_with_a_reason",
                violation_error_message="Say why the request is cancelled.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__isnull", True), ("amount_fen__gt", 0), _connector="OR"),
                name="request_amount_above_zero",
                violation_error_message="An amount is above zero.",
            ),
        ),
        law(__file__, "products"),
    ]
