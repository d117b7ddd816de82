"""A PostgreSQL of the tests' own: started from Debian's binaries in a folder that goes away, or one named by the
environment; every test gets a database of its own, copied from a template."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

URL_NAMED = "TEST_PG_URL"
REQUIRED = "REVIEWCYCLE_REQUIRE_PG"
LEFT_OUT = "REVIEWCYCLE_TEST_WITHOUT_PG"


def binaries() -> Path | None:
    """The newest of Debian's versions."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0, default=None)


def available() -> bool:
    """Whether the PostgreSQL half of the tests runs; when it is required, a missing one fails there, in plain words."""
    if os.environ.get(REQUIRED) == "1":
        return True
    return os.environ.get(LEFT_OUT) != "1" and (URL_NAMED in os.environ or binaries() is not None)


def told() -> str:
    """One line for the head of the test run."""
    if URL_NAMED in os.environ:
        return f"store tests: SQLite and PostgreSQL ({URL_NAMED})"
    if available():
        return f"store tests: SQLite and PostgreSQL ({binaries() or 'REQUIRED, BUT NOT FOUND'})"
    return f"store tests: SQLite ONLY - no PostgreSQL found (install Debian's `postgresql` or set {URL_NAMED})"


@contextmanager
def server() -> Iterator[URL]:
    """The address of a running server's `postgres` database."""
    if URL_NAMED in os.environ:
        yield make_url(os.environ[URL_NAMED]).set(drivername="postgresql+psycopg")
        return
    room = binaries()
    if room is None:
        raise RuntimeError(f"{REQUIRED}=1, but there is no PostgreSQL: install `postgresql` or set {URL_NAMED}")
    folder = Path(tempfile.mkdtemp(prefix="rc-pg-", dir=_roomy()))
    user = _user()
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        with _running(room, folder, user):
            name = "postgres"
            yield URL.create("postgresql+psycopg", username=name, database=name, query={"host": str(folder)})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(room: Path, folder: Path, user: pwd.struct_passwd | None) -> Iterator[None]:
    drop = [] if user is None else _drop(user)
    data = str(folder / "data")
    made = subprocess.run(
        [*drop, str(room / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "shared_buffers": "32MB",
        "max_connections": "40",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [*drop, str(room / "postgres"), "-D", data, *options], stdout=log, stderr=log, cwd=folder
    )
    try:
        _wait(room, folder, process)
        yield
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _wait(room: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        ready = subprocess.run([str(room / "pg_isready"), "-q", "-h", str(folder)], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")


def _user() -> pwd.struct_passwd | None:
    """Whom to become when we are root, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("running as root, and there is neither a user postgres nor nobody")


def _drop(user: pwd.struct_passwd) -> list[str]:
    if shutil.which("setpriv") is None:
        return ["su", "-s", "/bin/sh", user.pw_name, "-c", 'exec "$0" "$@"', "--"]
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _roomy() -> str | None:
    """Memory where there is plenty of it: the server syncs as it must, and a disk would make the tests slow."""
    try:
        memory = os.statvfs("/dev/shm")
    except OSError:
        return None
    return "/dev/shm" if memory.f_bavail * memory.f_frsize > 2**30 and os.access("/dev/shm", os.W_OK) else None


class Databases:
    """Makes databases on the server and drops them again, at the latest on closing."""

    def __init__(self, admin: URL) -> None:
        self._admin = admin
        self._made: set[URL] = set()
        self._engine = create_engine(admin, isolation_level="AUTOCOMMIT")

    def make(self, template: URL | None = None) -> URL:
        name = f"rc_{uuid4().hex}"
        copied = "" if template is None else f" TEMPLATE {template.database}"
        with self._engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}{copied}"))
        made = self._admin.set(database=name)
        self._made.add(made)
        return made

    def drop(self, address: URL) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {address.database} WITH (FORCE)"))
        self._made.discard(address)

    def close(self) -> None:
        for left in list(self._made):
            self.drop(left)
        self._engine.dispose()
