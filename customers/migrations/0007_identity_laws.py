from collections import defaultdict
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import customers.models.customers
from common.laws import law
from customers.rules.identity import kind_of_number, wrong_with


def find_faults(apps: Any, schema_editor: Any) -> None:
    """Looks at the numbers that stand already; only those that fail are written."""
    customers = apps.get_model("customers", "Customer").objects.using(schema_editor.connection.alias)
    found = defaultdict(list)
    numbers = customers.exclude(id_number="").values_list("pk", "id_type", "kind", "id_number")
    for pk, id_type, kind, number in numbers.iterator(chunk_size=20_000):
        if fault := wrong_with(number, kind_of_number(id_type, kind)):
            found[fault].append(pk)
    for fault, pks in found.items():
        for start in range(0, len(pks), 20_000):
            customers.filter(pk__in=pks[start : start + 20_000]).update(identity_fault=fault)


class Migration(migrations.Migration):
    """Who is who: lookalikes by an index, heads of households, and the laws of archiving and merging."""

    dependencies = [("customers", "0006_assignment_laws"), ("organization", "0005_state_law")]
    operations = [
        law(__file__, "identity_key"),
        migrations.CreateModel(
            name="NotSame",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("made_at", models.DateTimeField()),
                ("branch", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.branch")),
                ("first", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer")),
                ("made_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.employee")),
                ("second", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer")),
            ],
            options={"ordering": ("first", "second")},
        ),
        migrations.AddConstraint(
            model_name="notsame",
            constraint=models.UniqueConstraint(fields=("first", "second"), name="not_same_once", violation_error_message="Somebody has said already that these are two."),
        ),
        migrations.AddConstraint(
            model_name="notsame",
            constraint=models.CheckConstraint(condition=models.Q(("first__lt", models.F("second"))), name="not_same_in_order"),
        ),
        migrations.AddField(
            model_name="householdmember",
            name="is_head",
            field=models.BooleanField(db_default=False, default=False, verbose_name="head of the household"),
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=models.UniqueConstraint(condition=models.Q(("is_head", True), ("last_day__isnull", True)), fields=("household",), name="one_head_a_household", violation_error_message="A household has one head."),
        ),
        migrations.AddField(
            model_name="merge",
            name="decided_words",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="words of the decision"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("decided_by__isnull", True), ("state", "proposed")), models.Q(models.Q(("state", "proposed"), _negated=True), ("decided_by__isnull", False)), _connector="OR"), name="merge_decided_has_a_name"),
        ),
        migrations.AddField(
            model_name="customer",
            name="identity_fault",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=10),
        ),
        migrations.RunPython(find_faults, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(condition=models.Q(("identity_fault", ""), _negated=True), fields=["branch", "customer_no"], name="customer_identity_to_mend"),
        ),
        migrations.RemoveIndex(model_name="customer", name="customer_by_id_number"),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(customers.models.customers.IdentityKey("id_number"), models.F("branch"), condition=models.Q(("archived_at__isnull", True), models.Q(("id_number", ""), _negated=True)), include=("id_number",), name="customer_by_identity"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(condition=models.Q(("archived_at__isnull", True), models.Q(("address", ""), _negated=True)), fields=["name", "address", "branch"], name="customer_by_name_address"),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("archive_reason", ""), ("archived_at__isnull", True), ("archived_by__isnull", True), ("merged_into__isnull", True)), models.Q(models.Q(("archived_at__isnull", False), ("archived_by__isnull", False)), models.Q(("archive_reason", ""), _negated=True)), _connector="OR"), name="archived_with_a_name_and_reason", violation_error_message="Say why the customer is put aside."),
        ),
        law(__file__, "identity"),
    ]
