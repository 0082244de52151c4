"""The program's settings with short breaths, so that a round of killing and recovering takes seconds."""

from config.settings import *  # noqa: F403

JOB_HEARTBEAT_SECONDS = 0.5
JOB_DEAD_AFTER_SECONDS = 3
CELERY_BEAT_SCHEDULE = {"sweep jobs": {"task": "organization.sweep_jobs", "schedule": 1.0}}
