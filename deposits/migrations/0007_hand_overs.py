import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """Lines of hand-over sheets; days of suspension are not days in office."""

    dependencies = [("deposits", "0006_closed_figures_are_the_ledgers"), ("managers", "0009_hand_over_laws")]
    operations = [
        migrations.CreateModel(
            name='AttributionHandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(blank=True, null=True, verbose_name='to')),
                ('share_bp', models.PositiveIntegerField(verbose_name='share')),
                ('basis', models.CharField(choices=[('assigned', 'assigned'), ('developed', 'developed')], max_length=10, verbose_name='basis')),
                ('kept_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('balance_fen', models.BigIntegerField(null=True, verbose_name='balance')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deposits.depositaccount')),
                ('hand_over', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attribution_lines', to='managers.handover')),
                ('taker', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee', verbose_name='taker')),
            ],
            options={
                'ordering': ('hand_over', 'account__account_no', 'first_day'),
                'constraints': [models.UniqueConstraint(fields=('hand_over', 'account', 'first_day'), name='hand_over_line_once'), models.CheckConstraint(condition=models.Q(('taker__isnull', True), ('kept_reason', ''), _connector='OR'), name='hand_over_line_taken_or_kept', violation_error_message='A line is taken over or stays with a reason, not both.')],
            },
        ),
        law(__file__, "hand_overs"),
    ]
