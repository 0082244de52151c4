"""What files bring into deposits: accounts, the ledger, attributions, the general ledger's totals."""

from deposits.imports.accounts import DepositAccounts
from deposits.imports.attributions import Attributions
from deposits.imports.controls import ControlTotals, DepositBalances
from deposits.imports.ledger import DepositDailyBalances, DepositTransactions

__all__ = [
    "Attributions",
    "ControlTotals",
    "DepositAccounts",
    "DepositBalances",
    "DepositDailyBalances",
    "DepositTransactions",
]
