"""A believable county union, made up: rows in the canonical forms (formats.md), deterministic for a seed and a month.

Pure: returns tables, writes nothing. Everybody and everything in it is invented.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from common.months import Month

MONTHS = 3
ACCOUNTS = 1_500
CUSTOMERS = 1_150

UNION, SOUTH, NORTH, LAKE = "8800", "8801", "8802", "8803"
BRANCHES = (
    (UNION, "清河县农村信用合作联社", "联社", "", 118),
    (SOUTH, "城南信用社", "城区", UNION, 36),
    (NORTH, "城北信用社", "城区", UNION, 31),
    (LAKE, "柴湖信用社", "乡镇", UNION, 17),
)
# Who signs in to look around, and as what.
DIRECTOR, CLERK, NORTH_DIRECTOR, NORTH_CLERK = "880101", "880102", "880201", "880202"
LAKE_DIRECTOR, LAKE_CLERK = "880301", "880302"
SUPERVISOR, AUDITOR, ADMINISTRATOR, UNION_CLERK = "880001", "880002", "880003", "880004"
MANAGERS = {SOUTH: ("880111", "880112", "880113"), NORTH: ("880211", "880212", "880213")}
LATE_MANAGER = "880112"  # came into office in the middle of the second month
STAFF = {UNION: 6, SOUTH: 15, NORTH: 13, LAKE: 7}


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何罗高林郑梁谢宋唐许邓冯韩曹"
GIVEN = _words("""
    建国 秀英 志强 桂兰 文静 晓明 海燕 国华 春梅 永红 立新 雪梅 德福 玉珍 少华 金凤
    卫东 丽娟 家宝 思远 天佑 红霞 长江 凤琴 学军 美玲 大伟 小芳 振兴 素芬 光明 爱民
    忠义 巧云 明亮 月娥 正平 冬梅 万年 彩霞
""")
UNITS = _words("""
    清河酒业 柴湖粮油 城南建材 宏达运输 金穗农资 惠民超市 华丰棉业 东风机械 绿源果蔬
    汉江水产 新星纺织 福兴家电
""")
UNIT_ENDINGS = ("有限公司", "合作社", "商行", "加工厂")
QUARTERS = _words("柳林 石桥 双河 官庄 杨集 长寿 洋梓 客店")
VILLAGES = _words("""
    柳林村 石桥村 双河村 官庄村 杨集村 长寿村 磷矿村 洋梓村 客店村 文集村
""")
INDUSTRIES = _words("""
    农业 批发零售 运输 建筑 加工 餐饮 养殖
""")
PRODUCTS = {"活期储蓄": 60, "定期一年": 28, "教育储蓄": 6, "通知存款": 6}


HEADERS = {
    "branches": "机构号 机构名称 类型 上级机构号 员工人数",
    "employees": "工号 姓名 机构号 用工性质 入职日期 参加信用社工作日期 身份证号 手机 职务 职称 月工资",
    "appointments": "工号 任职日期 离任日期 考核方式 合同号",
    "customers": "客户号 客户名称 客户类型 证件类型 证件号码 户号 机构号 行业 电话 地址",
    "deposit_accounts": "账号 客户号 产品 机构号 开户日期 销户日期 到期日 主账号",
    "deposit_transactions": "流水号 账号 交易日期 贷方发生额 借方发生额 余额 起息日",
    "deposit_balances": "账号 日期 余额",
    "attributions": "账号 客户经理工号 起始日 终止日 份额 来源",
    "customer_assignments": "客户号 客户经理工号 起始日 终止日 来源",
    "loans": "借据号 客户号 机构号 客户经理工号 发放日期 到期日期 金额 担保方式 年利率 五级分类",
    "loan_schedule": "借据号 应还日期 应还本金 应还利息",
    "repayments": "流水号 借据号 日期 本金 利息",
    "targets": "客户经理工号 月份 指标 目标",
    "conduct_entries": "客户经理工号 日期 指标 分值 事由 编号",
    "control_totals": "机构号 日期 户数 余额合计",
}
# The kinds that come from the union's personnel office; everything else comes from the clerk of its branch.
UNION_KINDS = ("branches", "employees", "appointments")


@dataclass
class Union:
    """Rows of text by kind and branch (the union's own code for what concerns all), under HEADERS."""

    tables: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    months: list[Month] = field(default_factory=list)
    # Customers who are on record twice: the first number, the second.
    doubles: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, branch: str, *rows: list[str]) -> None:
        self.tables.setdefault((kind, UNION if kind in UNION_KINDS else branch), []).extend(rows)


def make_union(*, last_month: Month, seed: int = 20) -> Union:
    """The union with three months of business up to the last one."""
    random = Random(seed)  # noqa: S311
    union = Union()
    month = last_month
    for _ in range(MONTHS):
        union.months.insert(0, month)
        month = month.previous
    first_day, last_day = union.months[0].first_day, union.months[-1].last_day
    _people(union, random)
    customers = _customers(union, random)
    accounts = _accounts(union, random, customers, first_day)
    _ledger(union, random, accounts, first_day, last_day)
    _attributions(union, random, accounts)
    _loans(union, random, customers)
    _targets_and_entries(union, random)
    return union


def _yuan(fen: int) -> str:
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


def _id_number(random: Random, born: dt.date) -> str:
    """An identity number of an area code that nobody has been given, with its check digit."""
    body = f"429900{born:%Y%m%d}{random.randint(0, 999):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def _credit_code(number: int) -> str:
    """A unit's credit code of an area code that nobody has been given, with its check character."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91429900MA{number:07d}"
    return body + letters[-sum(letters.index(c) * pow(3, place, 31) for place, c in enumerate(body)) % 31]


def _phone(random: Random) -> str:
    return f"1{random.choice('3578')}{random.randint(0, 9)}0000{random.randint(0, 9999):04d}"


def _people(union: Union, random: Random) -> None:
    for code, name, kind, parent, headcount in BRANCHES:
        union.add("branches", code, [code, name, kind, parent, str(headcount)])
    posts = {
        DIRECTOR: "主任", NORTH_DIRECTOR: "主任", LAKE_DIRECTOR: "主任", CLERK: "统计岗", NORTH_CLERK: "统计岗",
        LAKE_CLERK: "统计岗", SUPERVISOR: "考核科长", AUDITOR: "稽核员", ADMINISTRATOR: "系统管理员",
        UNION_CLERK: "计划统计岗",
    }  # fmt: skip
    for code, count in STAFF.items():
        numbers = [no for no in posts if no.startswith(code)] + list(MANAGERS.get(code, ()))
        numbers += [f"{code}{number:02d}" for number in range(20, 20 + count - len(numbers))]
        for no in numbers:
            hired = dt.date(random.randint(2004, 2021), random.randint(1, 12), random.randint(1, 28))
            born = dt.date(hired.year - random.randint(21, 27), random.randint(1, 12), random.randint(1, 28))
            is_manager = no in MANAGERS.get(code, ())
            formal = is_manager or no in posts or random.random() < 0.8
            post = posts.get(no, "信贷员" if is_manager else "柜员")
            wage = random.randrange(380_000, 720_000, 5_000)
            title = random.choice(["", "助理经济师", "经济师"])
            union.add(
                "employees",
                code,
                [no, _name(random), code, "正式" if formal else "合同", hired.isoformat(), hired.isoformat(),
                 _id_number(random, born), _phone(random), post, title, _yuan(wage)],
            )  # fmt: skip
    kinds = {"880113": "存款", "880213": "收息"}
    for manager in [no for group in MANAGERS.values() for no in group]:
        first = f"{union.months[0].year - 1}-01-01"
        if manager == LATE_MANAGER:
            first = union.months[1].first_day.replace(day=11).isoformat()
        union.add("appointments", UNION, [manager, first, "", kinds.get(manager, "综合"), f"KHJL-{manager[-4:]}"])


def _customers(union: Union, random: Random) -> list[tuple[str, str, str]]:
    """Customers as (number, kind, branch)."""
    made = []
    household = 0
    for number in range(CUSTOMERS):
        no = f"C{number + 1:06d}"
        branch = random.choices((SOUTH, NORTH, LAKE), (45, 37, 18))[0]
        kind = random.choices(("单位", "个人", "农户"), (9, 56, 35))[0]
        born = dt.date(random.randint(1950, 2003), random.randint(1, 12), random.randint(1, 28))
        if kind == "单位":
            name = f"{random.choice(UNITS)}{random.choice(QUARTERS)}{random.choice(UNIT_ENDINGS)}"
            papers = ["统一社会信用代码", _credit_code(number)]
        else:
            name, papers = _name(random), ["身份证", _id_number(random, born)]
        if kind != "农户" or random.random() < 0.75:
            household += 1
        union.add(
            "customers",
            branch,
            [no, name, kind, *papers, f"H{household:06d}" if kind == "农户" else "", branch,
             random.choice(INDUSTRIES) if kind == "单位" else "", _phone(random),
             f"清河县{random.choice(VILLAGES)}{random.randint(1, 12)}组"],
        )  # fmt: skip
        made.append((no, kind, branch))
    _doubles(union)
    return made


def _doubles(union: Union) -> None:
    """Two people who are on record twice: one with the same number, one with the address written in another way."""
    rows = [row for row in union.tables["customers", SOUTH] if row[2] == "个人"]
    for number, (no, name, kind, papers, id_number, *rest) in enumerate((rows[2], rows[5])):
        house, branch, industry, _phone_no, address = rest
        again = [f"C{CUSTOMERS + number + 1:06d}", name, kind, papers, id_number, house, branch, industry, "", address]
        if number:
            again[4], again[9] = "", address.replace("清河县", "")
        union.add("customers", SOUTH, again)
        union.doubles.append((no, again[0]))


@dataclass
class _Account:
    no: str
    customer: str
    branch: str
    product: str
    opened: dt.date
    opening_fen: int


def _accounts(
    union: Union, random: Random, customers: list[tuple[str, str, str]], first_day: dt.date
) -> list[_Account]:
    made = []
    eve = first_day - dt.timedelta(days=1)
    for number in range(ACCOUNTS):
        customer, kind, branch = customers[number] if number < len(customers) else random.choice(customers)
        product = "单位活期" if kind == "单位" else random.choices(list(PRODUCTS), list(PRODUCTS.values()))[0]
        new = random.random() < 0.12
        opened = first_day + dt.timedelta(days=random.randint(0, 75)) if new else eve - dt.timedelta(
            days=random.randint(30, 2500)
        )  # fmt: skip
        matures = (opened + dt.timedelta(days=365)).isoformat() if product == "定期一年" else ""
        size = {"单位活期": 11.4, "定期一年": 10.3}.get(product, 9.0)
        balance = 0 if new else min(int(random.lognormvariate(size, 1.15) * 100), 90_000_000)
        account = _Account(f"8800{branch[-1]}{number + 1:010d}", customer, branch, product, opened, balance)
        union.add(
            "deposit_accounts", branch, [account.no, customer, product, branch, opened.isoformat(), "", matures, ""]
        )
        if not new:
            union.add("deposit_balances", branch, [account.no, eve.isoformat(), _yuan(balance)])
        made.append(account)
    return made


def _ledger(union: Union, random: Random, accounts: list[_Account], first_day: dt.date, last_day: dt.date) -> None:
    """Postings day by day, with what the general ledger says at each month's end."""
    balance = {account.no: account.opening_fen for account in accounts}
    rushing = set(random.sample([a.no for a in accounts if a.product == "单位活期"], 6))
    serials: dict[dt.date, int] = defaultdict(int)

    def post(account: _Account, day: dt.date, fen: int, value_on: str = "") -> None:
        serials[day] += 1
        balance[account.no] += fen
        sides = [_yuan(fen), ""] if fen > 0 else ["", _yuan(-fen)]
        union.add(
            "deposit_transactions",
            account.branch,
            [
                f"{day:%m%d}{serials[day]:05d}",
                account.no,
                day.isoformat(),
                *sides,
                _yuan(balance[account.no]),
                value_on,
            ],
        )

    for day in _days(first_day, last_day):
        month_end = (day + dt.timedelta(days=1)).day == 1
        for account in accounts:
            if day < account.opened:
                continue
            if day == account.opened:
                post(account, day, random.randrange(50_000, 6_000_000, 100))
            elif account.no in rushing and month_end:
                post(account, day, 40_000_000)
            elif account.no in rushing and day.day == 3 and balance[account.no] > 40_000_000:
                post(account, day, -40_000_000)
            elif account.product == "活期储蓄" and day.day == 10 and random.random() < 0.35:
                post(account, day, random.randrange(180_000, 650_000, 100))  # wages
            elif random.random() < {"单位活期": 0.16, "活期储蓄": 0.06}.get(account.product, 0.008):
                most = max(balance[account.no], 10_000)
                fen = random.randint(1_000, max(2_000, most // 3))
                post(account, day, fen if random.random() < 0.53 else -min(fen, balance[account.no] or fen))
            if day.day == 20 and day.month % 3 == 0 and balance[account.no] > 100_000:
                post(account, day, balance[account.no] * 5 // 10_000)  # the quarter's interest
        if month_end:
            for branch in (SOUTH, NORTH, LAKE):
                open_accounts = [a for a in accounts if a.branch == branch and a.opened <= day]
                total = sum(balance[a.no] for a in open_accounts)
                union.add("control_totals", branch, [branch, day.isoformat(), str(len(open_accounts)), _yuan(total)])


def _attributions(union: Union, random: Random, accounts: list[_Account]) -> None:
    """Most accounts have one manager; some are shared, some handed over on a 17th, some nobody's.

    The manager of a customer's first account looks after the customer.
    """
    looked_after: set[str] = set()
    came_late = union.months[1].first_day.replace(day=17)
    handed_over = union.months[2].first_day.replace(day=17)
    start = dt.date(union.months[0].year - 1, 1, 1)
    for account in accounts:
        managers = MANAGERS.get(account.branch)
        if not managers or random.random() < 0.06:
            continue
        manager, second = random.sample(managers, 2)
        basis = "新增" if account.opened >= union.months[0].first_day else "存量"
        first = max(start, account.opened)
        if LATE_MANAGER in (manager, second):
            first = max(first, came_late)
        draw = random.random()
        if account.customer not in looked_after:
            looked_after.add(account.customer)
            hands = [(manager, first, "")]
            if 0.06 <= draw < 0.09 and first < handed_over:
                hands = [(manager, first, (handed_over - dt.timedelta(days=1)).isoformat()), (second, handed_over, "")]
            for hand, (no, begin, end) in enumerate(hands):
                source = "存量" if hand else basis
                union.add(
                    "customer_assignments", account.branch, [account.customer, no, begin.isoformat(), end, source]
                )
        if draw < 0.06:
            for no, share in ((manager, "60"), (second, "40")):
                union.add("attributions", account.branch, [account.no, no, first.isoformat(), "", share, basis])
        elif draw < 0.09 and first < handed_over:
            until = (handed_over - dt.timedelta(days=1)).isoformat()
            union.add("attributions", account.branch, [account.no, manager, first.isoformat(), until, "100", basis])
            union.add("attributions", account.branch, [account.no, second, handed_over.isoformat(), "", "100", "存量"])
        elif draw < 0.11:
            for no, share in ((manager, "33.33"), (second, "41.67")):
                union.add("attributions", account.branch, [account.no, no, first.isoformat(), "", share, basis])
        else:
            union.add("attributions", account.branch, [account.no, manager, first.isoformat(), "", "100", basis])


def _loans(union: Union, random: Random, customers: list[tuple[str, str, str]]) -> None:
    """Loans granted this year and due within it, repaid in parts; interest comes after the 20th, the settlement day."""
    first_day, last_day = union.months[0].first_day, union.months[-1].last_day
    year_end = dt.date(last_day.year, 12, 31)
    served = [c for c in customers if c[2] in MANAGERS]
    for number, (customer, _kind, branch) in enumerate(random.sample(served, 150)):
        security = random.choices(("客户经理保证", "抵押", "质押"), (55, 35, 10))[0]
        principal = random.randrange(5, 50 if security == "客户经理保证" else 300) * 100_000
        granted = first_day + dt.timedelta(days=random.randint(-150, (last_day - first_day).days))
        granted = max(granted, dt.date(last_day.year, 1, 5))
        parts = random.choice((1, 2, 3, 4))
        gap = max((year_end - granted).days // (parts + 1), 1)
        dues = [granted + dt.timedelta(days=gap * (part + 1)) for part in range(parts)]
        no = f"JJ{granted:%Y}{number + 1:05d}"
        union.add(
            "loans",
            branch,
            [no, customer, branch, random.choice(MANAGERS[branch]), granted.isoformat(), dues[-1].isoformat(),
             _yuan(principal), security, "8.40", "正常" if random.random() < 0.96 else "关注"],
        )  # fmt: skip
        outstanding, before = principal, granted
        for position, due in enumerate(dues):
            share = outstanding // (parts - position)
            interest = outstanding * 84 * (due - before).days // 365_000
            union.add("loan_schedule", branch, [no, due.isoformat(), _yuan(share), _yuan(interest)])
            paid_on = due + dt.timedelta(days=random.choice((0, 0, 0, 0, 1, 3, 9, 40)))
            if paid_on <= last_day:
                union.add(
                    "repayments",
                    branch,
                    [f"R{number:04d}{position}", no, paid_on.isoformat(), _yuan(share), _yuan(interest)],
                )
            outstanding, before = outstanding - share, due


def _targets_and_entries(union: Union, random: Random) -> None:
    facts = (
        ("日常行为", "-0.5", "周工作汇报迟交"),
        ("日常行为", "-1", "无故缺席业务学习"),
        ("合规", "-2", "一户贷前调查报告要素不全"),
        ("日常行为", "-1.5", "客户走访记录未登记"),
    )
    for branch, managers in MANAGERS.items():
        scale = {SOUTH: 100, NORTH: 85}[branch]
        for position, manager in enumerate(managers):
            for month in union.months:
                if manager == LATE_MANAGER and month == union.months[0]:
                    continue
                average = (1_080 + 130 * position) * scale * 10_000
                union.add(
                    "targets",
                    branch,
                    [manager, str(month), "月均余额", _yuan(average)],
                    [manager, str(month), "积数", _yuan(average * month.days)],
                    [manager, str(month), "贷款发放额", _yuan(180_000_00)],
                    [manager, str(month), "利息实收", _yuan(5_230_00)],
                )
                if random.random() < 0.6:
                    indicator, points, reason = random.choice(facts)
                    day = month.first_day.replace(day=random.randint(12, 26))
                    union.add("conduct_entries", branch, [manager, day.isoformat(), indicator, points, reason, "1"])
