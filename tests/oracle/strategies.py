"""Hypothesis strategies: small believable ledgers over a few months, lawful and awkward."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.ledger import Account, Attribution, Facts, Posting

FIRST_DAY = date(2024, 1, 1)
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04")
LAST_DAY = date(2024, 4, 30)
MONTH_STARTS = (date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1))

# "M10" sorts before "M2" and capitals before small letters by code points, not so by the habits of a language.
MANAGER_SUFFIXES = ("M10", "M2", "m1", "经1")


def days(first_day: date = FIRST_DAY, last_day: date = LAST_DAY) -> st.SearchStrategy[date]:
    return st.dates(first_day, last_day)


def amounts() -> st.SearchStrategy[int]:
    """Fen, of either sign: small ones, which show every rounding, and those of a large branch."""
    return st.integers(-200_000, 200_000) | st.integers(-(10**12), 10**12)


@st.composite
def share_lists(draw: st.DrawFn) -> list[int]:
    """One to four shares that sum to at most 10,000."""
    left = 10_000
    shares = []
    for _ in range(draw(st.integers(1, 4))):
        if left == 0:
            break
        share = draw(st.integers(1, left) | st.sampled_from((1, 3333, 4167, 6000, 10_000)))
        if share <= left:
            shares.append(share)
            left -= share
    return shares


@st.composite
def account_attributions(draw: st.DrawFn, account_no: str, managers: tuple[str, ...]) -> list[Attribution]:
    """Attributions of one account, with gaps: never above the whole on any day, one manager at most once a day."""
    cuts = sorted(draw(st.sets(days(FIRST_DAY - timedelta(20), LAST_DAY), max_size=4)))
    made = []
    for first_day, following in zip(cuts, [*cuts[1:], None], strict=False):
        last_day = following - timedelta(1) if following else draw(st.none() | st.dates(first_day, LAST_DAY))
        if draw(st.integers(0, 4)) == 0:
            continue
        shares = draw(share_lists())
        holders = draw(st.permutations(managers))
        made += [
            Attribution(account_no, manager_no, first_day, last_day, share_bp)
            for manager_no, share_bp in zip(holders, shares, strict=False)
        ]
    return made


@st.composite
def account_postings(draw: st.DrawFn, account_no: str) -> list[Posting]:
    """Postings of one account: most in time, some with another value day, some after months were closed."""
    made = []
    for _ in range(draw(st.integers(0, 8))):
        posted_on = draw(days())
        value_on = draw(st.just(posted_on) | days(max(FIRST_DAY, posted_on - timedelta(60)), LAST_DAY))
        open_from = draw(st.none() | st.sampled_from(MONTH_STARTS))
        made.append(Posting(account_no, draw(amounts()), posted_on, value_on, open_from))
    return made


@st.composite
def ledgers(draw: st.DrawFn, max_accounts: int = 3) -> Facts:
    """Facts of one or two branches: accounts, postings with value days and a history of closed months, attributions.

    Shape: all days within MONTHS, attributions may begin before; managers "B1…" serve accounts of branch B1 alone.
    """
    accounts, postings, attributions = {}, [], []
    for number in range(draw(st.integers(1, max_accounts))):
        account_no = f"A{number:03d}"
        branch_code = draw(st.sampled_from(("B1", "B2")))
        accounts[account_no] = Account(branch_code, draw(days()))
        postings += draw(account_postings(account_no))
        managers = tuple(branch_code + suffix for suffix in MANAGER_SUFFIXES)
        attributions += draw(account_attributions(account_no, managers))
    managers = {code + suffix: (code, date(2020, 1, 1), None) for code in ("B1", "B2") for suffix in MANAGER_SUFFIXES}
    return Facts(accounts=accounts, postings=postings, attributions=attributions, managers=managers)


def written_otherwise(attributions: list[Attribution], cut_on: date) -> list[Attribution]:
    """The same attributions with each one that spans the day written as two that follow each other."""
    made = []
    for one in attributions:
        if one.first_day < cut_on and (one.last_day is None or cut_on <= one.last_day):
            made.append(Attribution(one.account_no, one.manager_no, one.first_day, cut_on - timedelta(1), one.share_bp))
            made.append(Attribution(one.account_no, one.manager_no, cut_on, one.last_day, one.share_bp))
        else:
            made.append(one)
    return made
