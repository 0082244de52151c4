"""The Chinese words of indicators and target kinds: they stand in files and contracts, whatever language pages speak.

Source: arithmetic.md, Actuals; formats.md, appointments.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INDICATOR_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "deposit_average": "月均余额",
        "deposit_accumulated": "积数",
        "deposit_closing": "月末余额",
        "deposit_quarter_average": "季日均",
        "deposit_year_average": "年日均",
        "loans_granted": "贷款发放额",
        "principal_recovered": "到期贷款收回",
        "recovered_this_year": "当年发放收回",
        "recovered_earlier": "以前年度收回",
        "interest_received": "利息实收",
        "interest_collection": "收息率",
        "products_sold": "产品营销",
        "compliance": "合规",
        "conduct": "日常行为",
    }
)
TARGET_KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "composite": "综合",
        "deposits": "存款",
        "loan_recovery": "收贷",
        "interest": "收息",
        "dedicated_recovery": "专责清收",
    }
)
