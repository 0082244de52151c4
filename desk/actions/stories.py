"""The demonstration's people: candidates in every state, a contract, training, inspections, reports, a hand-over.

Every step is the action that a person would take, on the day on which it would have been taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils import timezone

from common.months import Month
from customers.queries.handovers import lines_of as customer_lines
from deposits.actions.handovers import follow_customers
from desk import demo
from desk.actions import handovers as desk_handovers
from managers.actions import (
    applications,
    assessment,
    calls,
    changes,
    contracts,
    decisions,
    inspections,
    notices,
    peer_reviews,
    plans,
    qualification,
    records,
    reports,
    sessions,
)
from managers.actions.hand_over_lines import decide_lines
from managers.models import Application as Row
from managers.models import Appointment, Call, Criterion, Indicator, PublicNotice, TargetKind
from managers.queries.contracts import text_of
from managers.rules.contracts import TargetTerms, digest_of
from organization.actions.people import set_password
from organization.models import Branch, Employee, User
from organization.queries import actor_of
from organization.rules import SYSTEM, Actor

STATEMENT = (
    "我在本社工作多年，熟悉辖内各村的农户和几家用款单位。愿意从柜台走出去，把存量客户维护好，再发展新的客户。\n"
    "两年内的打算：月均存款做到七十万元以上，所放贷款当年发放、当年收回。"
)
RESUME = "2008—2012 柜员；2012—2018 出纳、会计；2018 年起 信贷内勤。2019 年取得助理经济师。"
REMARKS = ("态度端正，做事踏实。", "业务熟，谈吐清楚。", "走村入户有经验。", "对市场变化敏感。")


@contextmanager
def on_day(day: dt.date, hour: int = 10) -> Iterator[None]:
    """What happens inside happens on that day: the demonstration plays its past in its own time, alone in its process."""
    moment = dt.datetime(day.year, day.month, day.day, hour, 12, tzinfo=timezone.get_default_timezone())
    real, timezone.now = timezone.now, lambda: moment
    try:
        yield
    finally:
        timezone.now = real


class Cast:
    """Who plays: the branch's people by their numbers."""

    def __init__(self, branch_code: str, director: str, clerk: str, password: str) -> None:
        self.branch = Branch.objects.get(branch_code=branch_code)
        self.director, self.clerk = person(director), person(clerk)
        self.supervisor = person(demo.SUPERVISOR)
        self.password = password
        taken = {director, clerk, *demo.MANAGERS[branch_code]}
        others = Employee.objects.filter(branch=self.branch).exclude(employee_no__in=taken).order_by("employee_no")
        self.formal = [one for one in others if one.employment == Employee.Employment.FORMAL]
        self.hired_otherwise = [one for one in others if one.employment != Employee.Employment.FORMAL]
        self.managers = list(
            Employee.objects.filter(employee_no__in=demo.MANAGERS[branch_code]).order_by("employee_no")
        )

    def signs_in(self, employee: Employee) -> Actor:
        """The person, with a sign-in like everybody's of the demonstration."""
        if not User.objects.filter(employee=employee).exists():
            set_password(actor=SYSTEM, employee=employee, password=self.password)
        return actor_of(employee)


def person(employee_no: str) -> Actor:
    return actor_of(Employee.objects.get(employee_no=employee_no))


def newcomer_takes_office(cast: Cast, first_day: dt.date) -> None:
    """The whole way into office, so that the last month already appraises somebody with prorated targets."""
    candidate = cast.formal[0]
    actor = cast.signs_in(candidate)
    start = first_day - dt.timedelta(days=40)
    with on_day(start):
        row = _written(actor, candidate)
        applications.submit_application(actor=actor, application=row, version=_version(row))
    _assessed(cast, row, start + dt.timedelta(days=2), marks=(5, 4))
    _noticed(cast, row, start + dt.timedelta(days=10))
    with on_day(start + dt.timedelta(days=30)):
        decisions.approve(
            actor=cast.director,
            application=row,
            version=_version(row),
            term_first_day=first_day,
            term_last_day=dt.date(first_day.year + 2, first_day.month, first_day.day) - dt.timedelta(days=1),
        )
    with on_day(first_day - dt.timedelta(days=3)):
        row.refresh_from_db()
        contract = contracts.draft_contract(
            actor=cast.clerk,
            application=row,
            target_kind=TargetKind.COMPOSITE,
            first_day=first_day,
            last_day=row.term_last_day,
            targets=TARGETS,
            remarks="首月按任职天数折算目标。",
        )
    for signer, user in ((actor, candidate), (cast.director, None)):
        with on_day(first_day - dt.timedelta(days=1)):
            contract.refresh_from_db()
            contracts.sign_contract(
                actor=signer,
                contract=contract,
                user=User.objects.get(employee=user or signer.employee_id),
                password=cast.password,
                digest=digest_of(text_of(contract)),
            )


TARGETS = (
    TargetTerms(Indicator.DEPOSIT_AVERAGE, 700_000_00),
    TargetTerms(Indicator.DEPOSIT_ACCUMULATED, 700_000_00, times_days=True),
    TargetTerms(Indicator.LOANS_GRANTED, 200_000_00),
    TargetTerms(Indicator.PRINCIPAL_RECOVERED, 90_000_00),
    TargetTerms(Indicator.INTEREST_RECEIVED, 5_230_00),
)


def candidates_in_every_state(cast: Cast, today: dt.date) -> None:
    """What a director finds on a morning: applications in all states, two of them ready to be decided."""
    call = _call(cast, today)
    formal = iter(cast.formal[1:])  # the first is in office

    def begun(days_ago: int, *, of_call: bool = True) -> tuple[Row, Actor]:
        candidate = next(formal)
        actor = cast.signs_in(candidate)
        with on_day(today - dt.timedelta(days=days_ago)):
            return _written(actor, candidate, call if of_call else None), actor

    def submitted(days_ago: int, **how: bool) -> tuple[Row, Actor]:
        row, actor = begun(days_ago, **how)
        with on_day(today - dt.timedelta(days=days_ago), 15):
            applications.submit_application(actor=actor, application=row, version=_version(row))
        return row, actor

    # Two whose notice is over, without an objection: they wait for the director's decision.
    for marks in ((5, 4), (4, 4)):
        row, _actor = submitted(34)
        _assessed(cast, row, today - dt.timedelta(days=30), marks=marks)
        _noticed(cast, row, today - dt.timedelta(days=20))
    # One whose notice runs, with an objection that is being looked into.
    row, _actor = submitted(16)
    _assessed(cast, row, today - dt.timedelta(days=13), marks=(4, 3))
    _noticed(cast, row, today - dt.timedelta(days=4))
    with on_day(today - dt.timedelta(days=1)):
        objector = cast.signs_in(cast.hired_otherwise[0] if cast.hired_otherwise else cast.managers[-1])
        objection = notices.raise_objection(
            actor=objector,
            notice=PublicNotice.objects.get(application=row),
            text="该同志去年有一笔柜面差错未及时报告，请核实。",
            anonymously=True,
        )
        notices.assign_investigator(actor=cast.supervisor, objection=objection, investigator=_employee(cast.clerk))
    # One whom people judge, one who has just handed in, one sent back, one withdrawn, one not approved, and a draft.
    row, _actor = submitted(9)
    _in_assessment(cast, row, today - dt.timedelta(days=6))
    submitted(2, of_call=False)
    row, _actor = submitted(12)
    with on_day(today - dt.timedelta(days=10)):
        qualification.check_application(
            actor=cast.clerk,
            application=row,
            version=_version(row),
            state=Row.State.RETURNED,
            reason="简历 2012 至 2018 年的岗位没有写明，请补充。",
        )
    _not_qualified(cast, today)


def _call(cast: Cast, today: dt.date) -> Call:
    with on_day(today - dt.timedelta(days=36)):
        return calls.announce_call(
            actor=cast.director,
            branch=cast.branch,
            title="2 名客户经理选聘公告",
            text="面向本社正式员工选聘客户经理 2 名，其中一名侧重组织资金，一名侧重贷款营销。条件见实施办法第六条。",
            posts=2,
            first_day=today - dt.timedelta(days=36),
            last_day=today + dt.timedelta(days=9),
            target_kind=TargetKind.COMPOSITE,
        )


def _written(actor: Actor, candidate: Employee, call: Call | None = None) -> Row:
    row = applications.start_application(actor=actor, route=Row.Route.OWN, candidate=candidate, call=call)
    applications.write_statement(
        actor=actor, application=row, version=_version(row), statement=STATEMENT, resume=RESUME
    )
    applications.declare(actor=actor, application=row, version=_version(row), declares_capacity=True, relatives="")
    return row


def _in_assessment(cast: Cast, row: Row, day: dt.date) -> None:
    """The data is checked, assessors are named and one of them has judged; the colleagues vote."""
    with on_day(day):
        qualification.check_application(
            actor=cast.clerk, application=row, version=_version(row), state=Row.State.QUALIFIED, reason=""
        )
        for assessor in (cast.director, cast.supervisor):
            assessment.name_assessor(actor=cast.clerk, application=row, employee=_employee(assessor))
        _judge(cast.supervisor, row, 4)
        peer_reviews.open_peer_review(
            actor=cast.clerk, application=row, last_day=timezone.localdate() + dt.timedelta(days=14)
        )


def _assessed(cast: Cast, row: Row, day: dt.date, *, marks: Sequence[int]) -> None:
    with on_day(day):
        qualification.check_application(
            actor=cast.clerk, application=row, version=_version(row), state=Row.State.QUALIFIED, reason=""
        )
        assessors = (cast.director, cast.supervisor)
        for assessor in assessors:
            assessment.name_assessor(actor=cast.clerk, application=row, employee=_employee(assessor))
    with on_day(day + dt.timedelta(days=2)):
        for assessor, mark in zip(assessors, marks, strict=True):
            _judge(assessor, row, mark)
        for kind, result in (("exam", 86_00), ("skill", 78_00)):
            assessment.enter_result(
                actor=cast.clerk,
                application=row,
                kind=kind,
                held_on=day + dt.timedelta(days=1),
                result_hundredths=result + 50 * marks[0],
                remark="",
            )
    with on_day(day + dt.timedelta(days=4)):
        assessment.close_assessment(actor=cast.clerk, application=row, version=_version(row))


def _judge(assessor: Actor, row: Row, mark: int) -> None:
    given = {
        criterion.value: (mark if place % 3 else min(mark + 1, 5), REMARKS[place % len(REMARKS)])
        for place, criterion in enumerate(Criterion)
    }
    assessment.give_marks(actor=assessor, application=row, marks=given)


def _noticed(cast: Cast, row: Row, day: dt.date) -> None:
    with on_day(day):
        notices.publish_notice(
            actor=cast.supervisor,
            application=row,
            version=_version(row),
            text=f"经资格审查和评议，拟聘任{row.candidate.name}同志为{cast.branch.name}客户经理，现予公示。",
            contact="联社人事考核科 0724-0000000",
            first_day=day,
        )


def _not_qualified(cast: Cast, today: dt.date) -> None:
    """Somebody without a formal post applies: the data says no, and nobody can set that aside."""
    if not cast.hired_otherwise:
        return
    candidate = cast.hired_otherwise[-1]
    actor = cast.signs_in(candidate)
    with on_day(today - dt.timedelta(days=15)):
        row = _written(actor, candidate)
        applications.submit_application(actor=actor, application=row, version=_version(row))
    with on_day(today - dt.timedelta(days=14)):
        qualification.check_application(
            actor=cast.clerk,
            application=row,
            version=_version(row),
            state=Row.State.NOT_QUALIFIED,
            reason="用工性质为合同工，不符合第六条“正式员工”的条件。",
        )


def _version(row: Row) -> int:
    row.refresh_from_db()
    return row.version


def _employee(actor: Actor) -> Employee:
    return Employee.objects.get(employee_no=actor.employee_no)


def dossiers(cast: Cast, last_month: Month, today: dt.date) -> None:
    """What fills the managers' own dossiers: training, inspections, honours, letters, reports, plans."""
    first, second = cast.managers[0], cast.managers[1]
    start = last_month.first_day
    with on_day(start):
        training = sessions.plan_session(
            actor=cast.clerk,
            branch=cast.branch,
            kind="training",
            title="贷后检查与五级分类",
            held_on=start + dt.timedelta(days=8),
            hours_hundredths=4_00,
            people=cast.managers,
            place="联社二楼会议室",
            notes="",
        )
        inspected = inspections.plan_inspections(
            actor=cast.director,
            branch=cast.branch,
            people=cast.managers,
            planned_on=start + dt.timedelta(days=17),
            subject="三季度履职检查：档案、走访、贷后",
        )
    with on_day(start + dt.timedelta(days=9)):
        sessions.note_attendance(
            actor=cast.clerk,
            session=training,
            came={one.pk: 4_00 for one in cast.managers if one != second},
            remarks={second.pk: "在外清收，请假"},
        )
    with on_day(start + dt.timedelta(days=18)):
        inspections.hold_inspection(
            actor=cast.director,
            inspection=inspected[0],
            inspected_on=start + dt.timedelta(days=17),
            findings="抽查客户档案 20 份，2 份缺少主要负责人情况。",
            follow_up="补齐两份档案。",
            follow_up_by=today + dt.timedelta(days=6),
        )
    with on_day(start.replace(day=12)):
        records.award_honour(
            actor=cast.director,
            branch=cast.branch,
            employee=first,
            awarded_on=dt.date(start.year, 1, 20),
            title="年度组织资金先进个人",
            issuer="清河县农村信用合作联社",
        )
        records.issue_letter(
            actor=cast.director,
            branch=cast.branch,
            employee=first,
            letter_no=f"SQ-{start.year}-001",
            scope="办理本社辖内农户小额信用贷款的受理、调查和发放手续。",
            limit_fen=50_000_00,
            first_day=dt.date(start.year, start.month, 12),
            last_day=dt.date(start.year + 1, 12, 31),
        )
    _reports(cast, first, last_month, today)
    with on_day(today):
        sessions.plan_session(
            actor=cast.clerk,
            branch=cast.branch,
            kind="exchange",
            title="年末旺季组织资金经验交流",
            held_on=today + dt.timedelta(days=9),
            hours_hundredths=2_00,
            people=cast.managers,
            place="本社会议室",
            notes="每人准备一个客户的做法。",
        )


def _reports(cast: Cast, employee: Employee, last_month: Month, today: dt.date) -> None:
    actor = cast.signs_in(employee)
    with on_day(min(last_month.next.first_day + dt.timedelta(days=1), today)):
        report = reports.save_report(
            actor=actor,
            kind="monthly",
            day=last_month.first_day,
            done="走访存量客户 43 户，新增定期存款 6 户；到期贷款逐户通知，收回 4 笔。",
            plans="重点跟进柳林村粮款归集；月中前完成两户单位的年末存款对接。",
            needs="请社里协调移动展业设备一台。",
            version=0,
            send=True,
        )
    with on_day(min(last_month.next.first_day + dt.timedelta(days=2), today)):
        reports.read_report(actor=cast.director, report=report)
        report.refresh_from_db()
        reports.reply_report(
            actor=cast.director, report=report, reply="粮款归集抓紧，设备下周到位。档案缺项月底前补齐。"
        )


def next_years_plan(cast: Cast, union_clerk: Actor, year: int) -> None:
    """The union's plan of the coming year, split to its branches and approved; the branch's own is being drafted."""
    union = Branch.objects.get(branch_code=demo.UNION)
    parts = {Branch.objects.get(branch_code=code).pk: fen for code, fen in PLAN_PARTS.items()}
    plan = plans.draft_plan(
        actor=union_clerk,
        branch=union,
        year=year,
        indicator=Indicator.DEPOSIT_AVERAGE,
        whole_hundredths=sum(parts.values()),
        first_month=Month(year, 1),
        reason="",
    )
    plan = plans.set_parts(actor=union_clerk, plan=plan, whole_hundredths=sum(parts.values()), parts=parts)
    plans.approve_plan(actor=cast.supervisor, plan=plan)
    own = plans.draft_plan(
        actor=cast.clerk,
        branch=cast.branch,
        year=year,
        indicator=Indicator.DEPOSIT_AVERAGE,
        whole_hundredths=PLAN_PARTS[demo.SOUTH],
        first_month=Month(year, 1),
        reason="",
    )
    shares = [PLAN_PARTS[demo.SOUTH] // len(cast.managers)] * len(cast.managers)
    plans.set_parts(
        actor=cast.clerk,
        plan=own,
        whole_hundredths=PLAN_PARTS[demo.SOUTH],
        parts={one.pk: share for one, share in zip(cast.managers, shares, strict=True)},
    )


PLAN_PARTS = {demo.SOUTH: 36_000_000_00, demo.NORTH: 28_500_000_00, demo.LAKE: 9_500_000_00}


def a_manager_moves(cast: Cast, today: dt.date) -> None:
    """A manager of the branch is to leave at the month's end: of the hand-over sheet the first half is decided."""
    appointment = Appointment.objects.in_force(today).get(employee=cast.managers[-1])
    last_day = Month.of(today).last_day
    proposed = changes.propose_change(
        actor=cast.clerk,
        appointment=appointment,
        kind="resignation",
        reason="本人申请回柜面岗位。",
        last_day=last_day,
    )
    sheet = desk_handovers.approve_change(
        actor=cast.director, change=proposed, witness=_employee(cast.supervisor), reason=""
    )
    if sheet is None:
        return
    keys = list(customer_lines(sheet).values_list("pk", flat=True))
    first_half = customer_lines(sheet).filter(pk__in=keys[: len(keys) // 2])
    if first_half:
        decide_lines(actor=cast.clerk, sheet=sheet, lines=first_half, taker=cast.managers[0])
        follow_customers(actor=cast.clerk, sheet=sheet)
