"""A Celery worker, as `make run` and `make worker` start it: two threads, and the schedule in a third.

Of all workers, on however many machines, one keeps the schedule: the one that holds a lock in the database, which the
database gives to the next when that worker ends, however it ends. The schedule runs in a thread because Celery's own
--beat forks a process, which would outlive a killed worker.
"""

import os
import sys
import threading
import time
import warnings

import django
from celery.beat import EmbeddedService
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from config.celery import app
from config.env import SettingError, read_environment
from config.postgres import ServerError, end_in_order_when_told, ensure_running

SCHEDULE_LOCK = 70_917_043  # any number that nobody else locks
LOOK_SECONDS = 5


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
    django.setup()
    schedule_file = str(environment.data_dir / "schedule")
    threading.Thread(target=keep_schedule, args=[schedule_file], daemon=True).start()
    words = ["--quiet", "worker", "--pool=threads", "--concurrency=2", "--without-gossip", "--without-mingle"]
    app.worker_main([*words, "--without-heartbeat", "--loglevel=WARNING"])
    return 0


def keep_schedule(schedule_file: str) -> None:
    """Runs the schedule for as long as this worker holds the lock for it; otherwise asks for the lock now and then."""
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [SCHEDULE_LOCK])
                if cursor.fetchone() == (True,):
                    _run_schedule(cursor, schedule_file)
        except DatabaseError:  # away, and with it the lock; the next look sees
            pass
        finally:
            connection.close()
        time.sleep(LOOK_SECONDS)


def _run_schedule(cursor: CursorWrapper, schedule_file: str) -> None:
    """Raises: DatabaseError once the connection that holds the lock is cut."""
    schedule = EmbeddedService(app, thread=True, schedule_filename=schedule_file)
    schedule.start()
    try:
        while True:
            time.sleep(LOOK_SECONDS)
            cursor.execute("SELECT")
    finally:
        schedule.stop()


if __name__ == "__main__":
    sys.exit(main())
