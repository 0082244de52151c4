"""The fixtures that every other test stands on."""

import threading

import psycopg
import pytest
from django.db import connection, connections


@pytest.mark.django_db
def test_the_application_works_as_a_role_that_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == ("jingli_app", "jingli_owner")
        cursor.execute("SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)


@pytest.mark.django_db
def test_the_application_makes_no_table():
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied for schema public"):
        cursor.execute("CREATE TABLE mine (a int)")


def test_an_own_database_takes_commits_from_threads_and_other_programs(own_database):
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE seen (by text)")

    def enter() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO seen VALUES ('thread')")
        connection.close()

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), by FROM seen")
        assert cursor.fetchall() == [(own_database, "thread")]


@pytest.mark.parametrize("time", ["first", "second"])
def test_an_own_database_begins_as_the_migrations_leave_it(own_database, time):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'mark'")
        assert cursor.fetchone() == (0,)
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE mark (a int)")


def test_the_collation_is_by_code_point(own_database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t, '' ORDER BY t) FROM unnest(ARRAY['乙', 'b', 'B', '一', 'a']) t")
        assert cursor.fetchone() == ("Bab一乙",)


def test_a_wrong_password_does_not_open_the_server(own_database):
    from tests.settings import SERVER

    wrong = SERVER.url("superuser").replace(SERVER._passwords["superuser"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
