"""The programs that tests run beside themselves do what the program's own do."""

import datetime as dt
import urllib.request

import pytest
import redis
from celery import current_app
from django.utils import timezone

from organization.models import Job
from tests.waiting import wait_until


def test_the_web_server_answers_from_the_tests_own_database(live_app):
    with urllib.request.urlopen(live_app.url, timeout=30) as answer:
        assert answer.status == 200
        assert "<html" in answer.read().decode()
        assert answer.headers["Server"] is None


def test_a_worker_takes_a_message_of_this_process_and_works_on_its_database(celery_worker_process):
    long_ago = timezone.now() - dt.timedelta(hours=1)
    job = Job.objects.create(
        kind="desk.none", title="died", state="running", attempts=99, created_at=long_ago, heartbeat_at=long_ago
    )
    current_app.send_task("organization.sweep_jobs")
    wait_until(
        lambda: Job.objects.get(pk=job.pk).state == "failed" or not celery_worker_process.lives,
        what=f"the worker ({celery_worker_process.log})",
    )
    assert Job.objects.get(pk=job.pk).state == "failed", celery_worker_process.output


def test_redis_may_be_killed_and_started_again(redis_server):
    client = redis.Redis.from_url(redis_server.url, socket_timeout=5)
    assert client.ping()
    redis_server.kill()
    with pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.start()
    assert client.ping()
    client.close()


def test_the_browser_and_the_office_are_found(chromium, soffice):
    assert chromium != soffice
