"""What the demonstration's people say and write about their customers. Everybody and everything in it is invented."""

from __future__ import annotations

from typing import Any, Final

# Dossiers of units: how their names begin, basic facts (amounts in fen), leaders, credit standing, events, other banks.
# Days are years before today.
UNITS: Final[tuple[dict[str, Any], ...]] = (
    {
        "of": ("柴湖粮油", "清河酒业", "华丰棉业"),
        "basics": {
            "registered_capital_fen": 2_000_000_00,
            "employee_count": 34,
            "main_business": "粮食收购、加工、销售，年加工稻谷约 8 000 吨",
            "premises": "自有厂房 3 200 平方米，租用仓库两处",
            "yearly_sales_fen": 18_600_000_00,
            "preferences": "月初对账，资金调度提前一天打招呼",
        },
        "leaders": (("董事长", 1971, "大专", 11), ("财务负责人", 1984, "本科", 6)),
        "credit": (
            ("rating", "本社信用等级 AA", "本社", None, "年度评级"),
            ("guarantee", "为同行业一户提供连带责任保证", "金穗农资", 800_000_00, "客户自述"),
        ),
        "events": (("新上一条色选生产线，投资 160 万元", "秋粮收购资金需求增加约 200 万元"),),
        "other_banks": (("农业银行清河支行", "loan", 3_000_000_00, 465, "客户提供合同"),),
    },
    {
        "of": ("绿源果蔬", "汉江水产", "金穗农资"),
        "basics": {
            "registered_capital_fen": 500_000_00,
            "employee_count": 12,
            "main_business": "果蔬种植与冷链销售，社员 126 户",
            "premises": "冷库 600 立方米，分拣大棚一处",
            "yearly_sales_fen": 4_200_000_00,
            "preferences": "农忙时只接电话，下午四点以后",
        },
        "leaders": (("理事长", 1976, "高中", 8), ("会计", 1990, "大专", 3)),
        "credit": (("rating", "本社信用等级 A", "本社", None, "年度评级"),),
        "events": (("与省城一家超市签订三年供货协议", "货款按月回笼，可争取结算账户"),),
        "other_banks": (("邮政储蓄银行清河支行", "settlement", None, None, "走访了解"),),
    },
    {
        "of": ("惠民超市", "福兴家电", "新星纺织"),
        "basics": {
            "registered_capital_fen": 100_000_00,
            "employee_count": 6,
            "main_business": "日用百货零售，两间门面",
            "premises": "租赁门面 180 平方米，租期至明年六月",
            "yearly_sales_fen": 1_900_000_00,
            "preferences": "喜欢当面谈，不爱接电话",
        },
        "leaders": (("经营者", 1979, "初中", 14),),
        "credit": (
            ("honour", "县级诚信经营户", "县市场监管局", None, "店内公示"),
            ("default", "信用卡逾期 12 天，已结清", "建设银行", 8_600_00, "征信报告"),
        ),
        "events": (("计划在洋梓镇开第二家门店", "装修和铺货约需 30 万元"),),
        "other_banks": (("建设银行清河支行", "card", 50_000_00, None, "客户自述"),),
    },
    {
        "of": ("城南建材", "宏达运输", "东风机械"),
        "basics": {
            "registered_capital_fen": 3_000_000_00,
            "employee_count": 48,
            "main_business": "建筑材料销售、砂石运输",
            "premises": "自有堆场 12 亩，货车 9 辆",
            "yearly_sales_fen": 26_000_000_00,
            "preferences": "年底结账集中，十二月上旬谈存款最好",
        },
        "leaders": (("总经理", 1968, "高中", 16), ("副总经理", 1982, "本科", 5), ("出纳", 1994, "大专", 2)),
        "credit": (
            ("rating", "本社信用等级 A", "本社", None, "年度评级"),
            ("court", "运输合同纠纷，已调解履行", "清河县人民法院", 126_000_00, "裁判文书公开"),
        ),
        "events": (("中标乡村道路硬化材料供应，合同额 480 万元", "预付款进账，宜作通知存款"),),
        "other_banks": (
            ("工商银行清河支行", "deposit", 1_200_000_00, None, "客户自述"),
            ("工商银行清河支行", "loan", 2_000_000_00, 435, "征信报告"),
        ),
    },
)

LEGAL_FORMS: Final = {
    "有限公司": "有限责任公司",
    "合作社": "农民专业合作社",
    "商行": "个体工商户",
    "加工厂": "个人独资企业",
}

# Dossiers of farm households: basic facts, family (relation, born so many years ago, work, yearly income), holdings, …
FARMS: Final[tuple[dict[str, Any], ...]] = (
    {
        "basics": {
            "labourers": 3,
            "main_produce": "稻虾 46 亩",
            "yearly_income_fen": 142_000_00,
            "marriage": "married",
            "education": "初中",
            "preferences": "雨天在家，晴天下田",
        },
        "family": (("spouse", 48, "务农", 0), ("child", 24, "武汉务工", 68_000_00), ("parent", 76, "在家", 0)),
        "holdings": (
            ("land", "承包水田", 46_00, "亩", None),
            ("machinery", "久保田收割机", 1_00, "台", 118_000_00),
            ("building", "两层楼房", 2_00, "间", 260_000_00),
        ),
        "credit": (("rating", "信用户", "本社与村委会评定", None, "评定公示"),),
        "events": (("新挖虾沟 20 亩", "春季虾苗款约 4 万元"),),
        "other_banks": (("邮政储蓄银行", "deposit", 30_000_00, 175, "本人自述"),),
    },
    {
        "basics": {
            "labourers": 2,
            "main_produce": "生猪，年出栏约 320 头",
            "yearly_income_fen": 186_000_00,
            "marriage": "married",
            "education": "高中",
            "preferences": "关心猪价，愿意听行情",
        },
        "family": (("spouse", 44, "养猪", 0), ("child", 19, "职高在读", 0)),
        "holdings": (
            ("livestock", "存栏生猪", 160_00, "头", 240_000_00),
            ("livestock", "能繁母猪", 18_00, "头", 54_000_00),
            ("building", "标准化猪舍", 3_00, "栋", 180_000_00),
            ("vehicle", "五菱货车", 1_00, "辆", 26_000_00),
        ),
        "credit": (
            ("rating", "信用户", "本社与村委会评定", None, "评定公示"),
            ("guarantee", "为邻居购机贷款担保", "同村农户", 30_000_00, "本人自述"),
        ),
        "events": (("加入县养殖保险", "抗风险能力提高，可考虑提高授信"),),
        "other_banks": (),
    },
    {
        "basics": {
            "labourers": 2,
            "main_produce": "水稻 28 亩、油菜 20 亩",
            "yearly_income_fen": 76_000_00,
            "marriage": "married",
            "education": "小学",
            "preferences": "不会用手机银行，儿子代办",
        },
        "family": (("spouse", 55, "务农", 0), ("child", 30, "深圳务工", 90_000_00)),
        "holdings": (("land", "承包水田旱地", 48_00, "亩", None), ("machinery", "手扶拖拉机", 1_00, "台", 6_000_00)),
        "credit": (),
        "events": (("儿子准备回乡建房", "一年内用款约 15 万元，亦有外出收入汇回"),),
        "other_banks": (("农业银行", "card", None, None, "走访了解"),),
    },
    {
        "basics": {
            "labourers": 4,
            "main_produce": "香菇 6 万袋",
            "yearly_income_fen": 210_000_00,
            "marriage": "married",
            "education": "高中",
            "preferences": "早上看棚，十点后有空",
        },
        "family": (("spouse", 46, "种菇", 0), ("child", 23, "随父母种菇", 0), ("sibling", 42, "帮工", 36_000_00)),
        "holdings": (("building", "菇棚", 12_00, "个", 150_000_00), ("machinery", "烘干机", 2_00, "台", 64_000_00)),
        "credit": (("honour", "县级示范户", "县农业农村局", None, "证书"),),
        "events": (("带动本村 14 户种菇", "可整村授信，先做评级"),),
        "other_banks": (("邮政储蓄银行", "loan", 80_000_00, 525, "本人自述"),),
    },
)

INDIVIDUALS: Final[tuple[dict[str, Any], ...]] = (
    {
        "basics": {
            "occupation": "中学教师",
            "employer": "清河县第二中学",
            "marriage": "married",
            "education": "本科",
            "yearly_income_fen": 96_000_00,
            "preferences": "周末联系，关心子女教育储蓄",
        },
        "family": (("spouse", 41, "县医院护士", 78_000_00), ("child", 12, "小学六年级", 0)),
        "holdings": (("building", "城关商品房 118 平方米", 1_00, "套", 460_000_00),),
        "credit": (("rating", "个人信用等级优良", "本社", None, "年度评级"),),
        "events": (("孩子明年升初中", "教育储蓄可续存"),),
        "other_banks": (("建设银行", "loan", 180_000_00, 410, "住房贷款合同"),),
    },
    {
        "basics": {
            "occupation": "货车司机",
            "employer": "自营",
            "marriage": "married",
            "education": "初中",
            "yearly_income_fen": 130_000_00,
            "preferences": "长年在外，微信联系",
        },
        "family": (("spouse", 39, "家务", 0), ("parent", 70, "在家", 0)),
        "holdings": (("vehicle", "解放牌货车", 1_00, "辆", 210_000_00),),
        "credit": (("rating", "个人信用等级良好", "本社", None, "年度评级"),),
        "events": (("换购新能源货车", "旧车处置款约 8 万元可转存"),),
        "other_banks": (("厂家金融", "loan", 150_000_00, 720, "本人自述"),),
    },
    {
        "basics": {
            "occupation": "退休干部",
            "employer": "原县供销社",
            "marriage": "married",
            "education": "大专",
            "yearly_income_fen": 62_000_00,
            "preferences": "看重利率，定期到期前一周提醒",
        },
        "family": (("spouse", 66, "退休", 48_000_00), ("child", 38, "武汉工作", 160_000_00)),
        "holdings": (("building", "老城区住房", 1_00, "套", 220_000_00),),
        "credit": (),
        "events": (("老房拆迁签约", "补偿款约 46 万元年底到账"),),
        "other_banks": (("农业银行", "deposit", 120_000_00, 195, "本人自述"),),
    },
    {
        "basics": {
            "occupation": "餐馆店主",
            "employer": "自营“老清河土菜馆”",
            "marriage": "married",
            "education": "高中",
            "yearly_income_fen": 150_000_00,
            "preferences": "下午两点到四点有空",
        },
        "family": (("spouse", 43, "同店经营", 0), ("child", 17, "高二", 0)),
        "holdings": (("building", "门面一间 60 平方米", 1_00, "间", 380_000_00),),
        "credit": (("honour", "信用商户", "本社", None, "授牌"),),
        "events": (("扩建包间，停业装修二十天", "短期周转约 10 万元"),),
        "other_banks": (("微信经营账户", "settlement", None, None, "店内观察"),),
    },
)

# Notes of visits: kind, purpose, what was said, the next step; the kind of customer, empty for any.
VISITS: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("visit", "了解经营", "秋粮开秤，日收 40 吨左右，价格比去年每斤高三分。资金周转正常。", "月底带对账单去", "unit"),
    ("visit", "组织存款", "手上有一笔货款暂时不用，介绍了通知存款，愿意转来 10 万元。", "带开户资料上门", "unit"),
    ("call", "提醒还款", "下月五日到期一期，已提醒，称粮款到账就还。", "", "farm_household"),
    ("visit", "贷后检查", "看了存栏和饲料库存，与账面一致，圈舍干净，无异常。", "下次看防疫记录", "farm_household"),
    ("visit", "补充档案", "补了家庭成员和承包地面积，土地经营权证已看原件。", "", "farm_household"),
    ("office", "咨询业务", "来社里问教育储蓄，给了利率表，回去商量。", "打电话问结果", "individual"),
    ("visit", "介绍产品", "介绍手机银行和收款码，当场装好，试付一笔成功。", "", ""),
    ("call", "节日问候", "问候，顺便了解外出务工人员返乡时间，腊月初八左右。", "腊月上门", "farm_household"),
    ("visit", "了解经营", "新订了两台设备，下半年产量能增三成；担心电价。", "打听农业用电补贴", "unit"),
    ("visit", "组织存款", "粮补资金已到账，动员办了一年定期 3 万元。", "", "farm_household"),
    (
        "advice",
        "闲置资金怎么放",
        "建议 20 万元留 5 万元活期备用，其余分三笔一年、两年、三年定期，到期错开。",
        "",
        "individual",
    ),
    (
        "advice",
        "建房贷款怎么算",
        "算了 10 万元两年期的利息和每季还款，先用自有资金打基础。",
        "送一份还款计划",
        "farm_household",
    ),
    ("visit", "了解经营", "虾价下跌，每亩少收八百元；已留足明年虾苗款。", "春节前再看一次", "farm_household"),
    ("visit", "回访投诉", "上次柜台排队太久，说明了错峰办法，客户表示理解。", "", ""),
)

PLANS: Final = ("秋粮资金回笼", "看新圈舍", "送利率表", "补充主要负责人情况", "谈年末存款", "贷后检查", "介绍收款码")

# Prospects: name, kind, how found, what they want, expected yuan, next step; the stage, and why it was lost.
PROSPECTS: Final[tuple[tuple[str, str, str, str, int, str, str, str], ...]] = (
    ("清河县丰禾农机合作社", "unit", "石桥村走访时听说", "购机贷款、结算账户", 600_000, "约负责人看场地", "found", ""),
    ("罗启明", "individual", "老客户介绍", "定期存款", 80_000, "打电话问到期日", "found", ""),
    ("清河县顺达物流有限公司", "unit", "工商新登记名单", "代发工资、结算", 1_200_000, "带代发方案", "visited", ""),
    ("郑家旺", "farm_household", "村支书介绍", "养牛贷款", 50_000, "看牛舍和草料地", "visited", ""),
    ("范秀兰", "individual", "菜市场宣传", "收款码、零钱存款", 30_000, "带二维码牌", "interested", ""),
    ("清河县绿野茶叶专业合作社", "unit", "行业会议", "春茶收购贷款", 400_000, "收集近两年报表", "interested", ""),
    ("石保国", "farm_household", "同村客户介绍", "粮补代发、定期", 40_000, "等他外出回来", "promised", ""),
    ("鲁小燕", "individual", "柜台咨询", "教育储蓄", 20_000, "下周三来开户", "promised", ""),
    ("清河县鸿运饭店", "unit", "街面走访", "结算账户", 150_000, "", "won", ""),
    ("陶永贵", "farm_household", "整村授信", "种植贷款", 50_000, "", "won", ""),
    (
        "清河县兴盛家具厂",
        "unit",
        "他行到期客户",
        "流动资金贷款",
        800_000,
        "",
        "lost",
        "利率比城商行高，已在他行续贷",
    ),
    ("卢文斌", "individual", "朋友介绍", "大额存单", 300_000, "", "lost", "资金已投资门面"),
)

# Requests: kind, what is asked for, yuan, received so many days ago, days to answer, the answer;
# the kind of customer.
REQUESTS: Final[tuple[tuple[str, str, int | None, int, int, str, str], ...]] = (
    ("loan", "秋粮收购需流动资金，期限六个月", 500_000, 20, 10, "已受理，资料齐全，转贷前调查。", "unit"),
    ("card", "手机银行转账限额想调到每日 10 万元", None, 12, 5, "已在柜台核实身份后调整。", "individual"),
    ("settlement", "申请开立单位结算账户，办理代发工资 48 人", None, 9, 7, "账户已开立，代发协议已签。", "unit"),
    (
        "deposit",
        "三年定期提前支取部分，问利息怎么算",
        60_000,
        6,
        3,
        "已算给客户看，客户改为活期部分取款。",
        "individual",
    ),
    ("complaint", "取款机吞卡两天未处理", None, 15, 2, "卡已取回并致歉，设备已检修。", "individual"),
    ("loan", "扩建菇棚，需 8 万元两年期", 80_000, 3, 10, "", "farm_household"),
    ("advice", "拆迁补偿款 46 万元怎么安排", 460_000, 2, 5, "", "individual"),
    ("settlement", "想在店里装收款码和小音箱", None, 4, 5, "", "unit"),
    ("card", "社保卡激活，老人行动不便，希望上门", None, 8, 5, "", "individual"),
    ("loan", "购虾苗 4 万元，希望春节前办好", 40_000, 11, 9, "", "farm_household"),
)

# Documents of customers: title, kind, kind of customer.
PAPERS: Final = (
    ("厂房外景", "photo", "unit"),
    ("冷库", "photo", "unit"),
    ("营业执照照片", "photo", "unit"),
    ("承包地全景", "photo", "farm_household"),
    ("猪舍", "photo", "farm_household"),
    ("菇棚", "photo", "farm_household"),
)

# The catalogue: code, name, kind, unit, points a unit.
PRODUCTS: Final = (
    ("JS01", "单位结算账户", "settlement", "户", 200),
    ("JS02", "收款码", "settlement", "户", 30),
    ("JY01", "教育储蓄", "education_savings", "户", 50),
    ("DL01", "代发工资", "agency", "户", 150),
    ("DL02", "代收电费", "agency", "户", 10),
    ("ZJ01", "代理农业保险", "intermediary", "笔", 40),
    ("KA01", "借记卡", "card", "张", 10),
    ("DZ01", "手机银行", "e_banking", "户", 20),
)
# Sales: product, quantity, yuan, so many days ago, and what became of it.
SALES: Final[tuple[tuple[str, int, int | None, int, str], ...]] = (
    ("DZ01", 1, None, 40, "confirmed"),
    ("JS02", 1, None, 38, "confirmed"),
    ("JY01", 2, 20_000, 33, "confirmed"),
    ("ZJ01", 1, 1_800, 21, "confirmed"),
    ("KA01", 3, None, 18, "confirmed"),
    ("DL01", 1, 86_000, 16, "confirmed"),
    ("JS01", 1, None, 14, "confirmed"),
    ("DZ01", 1, None, 10, "rejected"),
    ("DL02", 1, None, 6, "draft"),
    ("JS02", 1, None, 4, "draft"),
    ("ZJ01", 2, 3_600, 3, "draft"),
    ("JY01", 1, 10_000, 1, "draft"),
)

# Market information: kind, subject, what, source, urgency, so many days ago, the reply ("-": read only; "": sent only).
INFORMATION: Final[tuple[tuple[str, str, str, str, str, int, str], ...]] = (
    (
        "government",
        "县里启动高标准农田二期",
        "柳林、石桥两村今冬施工，涉及 6 200 亩，工程款年内拨付四成。",
        "县农业农村局公告",
        "normal",
        26,
        "与两村村委会对接工程款账户，本周内办妥。",
    ),
    (
        "competitor",
        "邮储在洋梓镇推两年期存款活动",
        "两年期利率上浮，另送大米一袋，已有三户来问。",
        "客户反映、现场查看",
        "urgent",
        12,
        "本周先对到期客户逐户走访，礼品由社里统一安排。",
    ),
    (
        "industry",
        "稻谷收购价走高",
        "今年中晚稻开秤价比去年高三分，粮商资金需求提前半个月。",
        "粮油公司座谈",
        "normal",
        9,
        "-",
    ),
    ("customer", "新星纺织订单减少", "外贸订单减了两成，已让工人轮休，关注其还款。", "上门走访", "urgent", 3, ""),
    (
        "government",
        "低保金改按季发放",
        "民政局通知明年一季度起按季发放，代发账户余额会有波动。",
        "民政局通知",
        "normal",
        2,
        "",
    ),
)
