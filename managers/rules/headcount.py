"""How many account managers a branch is to have (article 5)."""


def required_managers(employees: int, percent: int) -> int:
    """The least number that is the percentage of the employees or more: ⌈N · percent / 100⌉.

    Law: exactly the percentage is enough (10%以上 includes 10 %), without a fraction of a person.
    Source: article 5.
    """
    return -(-employees * percent // 100)
