"""What every test may ask for: both databases, a clock set by hand, seeded ids."""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from engine.clock import HandClock
from engine.ids import SeededIds
from engine.operations import story
from engine.operations.demo import demo
from engine.operations.report import FiguresReport
from engine.store.database import Database
from tests import postgresql_server
from tests.browser import chromium

BEGIN = datetime(2025, 7, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where one test's two databases lie."""

    kind: str
    url: str
    keys_url: str

    def open(self, seed: int = 1) -> Database:
        return Database.open(self.url, self.keys_url, SeededIds(seed), HandClock(BEGIN))


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL for the run, with a database that holds our empty tables to copy from."""

    databases: postgresql_server.Databases
    template: URL


def pytest_configure() -> None:
    """Thousands of tests and their modules live to the end: looking through them all for litter is a tenth of a run."""
    gc.set_threshold(50_000, 20, 100)


def pytest_report_header() -> list[str]:
    return [postgresql_server.told(), chromium.told()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both databases; above the store, whose contract holds on both, the second one is a matter of the slow tests."""
    if "addresses" in metafunc.fixturenames:
        often = "store" in metafunc.definition.path.parts
        other = pytest.param("postgresql", marks=() if often else pytest.mark.slow)
        kinds = ["sqlite", other] if postgresql_server.available() else ["sqlite"]
        metafunc.parametrize("addresses", kinds, indirect=True)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with postgresql_server.server() as admin:
        databases = postgresql_server.Databases(admin)
        template = databases.make()
        keys = tmp_path_factory.mktemp("template") / "keys.sqlite"
        url = template.render_as_string(hide_password=False)
        Database.open(url, f"sqlite:///{keys}", SeededIds(0), HandClock(BEGIN)).close()
        yield Server(databases, template)
        databases.drop(template)
        databases.close()


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo said in Chinese and with which exit code; its data, to be copied and not changed; and the reports
    of its imports of figures, in their order."""

    code: int
    lines: tuple[str, ...]
    folder: Path
    reports: tuple[FiguresReport, ...]


@pytest.fixture(scope="session")
def demo_played(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, played once for all tests that look at its end, in whichever process they run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, told = shared / "demo-played" / "data", shared / "demo-played.pickle"
    with (shared / "demo-played.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_bytes(pickle.dumps(_play_demo(folder)))
    code, lines, reports = pickle.loads(told.read_bytes())
    return Demo(code, tuple(lines), folder, tuple(reports))


def _play_demo(folder: Path) -> tuple[int, list[str], list[FiguresReport]]:
    lines: list[str] = []
    reports: list[FiguresReport] = []
    import_figures = story.import_figures

    def noted(*given: Any) -> FiguresReport:
        reports.append(import_figures(*given))
        return reports[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(story, "import_figures", noted)
        return demo(folder, "zh", lines.append), lines, reports


@pytest.fixture
def sqlite_addresses(tmp_path: Path) -> Addresses:
    """For what only concerns files."""
    return _files(tmp_path)


@pytest.fixture
def addresses(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Addresses]:
    """Fresh databases of either kind; the keys lie in a SQLite file beside."""
    files = _files(tmp_path)
    if request.param == "sqlite":
        yield files
        return
    server: Server = request.getfixturevalue("postgresql")
    url = server.databases.make(server.template)
    yield Addresses("postgresql", url.render_as_string(hide_password=False), files.keys_url)
    server.databases.drop(url)


@pytest.fixture
def database(addresses: Addresses) -> Iterator[Database]:
    """An open, empty database of either kind; its clock stands at 1 July 2025, 09:00 in Shanghai."""
    opened = addresses.open()
    yield opened
    opened.close()


def _files(folder: Path) -> Addresses:
    return Addresses("sqlite", f"sqlite:///{folder / 'reviewcycle.sqlite'}", f"sqlite:///{folder / 'keys.sqlite'}")
