"""What the clock does for managers."""

from celery import shared_task
from django.utils import timezone

from managers.actions import late_reports, turns


@shared_task(name="managers.turn_of_day")
def turn_of_day() -> None:
    """Offices and contracts begin and end by their days, and what was not reported in time is proposed."""
    today = timezone.localdate()
    turns.turn_of_day(today)
    late_reports.propose_late_reports(today)
