"""Small keyword makers: the rows a test needs, with everything it does not care about filled in.

Days are written as "2026-10-05", or as "5th" for a day of the month under test (OCTOBER); amounts in yuan as text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from common.money import parse_fen
from common.months import Month
from customers.models import (
    Assignment,
    BasicFacts,
    Customer,
    DossierChange,
    Household,
    HouseholdMember,
    MarketInformation,
    Merge,
    Prospect,
    ProspectStep,
    Sale,
    ServiceProduct,
    ServiceRequest,
    Visit,
)
from customers.rules.products import points_of_sale
from deposits.models import Attribution, DepositAccount, Posting
from loans.models import Instalment, Loan, Repayment
from managers.models import (
    Application,
    ApplicationStep,
    Appointment,
    AppointmentChange,
    Assessor,
    Call,
    ConductEntry,
    Contract,
    ContractTarget,
    Criterion,
    HandOver,
    Mark,
    Plan,
    PublicNotice,
    Recommendation,
    Target,
)
from managers.queries.qualification import conditions_of
from organization.actions.months import open_months
from organization.models import Branch, Employee, ImportBatch, Role, RoleGrant, User
from organization.queries import actor_of
from organization.rules import Actor

OCTOBER = Month(2026, 10)
LONG_AGO = dt.date(2020, 1, 1)
PASSWORD = "a-Long-enough-1"

_numbers = itertools.count(1)


def day(written: str | dt.date | None, month: Month = OCTOBER) -> dt.date | None:
    """A day from "2026-10-05", "5th" of the month, a date, or none."""
    if written is None or isinstance(written, dt.date):
        return written
    if ordinal := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", written):
        return month.first_day.replace(day=int(ordinal[1]))
    return dt.date.fromisoformat(written)


def make_branch(
    code: str = "", *, name: str = "", kind: str = "urban", parent: Branch | None = None, headcount: int = 36
) -> Branch:
    code = code or f"B{next(_numbers):03d}"
    return Branch.objects.create(branch_code=code, name=name or code, kind=kind, parent=parent, headcount=headcount)


def make_employee(
    branch: Branch, no: str = "", *, name: str = "", hired: str = "2015-03-04", **fields: Any
) -> Employee:
    no = no or f"E{next(_numbers):04d}"
    values = {"employment": "formal", "hired_on": day(hired), "joined_system_on": day(hired), "initials": ""} | fields
    return Employee.objects.create(employee_no=no, name=name or no, branch=branch, **values)


def grant(employee: Employee, role: str, branch: Branch | None = None, *, first: str = "2020-01-01") -> RoleGrant:
    return RoleGrant.objects.create(
        employee=employee, role=role, branch=branch or employee.branch, first_day=day(first)
    )


def make_actor(branch: Branch, role: str, no: str = "", *, name: str = "") -> Actor:
    """A new employee of the branch who holds the role there from long ago, as an actor."""
    employee = make_employee(branch, no, name=name)
    grant(employee, role)
    return actor_of(employee)


def make_user(employee: Employee) -> User:
    """A sign-in with PASSWORD."""
    user = User(employee_no=employee.employee_no, employee=employee)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_manager(
    branch: Branch,
    no: str = "",
    *,
    name: str = "",
    first: str = "2020-01-01",
    last: str | None = None,
    target_kind: str = "composite",
    targets: dict[str, str | None] | None = None,
) -> Employee:
    """An account manager in office: appointment, contract, role grant; targets in yuan a month, None = not applicable."""
    employee = make_employee(branch, no, name=name)
    days = {"first_day": day(first), "last_day": day(last)}
    appointment = Appointment.objects.create(employee=employee, branch=branch, **days)
    contract = Contract.objects.create(appointment=appointment, target_kind=target_kind, **days)
    for indicator, target in (targets or {}).items():
        ContractTarget.objects.create(
            contract=contract,
            indicator=indicator,
            target_hundredths=None if target is None else parse_fen(target),
            not_applicable=target is None,
        )
    RoleGrant.objects.create(employee=employee, role=Role.ACCOUNT_MANAGER, branch=branch, **days)
    return employee


def make_target(manager: Employee, indicator: str, target: str, *, month: Month = OCTOBER) -> Target:
    return Target.objects.create(
        manager=manager,
        branch=manager.branch,
        month=month.first_day,
        indicator=indicator,
        target_hundredths=parse_fen(target),
    )


def make_batch(branch: Branch | None = None, kind: str = "deposit_transactions") -> ImportBatch:
    name = f"file-{next(_numbers)}.csv"
    return ImportBatch.objects.create(
        kind=kind,
        branch=branch,
        file_name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        size_bytes=1,
        state=ImportBatch.State.APPLIED,
        uploaded_at=timezone.now(),
        applied_at=timezone.now(),
    )


def make_customer(branch: Branch, no: str = "", *, name: str = "", kind: str = "individual", **fields: Any) -> Customer:
    no = no or f"C{next(_numbers):06d}"
    return Customer.objects.create(customer_no=no, name=name or no, kind=kind, branch=branch, **fields)


def make_assignment(
    customer: Customer,
    manager: Employee,
    first: str | dt.date = "2020-01-01",
    last: str | dt.date | None = None,
    *,
    basis: str = "assigned",
    **fields: Any,
) -> Assignment:
    """A customer assigned to a manager, from long ago and on unless days are named."""
    return Assignment.objects.create(
        customer=customer,
        branch_id=customer.branch_id,
        manager=manager,
        first_day=day(first),
        last_day=day(last),
        basis=basis,
        **fields,
    )


def make_basics(customer: Customer, **fields: Any) -> BasicFacts:
    """The typed basic facts of a customer, and the change that tells of them; what is not named stays empty."""
    facts = BasicFacts.objects.create(customer=customer, **fields)
    _tell_change(customer, "basics", None, fields)
    return facts


def make_dossier_entry(customer: Customer, model: Any, section: str, **fields: Any) -> Any:
    """An entry of a section that is a list (Leader, FamilyMember, Holding, …), and the change that tells of it."""
    entry = model.objects.create(customer=customer, **fields)
    _tell_change(customer, section, entry.pk, fields)
    return entry


def _tell_change(customer: Customer, section: str, entry: int | None, fields: dict[str, Any]) -> None:
    written = {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in fields.items()}
    DossierChange.objects.create(
        customer=customer,
        section=section,
        entry=entry,
        what="added",
        changes={name: [None, value] for name, value in written.items()},
        made_at=timezone.now(),
    )


def make_account(
    branch: Branch,
    no: str = "",
    *,
    customer: Customer | None = None,
    opened: str = "2020-01-01",
    closed: str | None = None,
) -> DepositAccount:
    return DepositAccount.objects.create(
        account_no=no or f"A{next(_numbers):08d}",
        customer=customer or make_customer(branch),
        product="savings",
        branch=branch,
        opened_on=day(opened),
        closed_on=day(closed),
    )


def make_posting(
    account: DepositAccount,
    posted: str,
    amount: str,
    *,
    value: str | None = None,
    entered: str | None = None,
    batch: ImportBatch | None = None,
    month: Month = OCTOBER,
) -> Posting:
    """A posting of the account, its month opened for it."""
    posted_on = day(posted, month)
    entered_on = day(entered, month) or posted_on
    assert posted_on is not None and entered_on is not None
    open_months(pairs=[(account.branch_id, Month.of(entered_on))])
    number = next(_numbers)
    return Posting.objects.create(
        account=account,
        branch_id=account.branch_id,
        posted_on=posted_on,
        entered_on=entered_on,
        value_on=day(value, month) or posted_on,
        serial_no=f"T{number}",
        amount_fen=parse_fen(amount),
        batch=batch or make_batch(account.branch),
        row_no=number,
    )


def make_attribution(
    account: DepositAccount,
    manager: Employee,
    first: str = "2020-01-01",
    last: str | None = None,
    *,
    share_bp: int = 10_000,
    basis: str = "assigned",
) -> Attribution:
    return Attribution.objects.create(
        account=account,
        branch_id=account.branch_id,
        manager=manager,
        first_day=day(first),
        last_day=day(last),
        share_bp=share_bp,
        basis=basis,
    )


def make_loan(
    manager: Employee,
    principal: str,
    no: str = "",
    *,
    granted: str = "5th",
    due: str = "2026-12-31",
    customer: Customer | None = None,
    security: str = "manager_guarantee",
) -> Loan:
    granted_on = day(granted)
    return Loan.objects.create(
        loan_no=no or f"L{next(_numbers):06d}",
        customer=customer or make_customer(manager.branch),
        branch=manager.branch,
        manager=manager,
        granted_on=granted_on,
        entered_on=granted_on,
        due_on=day(due),
        principal_fen=parse_fen(principal),
        security=security,
    )


def make_instalment(loan: Loan, due: str, principal: str, interest: str = "0") -> Instalment:
    due_on = day(due)
    return Instalment.objects.create(
        loan=loan,
        branch_id=loan.branch_id,
        due_on=due_on,
        entered_on=due_on,
        principal_fen=parse_fen(principal),
        interest_fen=parse_fen(interest),
    )


def make_repayment(loan: Loan, paid: str, principal: str, interest: str = "0") -> Repayment:
    paid_on = day(paid)
    return Repayment.objects.create(
        loan=loan,
        branch_id=loan.branch_id,
        paid_on=paid_on,
        entered_on=paid_on,
        serial_no=f"R{next(_numbers)}",
        principal_fen=parse_fen(principal),
        interest_fen=parse_fen(interest),
    )


def make_entry(
    manager: Employee,
    happened: str,
    points_hundredths: int,
    *,
    indicator: str = "conduct",
    confirmed_by: Employee | None = None,
    reason: str = "late work report",
) -> ConductEntry:
    """A conduct or compliance entry: a draft, or confirmed by the person named."""
    return ConductEntry.objects.create(
        manager=manager,
        branch=manager.branch,
        happened_on=day(happened),
        entered_on=day(happened),
        indicator=indicator,
        points_hundredths=points_hundredths,
        reason=reason,
        entry_no=str(next(_numbers)),
        state="confirmed" if confirmed_by else "draft",
        made_at=timezone.now(),
        decided_by=confirmed_by,
        decided_at=timezone.now() if confirmed_by else None,
    )


def make_call(branch: Branch, title: str = "", *, made_by: Employee | None = None, **fields: Any) -> Call:
    """A call of the branch for one post, open since the first of October without an end in sight."""
    values = {"posts": 1, "first_day": day("2026-10-01"), "last_day": day("2099-12-31"), "made_at": timezone.now()}
    made_by = made_by or _holder(branch, Role.DIRECTOR)
    return Call.objects.create(
        branch=branch, title=title or f"call {next(_numbers)}", made_by=made_by, **values | fields
    )


# The way on which a maker brings an application into a state.
_WAYS = {
    "draft": (),
    "submitted": ("submitted",),
    "returned": ("submitted", "returned"),
    "withdrawn": ("submitted", "withdrawn"),
    "qualified": ("submitted", "qualified"),
    "not_qualified": ("submitted", "not_qualified"),
    "assessed": ("submitted", "qualified", "assessed"),
    "on_notice": ("submitted", "qualified", "assessed", "on_notice"),
    "rejected": ("submitted", "qualified", "assessed", "on_notice", "rejected"),
    "approved": ("submitted", "qualified", "assessed", "on_notice", "approved"),
    "contracted": ("submitted", "qualified", "assessed", "on_notice", "approved", "contracted"),
    "in_office": ("submitted", "qualified", "assessed", "on_notice", "approved", "contracted", "in_office"),
    "ended": ("submitted", "qualified", "assessed", "on_notice", "approved", "contracted", "in_office", "ended"),
}
_REASON = "as the records say"


def make_application(
    candidate: Employee,
    state: str = "draft",
    *,
    route: str = "own",
    proposer: Employee | None = None,
    recommenders: tuple[Employee, ...] = (),
    checked_by: Employee | None = None,
    decided_by: Employee | None = None,
    first: str = "2026-11-01",
    last: str | None = "2028-10-31",
    **fields: Any,
) -> Application:
    """An application in any state, with the steps that lead there; the term is `first` to `last`.

    Shape: the proposer of another route than one's own, who checks and who decides are, where none is named, somebody of
    the candidate's branch with the role; recommenders have confirmed. From contracted on there are an appointment and a
    role grant of the term. Marks, notices and contracts are none of its business.
    """
    branch = fields.pop("branch", candidate.branch)
    if proposer is None:
        proposer = candidate if route == "own" else make_employee(branch)
    if route == "unit":
        fields.setdefault("recommending_unit", branch)
    checked_by = checked_by or _holder(branch, Role.CLERK, candidate, proposer)
    decided_by = decided_by or _holder(branch, Role.DIRECTOR, candidate, proposer)
    row = Application.objects.create(
        application_no=f"2025-{next(_numbers):03d}",
        candidate=candidate,
        branch=branch,
        route=route,
        proposer=proposer,
        made_at=timezone.now(),
        **{"statement": "I know the farms.", "resume": "Ten years.", "declares_capacity": True} | fields,
    )
    if route == "colleagues" and not recommenders:
        recommenders = (make_employee(branch), make_employee(branch))
    for one in recommenders:
        Recommendation.objects.create(
            application=row, recommender=one, state="confirmed", words="good work", answered_at=timezone.now()
        )
    _bring(row, state, checked_by, decided_by, {"term_first_day": day(first), "term_last_day": day(last)})
    return row


def _bring(row: Application, state: str, checked_by: Employee, decided_by: Employee, term: dict[str, Any]) -> None:
    """Walks an application along its steps, as the law of states asks."""
    for step in _WAYS[state]:
        now, before, maker, reason = timezone.now(), row.state, row.proposer, ""
        changed: dict[str, Any] = {"state": step, "version": row.version + 1}
        if step == "submitted":
            changed |= {"submitted_at": now}
        elif step in ("qualified", "not_qualified", "returned"):
            maker, reason = checked_by, "" if step == "qualified" else _REASON
            changed |= {"checked_by": maker, "checked_at": now, "qualification": _checked(row), "reason": reason}
        elif step in ("approved", "rejected"):
            maker, reason = decided_by, _REASON if step == "rejected" else ""
            changed |= {"decided_by": maker, "decided_at": now, "reason": reason}
            changed |= term if step == "approved" else {}
        elif step == "contracted":
            days = {"first_day": row.term_first_day, "last_day": row.term_last_day}
            person = {"employee": row.candidate, "branch": row.branch}
            changed["appointment"] = Appointment.objects.create(appointed_by=decided_by, **person, **days)
            RoleGrant.objects.create(role=Role.ACCOUNT_MANAGER, granted_by=decided_by, **person, **days)
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        ApplicationStep.objects.create(
            application=row, state_before=before, state_after=step, made_by=maker, made_at=now, reason=reason
        )


def _checked(row: Application) -> list[dict[str, Any]]:
    """What the check has found, as it is kept: everything met, whatever the records say."""
    evidence = {"service": {"required_years": 3}, "recommendations": {"required": 2, "confirmed": 2, "asked": 2}}
    return [
        asdict(one) | {"result": "met", "evidence": {**one.evidence} | evidence.get(one.condition, {})}
        for one in conditions_of(row)
        if one.condition != "relatives"
    ]


def _holder(branch: Branch, role: str, *others: Employee) -> Employee:
    """Somebody who holds the role at the branch and is none of the others."""
    held = RoleGrant.objects.filter(branch=branch, role=role).exclude(employee__in=others).order_by("pk").first()
    if held is not None:
        return held.employee
    employee = make_employee(branch)
    grant(employee, role, branch)
    return employee


def id_number(born: str = "1990-01-01", serial: int = 7) -> str:
    """An identity number of somebody born on the day, of an area code that nobody has been given, with its check digit."""
    body = f"429900{born.replace('-', '')}{serial:03d}"
    rest = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body)) % 11
    return body + "10X98765432"[rest]


def make_candidate(branch: Branch, no: str = "", *, born: str = "1990-01-01", **fields: Any) -> Employee:
    """An employee who meets every condition that data decides, with a sign-in as `candidate.user`."""
    employee = make_employee(branch, no, **{"id_number": id_number(born)} | fields)
    make_user(employee)
    return employee


def make_marks(application: Application, *assessors: Employee, mark: int = 4) -> None:
    """Assessors of a qualified application who have given this mark on every criterion."""
    for employee in assessors:
        assessor = Assessor.objects.create(
            application=application,
            employee=employee,
            named_by=_holder(application.branch, Role.CLERK, application.candidate, application.proposer),
            named_at=timezone.now(),
            done_at=timezone.now(),
        )
        for criterion in Criterion:
            Mark.objects.create(assessor=assessor, criterion=criterion, mark=mark)


def make_notice(application: Application, first: str | dt.date | None = None, **fields: Any) -> PublicNotice:
    """The notice of an application on notice, of one working day, since a long time ago unless a first day is named: over."""
    values = {"text": "Whoever knows a reason may object.", "contact": "Wu 0724-1", "working_days": 1}
    return PublicNotice.objects.create(
        application=application,
        first_day=day(first) or LONG_AGO,
        published_by=_holder(application.branch, Role.SUPERVISOR, application.candidate),
        published_at=timezone.now(),
        **values | fields,
    )


def make_change(
    appointment: Appointment, by: Employee, *, kind: str = "resignation", last: str | None = "2099-12-30", **fields: Any
) -> AppointmentChange:
    """A change of an appointment that somebody has proposed."""
    return AppointmentChange.objects.create(
        appointment=appointment,
        employee=appointment.employee,
        branch=appointment.branch,
        kind=kind,
        last_day=day(last),
        reason="因家庭原因",
        proposed_by=by,
        proposed_at=timezone.now(),
        **fields,
    )


def make_hand_over(
    appointment: Appointment, witness: Employee, *, first: str = "2026-10-16", occasion: str = "change", **fields: Any
) -> HandOver:
    """A hand-over sheet in draft, without lines."""
    return HandOver.objects.create(
        sheet_no=f"2026-{next(_numbers):05d}",
        employee=appointment.employee,
        branch=appointment.branch,
        appointment=appointment,
        occasion=occasion,
        first_day=day(first),
        witness=witness,
        made_by=witness,
        made_at=timezone.now(),
        **fields,
    )


def make_contract(appointment: Appointment, by: Employee, *, first: str = "2026-11-01", **fields: Any) -> Contract:
    """A contract in draft that is to replace the one of an appointment, with one target."""
    contract = Contract.objects.create(
        appointment=appointment,
        contract_no=f"HT-{next(_numbers)}",
        first_day=day(first),
        made_by=by,
        made_at=timezone.now(),
        replaces=appointment.contracts.exclude(state="draft").last(),
        **{"state": "draft", "target_kind": "deposits"} | fields,
    )
    ContractTarget.objects.create(contract=contract, indicator="deposit_average", target_hundredths=700_000_00)
    return contract


def make_plan(branch: Branch, by: Employee, *, whole: str = "1000.00", **fields: Any) -> Plan:
    """A plan in draft, without parts."""
    return Plan.objects.create(
        branch=branch,
        whole_hundredths=parse_fen(whole),
        made_by=by,
        made_at=timezone.now(),
        **{"year": 2026, "indicator": "loans_granted", "first_month": dt.date(2026, 1, 1)} | fields,
    )


def make_information(
    manager: Employee, reader: Employee, state: str = "sent", *, sent: str = "2026-10-06", **fields: Any
) -> MarketInformation:
    """Market information of a manager, sent to a reader unless another state is named; `replied` names the reply's day."""
    at = f"{sent}T09:00+08:00"
    values: dict[str, Any] = {
        "kind": "competitor",
        "title": "A bank opens",
        "words": "It opens in May.",
        "source": "market",
    }
    if state != "draft":
        values["sent_at"] = at
    if state in ("read", "replied"):
        values["read_at"] = at
    if state == "replied":
        on = fields.pop("replied", sent)
        values |= {"reply": "Thank you.", "replied_by": reader, "replied_at": f"{on}T17:00+08:00"}
    return MarketInformation.objects.create(
        branch=manager.branch,
        manager=manager,
        reader=reader,
        state=state,
        heard_on=day(fields.pop("heard", sent)),
        made_at=at,
        **values | fields,
    )


def make_product(branch: Branch, code: str = "", *, points: str = "1.00", **fields: Any) -> ServiceProduct:
    """A service product of a branch's catalogue, from long ago on, with its points per unit."""
    code = code or f"P{next(_numbers):04d}"
    values = {"name": code, "kind": "settlement", "unit": "户", "first_day": LONG_AGO}
    return ServiceProduct.objects.create(
        branch=branch, code=code, points_hundredths=parse_fen(points), **values | fields
    )


def make_sale(
    manager: Employee,
    customer: Customer,
    product: ServiceProduct,
    sold: str | dt.date,
    quantity: str = "1.00",
    *,
    confirmed_by: Employee | None = None,
    entered: str | dt.date | None = None,
    **fields: Any,
) -> Sale:
    """A sale with its points: a draft, or confirmed by the person named."""
    quantity_hundredths = parse_fen(quantity)
    sale = Sale.objects.create(
        branch=manager.branch,
        manager=manager,
        customer=customer,
        product=product,
        sold_on=day(sold),
        entered_on=day(entered) or day(sold),
        quantity_hundredths=quantity_hundredths,
        points_hundredths=points_of_sale(product.points_hundredths, quantity_hundredths),
        **{"made_by": manager, "made_at": timezone.now()} | fields,
    )
    if confirmed_by is not None:
        sale.state, sale.decided_by, sale.decided_at = "confirmed", confirmed_by, timezone.now()
        sale.save(update_fields=["state", "decided_by", "decided_at"])
    return sale


def make_request(
    manager: Employee,
    customer: Customer,
    kind: str = "card",
    *,
    received: str | dt.date = "2026-10-05",
    deadline: str | dt.date = "2026-10-09",
    **fields: Any,
) -> ServiceRequest:
    """A service request of a customer that waits for its answer."""
    values = {"words": "A card for the son.", "made_by": manager, "made_at": timezone.now()}
    return ServiceRequest.objects.create(
        branch=manager.branch,
        manager=manager,
        customer=customer,
        kind=kind,
        received_on=day(received),
        deadline=day(deadline),
        **values | fields,
    )


def make_prospect(manager: Employee, name: str = "", *, stage: str = "found", **fields: Any) -> Prospect:
    """A prospect of a manager, at a stage that it has just reached: won with its customer, lost with a reason."""
    now = fields.pop("made_at", None) or timezone.now()
    values: dict[str, Any] = {"kind": "individual", "lost_reason": "went elsewhere" if stage == "lost" else ""} | fields
    row = Prospect.objects.create(
        name=name or f"P{next(_numbers)}",
        branch=manager.branch,
        manager=manager,
        stage=stage,
        made_at=now,
        changed_at=now,
        **values,
    )
    ProspectStep.objects.create(prospect=row, stage_after=stage, made_by=manager, made_at=now)
    return row


def make_visit(
    manager: Employee, whom: Customer | Prospect | None = None, on: str | dt.date = "2026-10-12", **fields: Any
) -> Visit:
    """A note of a visit to an own customer, made and assigned where none is named; to a prospect where one is."""
    whom = whom or make_customer(manager.branch)
    if isinstance(whom, Customer) and not whom.assignments.filter(manager=manager).exists():
        make_assignment(whom, manager)
    values: dict[str, Any] = {"purpose": "See how business goes", "made_at": timezone.now()} | fields
    about = {"customer": whom} if isinstance(whom, Customer) else {"prospect": whom}
    return Visit.objects.create(branch=whom.branch, manager=manager, day=day(on), **about, **values)


def make_household(*members: Customer, no: str = "", head: Customer | None = None) -> Household:
    """A household whose members have belonged to it since ever; who belonged to one alone no longer does."""
    household = Household.objects.create(household_no=no or f"H{next(_numbers):06d}")
    for customer in members:
        HouseholdMember.objects.filter(customer=customer).delete()
        HouseholdMember.objects.create(household=household, customer=customer, is_head=customer == head)
    return household


def make_merge(kept: Customer, archived: Customer, by: Employee, **fields: Any) -> Merge:
    """A merge that somebody has proposed."""
    return Merge.objects.create(
        kept=kept,
        archived=archived,
        branch=kept.branch,
        reason="同一个人",
        proposed_by=by,
        proposed_at=timezone.now(),
        **fields,
    )
