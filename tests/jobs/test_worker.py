"""What a worker, a real process, does with the jobs it is given."""

from portal.jobs import operations
from tests.jobs.conftest import Desk


def test_a_worker_does_the_job_in_the_name_of_who_started_it(office: Desk) -> None:
    creator = office.ask("INSERT INTO tbl_users (name) VALUES ('Asha') RETURNING id, uuid::text")[0]
    job = office.start("test.rows", creator[0], rows=5, pause=0)
    office.wait_for(job, "SUCCEEDED")
    row = office.job(job)
    assert row["result"] == {"rows": 5}
    assert (row["done"], row["total"], row["step"]) == (5, 5, "Counting")
    assert row["finishedAt"] is not None
    assert office.ask("SELECT count(*) FROM effects WHERE who = %s", creator[1]) == [(1,)]


def test_a_refusal_is_kept_in_words_for_people(office: Desk) -> None:
    job = office.start("test.refused")
    office.wait_for(job, "FAILED")
    assert office.job(job)["error"] == "The file has no column for phone."


def test_F1_a_fault_shows_only_an_id_and_logs_no_personal_data(office: Desk) -> None:
    job = office.start("test.faulty")
    office.wait_for(job, "FAILED")
    assert str(job) in office.job(job)["error"]
    assert "Sita" not in office.job(job)["error"]
    office.wait_until("SELECT count(*) = 0 FROM procrastinate_jobs")
    assert str(job) in office.log()
    assert "in_which_it_breaks" in office.log()
    assert "Sita" not in office.log()
    assert "98123" not in office.log()


def test_work_that_no_module_knows_fails_and_says_so(office: Desk) -> None:
    job = office.start("test.of_another_version")
    office.wait_for(job, "FAILED")
    assert "does not know" in office.job(job)["error"]


def test_a_running_job_that_is_cancelled_stops_without_effect(office: Desk) -> None:
    before = office.effects()
    job = office.start("test.rows", rows=1000, pause=0.1)
    office.wait_until("SELECT done > 0 FROM tbl_jobs WHERE uuid = %s", job)
    office.do(operations.cancel, job)
    office.wait_for(job, "CANCELLED")
    assert office.effects() == before


def test_a_failed_job_that_is_retried_is_done_again(office: Desk) -> None:
    job = office.start("test.refused")
    office.wait_for(job, "FAILED")
    first = office.job(job)["queueJobId"]
    office.do(operations.retry, job)
    office.wait_until(
        "SELECT state = 'FAILED' AND \"queueJobId\" > %s FROM tbl_jobs WHERE uuid = %s", first, job
    )
    assert office.job(job)["attempts"] == 1


def test_a_waiting_job_that_fell_out_of_the_queue_is_found_and_done(office: Desk) -> None:
    before = office.effects()
    office.ask(
        'INSERT INTO tbl_jobs (kind, "queueJobId", "createdAt")'
        " VALUES ('test.careless', 999999, now() - interval '1 hour')"
    )
    office.wait_until("SELECT state = 'SUCCEEDED' FROM tbl_jobs ORDER BY \"createdAt\" LIMIT 1")
    assert office.effects() == before + 1


def test_a_worker_keeps_wallet_addresses_ready(office: Desk) -> None:
    office.wait_until("SELECT count(*) = 100 FROM tbl_wallet_pool")


def test_G4_a_worker_outlives_lost_connections_and_hears_of_new_jobs(office: Desk) -> None:
    before = office.effects()
    job = office.start("test.slow_statement", seconds=1)
    office.wait_until("SELECT step = 'Asking' FROM tbl_jobs WHERE uuid = %s", job)
    office.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    office.wait_for(job, "SUCCEEDED")
    assert office.effects() == before + 1
    assert office.job(job)["attempts"] == 2
    office.wait_until(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE %s",
        "LISTEN %",
    )
    office.wait_for(office.start("test.careless"), "SUCCEEDED")
