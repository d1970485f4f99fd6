"""The embedded PostgreSQL: real servers, really killed."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from portal.core import embedded
from portal.core.embedded import EmbeddedError, Server, with_driver
from portal.core.embedded.binaries import find_binaries, major_version

pytestmark = pytest.mark.database

SMALL = {"shared_buffers": "8MB", "fsync": "off"}
USE_IT = (
    "import sys; from pathlib import Path; from portal.core.embedded import Server;"
    "Server(Path(sys.argv[1])).ensure(); "
)


def open_folder(memory: Path) -> Iterator[Path]:
    """A folder that every user may enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="portal-embedded-", dir=memory) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def place(memory: Path) -> Iterator[Path]:
    yield from open_folder(memory)


@pytest.fixture(scope="module")
def made_before(memory: Path) -> Iterator[Path]:
    """The data of a server that was started once and stopped in order."""
    for folder in open_folder(memory):
        server = Server(folder / "pg", SMALL)
        server.ensure()
        server.release()
        yield server.data


@pytest.fixture
def own_server(place: Path, made_before: Path) -> Iterator[Server]:
    subprocess.run(["cp", "--archive", made_before, place / "pg"], check=True)
    server = Server(place / "pg", SMALL)
    yield server
    server.release()


def ask(server: Server, question: str, role: str = "portal") -> object:
    with psycopg.connect(server.conninfo(role)) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def main_process(server: Server) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


def start_user(server: Server, then: str) -> subprocess.Popen[str]:
    """Another process that uses the server; it has begun when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", USE_IT + "print('ready', flush=True); " + then, server.data],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def test_the_program_connects_as_the_owner_of_its_database_and_not_as_superuser(own_server: Server) -> None:
    own_server.ensure()
    powers = "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = user"
    assert ask(own_server, powers) is False
    assert ask(own_server, "SELECT has_database_privilege(current_database(), 'CREATE')") is True


def test_trusted_extensions_can_be_made_by_the_program(own_server: Server) -> None:
    own_server.ensure()
    with psycopg.connect(own_server.conninfo()) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
    assert ask(own_server, "SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'unaccent')") == 2


def test_letters_of_every_script_fold_whatever_the_users_language(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_server = Server(place / "pg", SMALL)
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("LC_ALL", "C")
    own_server.ensure()
    assert ask(own_server, "SELECT lower('ÄÖÜ ΣΊΣΥΦΟΣ ЖУК')") == "äöü σίσυφοσ жук"
    assert ask(own_server, "SELECT 'ÖL' ILIKE 'öl%'") is True
    own_server.release()


def test_nobody_reaches_it_over_the_network_or_without_the_folder(own_server: Server) -> None:
    own_server.ensure()
    assert main_process(own_server).net_connections("inet") == []
    assert own_server.data.stat().st_mode & 0o077 == 0


def test_a_second_ensure_finds_the_same_server(own_server: Server) -> None:
    first = own_server.ensure()
    before = main_process(own_server).pid
    assert Server(own_server.data).ensure() == first
    assert main_process(own_server).pid == before


def test_the_last_one_out_stops_it_and_nobody_before(own_server: Server) -> None:
    own_server.ensure()
    other = start_user(own_server, "sys.stdin.read()")
    assert own_server.release() is False
    assert own_server.is_running()
    other.communicate("")
    assert not own_server.is_running()


def test_a_user_that_was_killed_does_not_keep_it_running(own_server: Server) -> None:
    own_server.ensure()
    other = start_user(own_server, "sys.stdin.read()")
    other.kill()
    other.communicate()
    assert own_server.release() is True
    assert not own_server.is_running()


def test_a_forked_child_does_not_stop_it_under_its_parent(own_server: Server) -> None:
    own_server.ensure()
    child = os.fork()
    if child == 0:
        os._exit(int(own_server.release()))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert own_server.is_running()


def test_many_that_start_at_once_share_one_server(place: Path) -> None:
    own_server = Server(place / "pg")
    said = "import psycopg; print(psycopg.connect(Server(Path(sys.argv[1])).conninfo()).info.server_version)"
    users = [
        subprocess.Popen([sys.executable, "-c", USE_IT + said, own_server.data], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert len({user.communicate()[0] for user in users} - {b""}) == 1
    assert [user.returncode for user in users] == [0, 0, 0, 0]
    assert not own_server.is_running()


def test_killed_with_work_going_on_it_comes_back_with_what_was_committed(own_server: Server) -> None:
    own_server.ensure()
    connection = psycopg.connect(own_server.conninfo(), autocommit=True)
    connection.execute("CREATE TABLE kept (n int)")
    connection.execute("INSERT INTO kept VALUES (1)")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO kept VALUES (2)")
    orphans = main_process(own_server).children()
    main_process(own_server).send_signal(signal.SIGKILL)
    own_server.ensure()
    connection.close()
    assert ask(own_server, "SELECT sum(n) FROM kept") == 1
    assert [orphan for orphan in orphans if orphan.is_running() and orphan.status() != "zombie"] == []


def test_a_pid_file_that_names_another_program_by_now_is_seen_through(own_server: Server) -> None:
    own_server.ensure()
    pid_file = own_server.data / "postmaster.pid"
    old = pid_file.read_text()
    own_server.release()
    pid_file.write_text("\n".join([str(os.getpid()), *old.split("\n")[1:]]))
    assert not own_server.is_running()
    own_server.ensure()
    assert ask(own_server, "SELECT 1") == 1


def test_an_initialisation_that_broke_off_is_begun_anew(place: Path) -> None:
    own_server = Server(place / "pg", SMALL)
    half = own_server.data.with_name("pg.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    own_server.ensure()
    assert ask(own_server, "SELECT 1") == 1
    assert not half.exists()
    own_server.release()


def test_data_of_another_major_version_is_refused_with_the_way_out(own_server: Server) -> None:
    (own_server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match=r"written by PostgreSQL 9.*PORTAL_PG_BIN"):
        own_server.ensure()


def test_a_path_with_spaces_and_quotes_or_far_too_long_works(place: Path) -> None:
    for name in ("it's a place", "long" * 30):
        server = Server(place / name / "pg", SMALL)
        server.ensure()
        assert ask(server, "SELECT 1") == 1
        server.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide things from others")
def test_root_runs_it_also_where_no_other_user_gets_in(place: Path) -> None:
    place.chmod(0o700)
    server = Server(place / "pg", SMALL)
    if subprocess.run(["unshare", "--user", "true"], check=False).returncode == 0:
        server.ensure()
        assert ask(server, "SELECT 1") == 1
    else:  # a container that forbids user namespaces
        with pytest.raises(EmbeddedError, match="PORTAL_PG_USER"):
            server.ensure()
    server.release()
    assert place.stat().st_mode & 0o777 == 0o700


def test_the_folder_of_other_binaries_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usual = find_binaries()
    monkeypatch.setenv("PORTAL_PG_BIN", str(usual))
    assert find_binaries() == usual
    assert major_version(usual) >= 15
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))
    with pytest.raises(EmbeddedError, match="No PostgreSQL was found in PORTAL_PG_BIN"):
        find_binaries()


@pytest.mark.parametrize(
    "given", ["postgres://u:p%40@h:5/d", "postgresql://u:p%40@h:5/d", "postgresql+psycopg2://u:p%40@h:5/d"]
)
def test_a_server_of_the_users_own_is_taken_and_nothing_is_started(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert embedded.database_url() == "postgresql+psycopg://u:p%40@h:5/d"
    assert embedded.embedded_server() is None


@pytest.mark.parametrize("given", ["mysql://h/d", "localhost/portal", "sqlite:///x"])
def test_an_address_of_something_else_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        with_driver(given)
