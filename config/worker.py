"""A Celery worker, as `make run` and `make worker` start it: two threads, and with --beat the schedule in a third.

The schedule runs in a thread because Celery's own --beat forks a process, which would outlive a killed worker.
"""

import os
import sys
from pathlib import Path

from celery.beat import EmbeddedService

from config.celery import app


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    if "--beat" in sys.argv[1:]:
        EmbeddedService(app, thread=True, schedule_filename=str(Path(settings.DATA_DIR) / "schedule")).start()
    app.worker_main(
        ["worker", "--pool=threads", "--concurrency=2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    )


if __name__ == "__main__":
    main()
