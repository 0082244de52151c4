"""A Celery worker, as `make run` and `make worker` start it: two threads, and with --beat the schedule in a third.

The schedule runs in a thread because Celery's own --beat forks a process, which would outlive a killed worker.
"""

import os
import sys
import warnings

from celery.beat import EmbeddedService

from config.celery import app
from config.env import SettingError, read_environment
from config.postgres import ServerError, end_in_order_when_told, ensure_running


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    end_in_order_when_told()  # until Celery takes the signals over
    try:
        environment = read_environment()
        if environment.database_url is None:
            ensure_running(environment.data_dir)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    (environment.data_dir / "queue").mkdir(mode=0o700, exist_ok=True)
    # Messages are JSON, which runs nothing; the warning is about formats that could.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    if "--beat" in sys.argv[1:]:
        schedule = EmbeddedService(app, thread=True, schedule_filename=str(environment.data_dir / "schedule"))
        schedule.start()
    words = ["--quiet", "worker", "--pool=threads", "--concurrency=2", "--without-gossip", "--without-mingle"]
    app.worker_main([*words, "--without-heartbeat", "--loglevel=WARNING"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
