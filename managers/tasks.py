"""What the clock does for managers."""

from celery import shared_task
from django.utils import timezone

from managers.actions import turns


@shared_task(name="managers.turn_of_day")
def turn_of_day() -> None:
    """Offices and contracts begin and end by their days."""
    turns.turn_of_day(timezone.localdate())
