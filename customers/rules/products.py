"""What the sale of a service product is worth (article 9(3))."""

from __future__ import annotations

from typing import Final

from common.money import round_half_up

# Unit: hundredths. What a catalogue and a sale may hold, so that no figure runs over.
MOST_POINTS: Final = 1_000_00
MOST_QUANTITY: Final = 1_000_000_00


def points_of_sale(points_hundredths: int, quantity_hundredths: int) -> int:
    """Points of a sale: the product's points per unit on the day, times the quantity.

    Unit: hundredths of a point, of a unit. Law: the exact product is rounded half up to the hundredth of a point, once;
    the month's actual is the sum of what was rounded (the database says the same of every sale).
    Source: arithmetic.md, products_sold; article 9(3).
    """
    return round_half_up(points_hundredths * quantity_hundredths, 100)
