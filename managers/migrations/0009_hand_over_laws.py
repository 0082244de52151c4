import django.db.models.deletion
from django.db import migrations, models

from common.laws import law


class Migration(migrations.Migration):
    """Changes of an office; a suspension lies inside its appointment; a done hand-over stays as it was signed."""

    dependencies = [("managers", "0008_contract_laws"), ("organization", "0005_state_law")]
    operations = [
        migrations.CreateModel(
            name='AppointmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('resignation', 'resignation'), ('dismissal', 'dismissal'), ('transfer', 'transfer'), ('suspension', 'suspension'), ('lifting', 'end of a suspension'), ('extension', 'extension of the term')], max_length=12, verbose_name='kind')),
                ('first_day', models.DateField(blank=True, null=True, verbose_name='from')),
                ('last_day', models.DateField(blank=True, null=True, verbose_name='to')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=300, verbose_name='reason of the decision')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('approved', 'approved, hand-over under way'), ('done', 'carried out'), ('rejected', 'rejected'), ('withdrawn', 'withdrawn')], default='proposed', max_length=10, verbose_name='state')),
                ('moved_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.AddField(
            model_name='handover',
            name='cancel_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='handover',
            name='last_day',
            field=models.DateField(blank=True, null=True, verbose_name='taken over until'),
        ),
        migrations.AlterField(
            model_name='handoversignature',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='handoversignature',
            name='signed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='handoversignature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest', ''), ('signed_at__isnull', True)), models.Q(models.Q(('digest', ''), _negated=True), ('signed_at__isnull', False)), _connector='OR'), name='hand_over_signature_has_digest_and_instant'),
        ),
        migrations.AddConstraint(
            model_name='handoversignature',
            constraint=models.CheckConstraint(condition=models.Q(('in_stead_of__isnull', True), models.Q(models.Q(('party', 'giver'), ('signed_at__isnull', False)), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='hand_over_signed_in_stead_of_the_giver', violation_error_message='Only the giver is signed for by another, and a reason is named.'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='managers.appointment'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='employee',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='appointmentchange',
            name='to_branch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='handover',
            name='change',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='managers.appointmentchange'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='hand_over_ends_after_it_begins', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddIndex(
            model_name='appointmentchange',
            index=models.Index(fields=['branch', 'state'], name='change_of_branch'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'approved'))), fields=('appointment',), name='one_open_change_of_an_appointment', violation_error_message='A change of this appointment is under way. Finish or withdraw that one first.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='change_not_decided_by_proposer', violation_error_message='Who proposes a change does not decide about it. Ask another person.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('employee')), _negated=True), _connector='OR'), name='change_not_decided_by_the_person', violation_error_message='Nobody decides about himself or herself. Ask another person.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('approved', 'done', 'rejected')), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='change_decision_has_a_name', violation_error_message='A decision carries the name of the person who decided.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('decision_reason', ''), _negated=True), _connector='OR'), name='change_refusal_has_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_day__isnull', False), ('kind', 'suspension')), models.Q(models.Q(('kind', 'suspension'), _negated=True), ('first_day__isnull', True), ('last_day__isnull', False)), _connector='OR'), name='change_days_of_its_kind', violation_error_message='Name the day.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('first_day__isnull', True), ('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='change_ends_after_it_begins', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddConstraint(
            model_name='appointmentchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'transfer'), _negated=True), ('to_branch__isnull', True)), models.Q(models.Q(('kind', 'transfer'), ('to_branch__isnull', False)), models.Q(('to_branch', models.F('branch')), _negated=True)), _connector='OR'), name='change_transfer_leads_to_another_branch', violation_error_message='A transfer leads to another branch. Name it.'),
        ),
        law(__file__, "hand_overs"),
    ]
