import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions
from django.db import migrations, models

import managers.models.vocabulary


class Migration(migrations.Migration):
    """Dossiers, assignments, the work with customers, and what is sold to them."""

    dependencies = [
        ('customers', '0002_search_by_beginning'),
        ('managers', '0010_dossier_laws'),
        ('organization', '0007_thumbnails'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(blank=True, null=True, verbose_name='to')),
                ('basis', models.CharField(choices=[('assigned', 'assigned'), ('developed', 'developed')], max_length=10, verbose_name='basis')),
                ('how', models.CharField(blank=True, db_default='', max_length=300, verbose_name='how it was won')),
                ('row_no', models.PositiveIntegerField(null=True)),
            ],
            options={
                'ordering': ('customer', 'first_day'),
            },
        ),
        migrations.CreateModel(
            name='BasicFacts',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='basics', serialize=False, to='customers.customer')),
                ('short_name', models.CharField(blank=True, max_length=60, verbose_name='short name')),
                ('legal_form', models.CharField(blank=True, max_length=60, verbose_name='legal form')),
                ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded on')),
                ('registered_capital_fen', models.BigIntegerField(blank=True, null=True, verbose_name='registered capital')),
                ('employee_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='employees')),
                ('main_business', models.CharField(blank=True, max_length=300, verbose_name='main business')),
                ('premises', models.CharField(blank=True, max_length=200, verbose_name='premises')),
                ('yearly_sales_fen', models.BigIntegerField(blank=True, null=True, verbose_name='yearly sales')),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='born on')),
                ('gender', models.CharField(blank=True, choices=[('male', 'male'), ('female', 'female')], max_length=8, verbose_name='gender')),
                ('marriage', models.CharField(blank=True, choices=[('single', 'single'), ('married', 'married'), ('divorced', 'divorced'), ('widowed', 'widowed')], max_length=10, verbose_name='marriage')),
                ('education', models.CharField(blank=True, max_length=40, verbose_name='education')),
                ('occupation', models.CharField(blank=True, max_length=60, verbose_name='occupation')),
                ('employer', models.CharField(blank=True, max_length=100, verbose_name='employer')),
                ('labourers', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='people who work')),
                ('main_produce', models.CharField(blank=True, max_length=200, verbose_name='main produce')),
                ('yearly_income_fen', models.BigIntegerField(blank=True, null=True, verbose_name='yearly income')),
                ('second_phone', models.CharField(blank=True, max_length=40, verbose_name='second phone')),
                ('preferences', models.CharField(blank=True, max_length=300, verbose_name='likes and dislikes')),
                ('remarks', models.TextField(blank=True, max_length=2000, verbose_name='remarks')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='CreditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('kind', models.CharField(choices=[('rating', 'rating'), ('guarantee', 'guarantee given'), ('default', 'default'), ('court', 'court record'), ('honour', 'credit honour')], max_length=10, verbose_name='kind')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('words', models.CharField(max_length=300, verbose_name='what')),
                ('by_whom', models.CharField(blank=True, max_length=100, verbose_name='by or towards whom')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='amount')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('source', models.CharField(blank=True, max_length=100, verbose_name='how known')),
            ],
            options={
                'ordering': ('customer', '-happened_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='CustomerHandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
            ],
            options={
                'ordering': ('hand_over', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='DossierChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('section', models.CharField(choices=[('basics', 'basic facts'), ('leaders', 'leaders'), ('family', 'family'), ('holdings', 'land, livestock, machinery'), ('credit', 'credit standing'), ('events', 'major events'), ('other_banks', 'business with other banks')], max_length=12, verbose_name='section')),
                ('entry', models.BigIntegerField(blank=True, null=True)),
                ('what', models.CharField(choices=[('added', 'added'), ('changed', 'changed'), ('removed', 'taken out')], max_length=8)),
                ('changes', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
            ],
            options={
                'ordering': ('customer', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='DossierReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reviewed_on', models.DateField(verbose_name='reviewed on')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='words')),
            ],
            options={
                'ordering': ('customer', '-reviewed_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='FamilyMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('relation', models.CharField(choices=[('head', 'head of the household'), ('spouse', 'spouse'), ('child', 'child'), ('parent', 'parent'), ('sibling', 'brother or sister'), ('other', 'other')], max_length=10, verbose_name='relation')),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='born on')),
                ('work', models.CharField(blank=True, max_length=100, verbose_name='work')),
                ('yearly_income_fen', models.BigIntegerField(blank=True, null=True, verbose_name='yearly income')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('remarks', models.CharField(blank=True, max_length=300, verbose_name='remarks')),
            ],
            options={
                'ordering': ('customer', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('kind', models.CharField(choices=[('land', 'land'), ('livestock', 'livestock'), ('machinery', 'machinery'), ('building', 'building'), ('vehicle', 'vehicle'), ('other', 'other')], max_length=10, verbose_name='kind')),
                ('description', models.CharField(max_length=150, verbose_name='what')),
                ('quantity_hundredths', models.BigIntegerField(blank=True, null=True, verbose_name='quantity')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='unit of quantity')),
                ('value_fen', models.BigIntegerField(blank=True, null=True, verbose_name='worth about')),
                ('is_mortgaged', models.BooleanField(default=False, verbose_name='mortgaged')),
            ],
            options={
                'ordering': ('customer', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Leader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('position', models.CharField(max_length=60, verbose_name='position')),
                ('born_on', models.DateField(blank=True, null=True, verbose_name='born on')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('education', models.CharField(blank=True, max_length=40, verbose_name='education')),
                ('since', models.DateField(blank=True, null=True, verbose_name='in the position since')),
                ('remarks', models.CharField(blank=True, max_length=300, verbose_name='remarks')),
            ],
            options={
                'ordering': ('customer', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='MajorEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('happened_on', models.DateField(verbose_name='date')),
                ('words', models.CharField(max_length=500, verbose_name='what')),
                ('meaning', models.CharField(blank=True, max_length=300, verbose_name='what it means for us')),
            ],
            options={
                'ordering': ('customer', '-happened_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='MarketInformation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('government', 'government decision'), ('industry', 'industry'), ('customer', 'customer’s news'), ('competitor', 'competitor')], max_length=12, verbose_name='kind')),
                ('title', models.CharField(max_length=150, verbose_name='subject')),
                ('words', models.TextField(max_length=4000, verbose_name='what')),
                ('source', models.CharField(max_length=150, verbose_name='source')),
                ('heard_on', models.DateField(verbose_name='heard on')),
                ('urgency', models.CharField(choices=[('normal', 'normal'), ('urgent', 'urgent')], default='normal', max_length=8, verbose_name='urgency')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('sent', 'sent'), ('read', 'read'), ('replied', 'replied')], default='draft', max_length=8, verbose_name='state')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('reply', models.TextField(blank=True, max_length=2000, verbose_name='reply')),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-heard_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('merged', 'merged'), ('rejected', 'rejected')], default='proposed', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('moved', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='OtherBank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('bank', models.CharField(max_length=100, verbose_name='bank')),
                ('kind', models.CharField(choices=[('deposit', 'deposit'), ('loan', 'loan'), ('settlement', 'settlement'), ('card', 'card'), ('investment', 'investment'), ('other', 'other')], max_length=12, verbose_name='kind')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='amount')),
                ('rate_bp', models.PositiveIntegerField(blank=True, null=True, verbose_name='rate a year')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('source', models.CharField(max_length=100, verbose_name='how known')),
                ('known_on', models.DateField(verbose_name='known since')),
            ],
            options={
                'ordering': ('customer', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Prospect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_collation='C', max_length=120, verbose_name='name')),
                ('initials', models.CharField(db_collation='C', default='', editable=False, max_length=120)),
                ('kind', models.CharField(choices=[('unit', 'unit'), ('individual', 'individual'), ('farm_household', 'farm household')], max_length=16, verbose_name='kind')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('source', models.CharField(blank=True, max_length=150, verbose_name='how found')),
                ('wants', models.CharField(blank=True, max_length=300, verbose_name='what they may want')),
                ('expected_fen', models.BigIntegerField(blank=True, null=True, verbose_name='expected amount')),
                ('next_step', models.CharField(blank=True, max_length=200, verbose_name='next step')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='on')),
                ('stage', models.CharField(choices=[('found', 'found'), ('visited', 'visited'), ('interested', 'interested'), ('promised', 'promised'), ('won', 'won'), ('lost', 'lost')], default='found', max_length=10, verbose_name='stage')),
                ('lost_reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('version', models.PositiveIntegerField(default=1)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-changed_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ProspectStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage_before', models.CharField(blank=True, choices=[('found', 'found'), ('visited', 'visited'), ('interested', 'interested'), ('promised', 'promised'), ('won', 'won'), ('lost', 'lost')], max_length=10)),
                ('stage_after', models.CharField(choices=[('found', 'found'), ('visited', 'visited'), ('interested', 'interested'), ('promised', 'promised'), ('won', 'won'), ('lost', 'lost')], max_length=10)),
                ('made_at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ('prospect', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='RequiredFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_kind', models.CharField(choices=[('unit', 'unit'), ('individual', 'individual'), ('farm_household', 'farm household')], max_length=16, verbose_name='kind')),
                ('fact', models.CharField(max_length=40, verbose_name='fact')),
                ('weight', models.PositiveSmallIntegerField(verbose_name='weight')),
            ],
            options={
                'ordering': ('customer_kind', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Sale',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sold_on', models.DateField(verbose_name='date')),
                ('entered_on', models.DateField(verbose_name='entry day')),
                ('quantity_hundredths', models.PositiveIntegerField(verbose_name='quantity')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='amount')),
                ('points_hundredths', models.PositiveIntegerField(verbose_name='points')),
                ('remarks', models.CharField(blank=True, max_length=300, verbose_name='remarks')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('confirmed', 'confirmed'), ('rejected', 'rejected')], default='draft', max_length=10, verbose_name='state')),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('token', models.UUIDField(blank=True, null=True, unique=True)),
            ],
            options={
                'ordering': ('-sold_on', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ServiceProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(db_collation='C', max_length=20, verbose_name='code')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('kind', models.CharField(choices=[('settlement', 'settlement'), ('education_savings', 'education savings'), ('agency', 'agency'), ('intermediary', 'intermediary business'), ('card', 'card'), ('e_banking', 'e-banking'), ('other', 'other')], max_length=20, verbose_name='kind')),
                ('unit', models.CharField(max_length=20, verbose_name='unit of sale')),
                ('points_hundredths', models.PositiveIntegerField(verbose_name='points per unit')),
                ('first_day', models.DateField(verbose_name='from')),
                ('last_day', models.DateField(blank=True, null=True, verbose_name='to')),
            ],
            options={
                'ordering': ('code', 'first_day'),
            },
        ),
        migrations.CreateModel(
            name='ServiceRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('loan', 'loan'), ('deposit', 'deposit'), ('settlement', 'settlement'), ('card', 'card or e-banking'), ('advice', 'advice'), ('complaint', 'complaint'), ('other', 'other')], max_length=12, verbose_name='kind')),
                ('words', models.TextField(max_length=2000, verbose_name='what is asked for')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='amount')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('deadline', models.DateField(verbose_name='answer by')),
                ('state', models.CharField(choices=[('received', 'received'), ('answered', 'answered'), ('cancelled', 'cancelled')], default='received', max_length=10, verbose_name='state')),
                ('answer', models.TextField(blank=True, max_length=2000, verbose_name='answer')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='answered on')),
                ('made_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ('deadline', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('visit', 'visit'), ('call', 'call'), ('office', 'at the counter'), ('advice', 'financial advice')], default='visit', max_length=8, verbose_name='kind')),
                ('purpose', models.CharField(max_length=150, verbose_name='purpose')),
                ('day', models.DateField(verbose_name='date')),
                ('said', models.TextField(blank=True, max_length=4000, verbose_name='what was said')),
                ('next_step', models.CharField(blank=True, max_length=200, verbose_name='next step')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='on')),
                ('next_done_on', models.DateField(blank=True, null=True)),
                ('latitude_millionths', models.IntegerField(blank=True, null=True)),
                ('longitude_millionths', models.IntegerField(blank=True, null=True)),
                ('accuracy_m', models.PositiveIntegerField(blank=True, null=True)),
                ('state', models.CharField(choices=[('planned', 'planned'), ('done', 'done'), ('cancelled', 'cancelled')], default='done', max_length=10, verbose_name='state')),
                ('token', models.UUIDField(blank=True, null=True, unique=True)),
                ('made_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'ordering': ('-day', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='customer',
            name='archive_reason',
            field=models.CharField(blank=True, db_default='', max_length=300, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='customer',
            name='archived_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='customer',
            name='archived_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='customer',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='customers.customer'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='customer_merged'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.importbatch'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='hand_over',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='managers.handover'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='manager',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='organization.employee'),
        ),
        migrations.AddConstraint(
            model_name='basicfacts',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('registered_capital_fen__isnull', True), ('registered_capital_fen__gte', 0), _connector='OR'), models.Q(('yearly_sales_fen__isnull', True), ('yearly_sales_fen__gte', 0), _connector='OR')), name='basics_amounts_not_negative', violation_error_message='An amount is not below zero.'),
        ),
        migrations.AddField(
            model_name='creditrecord',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_records', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='customerhandover',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.assignment'),
        ),
        migrations.AddField(
            model_name='customerhandover',
            name='hand_over',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='customer_lines', to='managers.handover'),
        ),
        migrations.AddField(
            model_name='customerhandover',
            name='taker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='dossierchange',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dossier_changes', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='dossierchange',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='dossierreview',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dossier_reviews', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='dossierreview',
            name='reviewed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='familymember',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='family_members', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='holding',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='leader',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leaders', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='majorevent',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='major_events', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='marketinformation',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='marketinformation',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='marketinformation',
            name='manager',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='market_information', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='marketinformation',
            name='reader',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee', verbose_name='reader'),
        ),
        migrations.AddField(
            model_name='marketinformation',
            name='replied_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='merge',
            name='archived',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='merge',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='merge',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='merge',
            name='kept',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='merge',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='otherbank',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_banks', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='prospect',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='prospect',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prospects', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='prospect',
            name='manager',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prospects', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='prospectstep',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='prospectstep',
            name='prospect',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='customers.prospect'),
        ),
        migrations.AddField(
            model_name='requiredfact',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='sale',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='sale',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sales', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='sale',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='sale',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='sale',
            name='manager',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sales', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='serviceproduct',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='sale',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sales', to='customers.serviceproduct'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_requests', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='manager',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_requests', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='visit',
            name='branch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.branch'),
        ),
        migrations.AddField(
            model_name='visit',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='visit',
            name='manager',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='organization.employee'),
        ),
        migrations.AddField(
            model_name='visit',
            name='prospect',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='customers.prospect'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['manager', 'last_day', 'customer'], name='assignment_of_manager'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='assignment_ends_after_it_begins', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(deferrable=models.Deferrable['DEFERRED'], expressions=[(managers.models.vocabulary.Int8Point('customer'), '&&'), (managers.models.vocabulary.DayRange('first_day', 'last_day'), '&&')], name='one_assignment_a_day', violation_error_message='This customer is assigned to a manager on some of these days already.'),
        ),
        migrations.AddConstraint(
            model_name='customerhandover',
            constraint=models.UniqueConstraint(fields=('hand_over', 'assignment'), name='customer_handed_over_once'),
        ),
        migrations.AddConstraint(
            model_name='customerhandover',
            constraint=models.CheckConstraint(condition=models.Q(('taker__isnull', True), ('kept_reason', ''), _connector='OR'), name='customer_handed_over_or_kept', violation_error_message='A customer is handed over or kept with a reason, not both.'),
        ),
        migrations.AddIndex(
            model_name='dossierchange',
            index=models.Index(fields=['customer', 'section', 'id'], name='dossier_history'),
        ),
        migrations.AddIndex(
            model_name='dossierreview',
            index=models.Index(fields=['customer', '-reviewed_on'], name='review_of_customer'),
        ),
        migrations.AddIndex(
            model_name='marketinformation',
            index=models.Index(fields=['reader', 'state'], name='information_of_reader'),
        ),
        migrations.AddIndex(
            model_name='marketinformation',
            index=models.Index(fields=['branch', '-heard_on'], name='information_of_branch'),
        ),
        migrations.AddConstraint(
            model_name='marketinformation',
            constraint=models.CheckConstraint(condition=models.Q(('reader', models.F('manager')), _negated=True), name='information_to_another', violation_error_message='Send it to somebody else than yourself.'),
        ),
        migrations.AddConstraint(
            model_name='marketinformation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'replied'), _negated=True), models.Q(('replied_by__isnull', False), models.Q(('reply', ''), _negated=True)), _connector='OR'), name='information_reply_has_words', violation_error_message='Write a reply.'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('kept', models.F('archived')), _negated=True), name='merge_of_two', violation_error_message='Choose two different customers.'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='merge_decided_by_another', violation_error_message='Who proposes a merge does not decide it. Ask another person.'),
        ),
        migrations.AddConstraint(
            model_name='merge',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'rejected'), _negated=True), fields=('archived',), name='one_merge_at_a_time', violation_error_message='This customer is being merged, or is merged already.'),
        ),
        migrations.AddIndex(
            model_name='prospect',
            index=models.Index(fields=['branch', 'stage', '-changed_at'], name='prospect_board'),
        ),
        migrations.AddIndex(
            model_name='prospect',
            index=models.Index(fields=['manager', 'stage'], name='prospect_of_manager'),
        ),
        migrations.AddConstraint(
            model_name='prospect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'won'), _negated=True), ('customer__isnull', False), _connector='OR'), name='prospect_won_is_a_customer', violation_error_message='A prospect is won when it is a customer. Name the customer.'),
        ),
        migrations.AddConstraint(
            model_name='prospect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'lost'), _negated=True), models.Q(('lost_reason', ''), _negated=True), _connector='OR'), name='prospect_lost_has_a_reason', violation_error_message='Say why it was lost.'),
        ),
        migrations.AddConstraint(
            model_name='requiredfact',
            constraint=models.UniqueConstraint(fields=('branch', 'customer_kind', 'fact'), name='required_fact_once', violation_error_message='This fact is in the table already.'),
        ),
        migrations.AddConstraint(
            model_name='requiredfact',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 1), ('weight__lte', 100)), name='required_fact_weighs', violation_error_message='A weight lies between 1 and 100.'),
        ),
        migrations.AddConstraint(
            model_name='serviceproduct',
            constraint=models.UniqueConstraint(fields=('branch', 'code', 'first_day'), name='service_product_once', violation_error_message='This product is in the catalogue from that day already.'),
        ),
        migrations.AddConstraint(
            model_name='serviceproduct',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='service_product_ends_after_it_begins', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(fields=['branch', 'entered_on'], name='sale_of_month'),
        ),
        migrations.AddIndex(
            model_name='sale',
            index=models.Index(fields=['manager', '-sold_on'], name='sale_of_manager'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(models.Q(('decided_by', models.F('made_by')), _negated=True), models.Q(('decided_by', models.F('manager')), _negated=True)), _connector='OR'), name='sale_confirmed_by_another', violation_error_message='Who sells or enters a sale does not confirm it. Ask another person.'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='sale_decided_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='sale',
            constraint=models.CheckConstraint(condition=models.Q(('quantity_hundredths__gt', 0)), name='sale_of_something', violation_error_message='A quantity is above zero.'),
        ),
        migrations.AddIndex(
            model_name='servicerequest',
            index=models.Index(fields=['branch', 'state', 'deadline'], name='request_of_branch'),
        ),
        migrations.AddIndex(
            model_name='servicerequest',
            index=models.Index(fields=['manager', 'state', 'deadline'], name='request_of_manager'),
        ),
        migrations.AddConstraint(
            model_name='servicerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'answered'), _negated=True), models.Q(('answered_on__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='request_answered_with_words', violation_error_message='Write the answer.'),
        ),
        migrations.AddConstraint(
            model_name='servicerequest',
            constraint=models.CheckConstraint(condition=models.Q(('deadline__gte', models.F('received_on'))), name='request_deadline_after_receipt', violation_error_message='The deadline lies before the day of receipt.'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['customer', '-day'], name='visit_of_customer'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(fields=['manager', '-day'], name='visit_of_manager'),
        ),
        migrations.AddIndex(
            model_name='visit',
            index=models.Index(condition=models.Q(('next_done_on__isnull', True)), fields=['manager', 'next_on'], name='visit_promises'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('prospect__isnull', True)), models.Q(('customer__isnull', True), ('prospect__isnull', False)), _connector='OR'), name='visit_to_a_customer_or_prospect', violation_error_message='Name the customer or the prospect.'),
        ),
        migrations.AddConstraint(
            model_name='visit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('latitude_millionths__isnull', True), ('longitude_millionths__isnull', True)), models.Q(('latitude_millionths__gte', -90000000), ('latitude_millionths__isnull', False), ('latitude_millionths__lte', 90000000), ('longitude_millionths__gte', -180000000), ('longitude_millionths__isnull', False), ('longitude_millionths__lte', 180000000)), _connector='OR'), name='visit_position_whole', violation_error_message='The position is no place on earth.'),
        ),
        migrations.AlterField(
            model_name="customer",
            name="phone",
            field=models.CharField(blank=True, db_collation="C", max_length=40, verbose_name="phone"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                django.db.models.functions.Reverse("phone"),
                name="customer_by_phone_tail",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("id_number", ""), _negated=True), fields=["id_number"], name="customer_by_id_number"
            ),
        ),
    ]
