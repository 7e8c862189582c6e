"""One embedded server for all tests, a fresh database for each, installations to start and kill."""

import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from canaries import plant
from databases import create_database, database_url, fresh_database, server_connection
from installations import Installation
from small_kreis import SmallKreis

from kim_pipeline.settings import Settings, read_settings
from kim_pipeline.warehouse.engine import engine_at
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.server import ensure_server, server_status, stop_server
from kim_pipeline.warehouse.server_binaries import PACKAGE, shared_binaries
from kim_pipeline.warehouse.server_place import data_folder

ACCOUNTS = ["this account", "nobody"] if os.geteuid() == 0 else ["this account"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep tests that share something dear with one worker, when there are several.

    All that look at the small Kreis go together, since a run of its months takes longest and some
    stop its server; the others go by module. Workers take groups as they become free.
    """
    if config.getoption("dist", "no") != "loadgroup":
        return
    for item in items:
        shared = "small_kreis" in getattr(item, "fixturenames", ())
        group = "small_kreis" if shared else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def server_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An installation with a running embedded server, shared by the whole session."""
    settings = read_settings({"KIM_HOME": str(tmp_path_factory.mktemp("home"))})
    ensure_server(settings)
    yield settings
    stop_server(settings)
    _remove_data(settings)


@pytest.fixture(scope="session")
def provisioned_database(server_settings: Settings) -> str:
    """The name of a database with everything that is not data, to be copied and never changed."""
    name = f"kim_pattern_{secrets.token_hex(6)}"
    with server_connection(server_settings) as connection:
        create_database(connection, name)
    engine = engine_at(database_url(server_settings, name))
    provision(engine, [], [], {})
    engine.dispose()
    return name


@pytest.fixture
def warehouse_settings(
    server_settings: Settings, provisioned_database: str, tmp_path: Path
) -> Iterator[Settings]:
    """Settings with a home of their own whose warehouse was provisioned, and holds no data.

    It is a copy: to provision it again, as every run does, takes a third of the first time.
    """
    with fresh_database(server_settings, provisioned_database) as settings:
        yield _at_home(settings, tmp_path)


@pytest.fixture
def empty_warehouse_settings(server_settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The same with a database in which there is nothing at all."""
    with fresh_database(server_settings) as settings:
        yield _at_home(settings, tmp_path)


def _at_home(settings: Settings, folder: Path) -> Settings:
    home = folder / "kim-home"
    return replace(settings, home=home, inbox=home / "inbox")


@pytest.fixture(scope="session")
def readable_programs() -> Iterator[Path]:
    """A copy of the server's wheel that every account can read."""
    with tempfile.TemporaryDirectory(prefix="kim-programs-") as folder:
        Path(folder).chmod(0o755)
        package = shared_binaries(Path(folder)).parent
        (package / "__init__.py").touch()
        assert package.name == PACKAGE
        yield package.parent


@pytest.fixture(params=ACCOUNTS)
def installation(request: pytest.FixtureRequest, readable_programs: Path) -> Iterator[Installation]:
    """An installation of this account and, for root, of an ordinary one; both paths must work."""
    with _installed(str(request.param), readable_programs) as made:
        yield made


@pytest.fixture(scope="module", params=ACCOUNTS)
def running_installation(
    request: pytest.FixtureRequest, readable_programs: Path
) -> Iterator[Installation]:
    """The same with a server that runs already, shared by tests that leave it running."""
    with _installed(str(request.param), readable_programs) as made:
        made.run(ensure_server)
        yield made


@contextmanager
def _installed(name: str, programs: Path) -> Iterator[Installation]:
    account = pwd.getpwuid(os.geteuid()) if name == "this account" else pwd.getpwnam(name)
    folder = Path(tempfile.mkdtemp(prefix="kim-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    settings = read_settings({"KIM_HOME": str(folder / "state")})
    made = Installation(settings, account, programs)
    yield made
    made.run(stop_server)
    assert made.run(server_status).running is False
    _remove_data(settings)
    shutil.rmtree(folder)


def _remove_data(settings: Settings) -> None:
    """Remove data that root keeps outside the state folder."""
    if settings.warehouse.exists():
        folder = data_folder(settings).parent
        if folder != settings.warehouse:
            shutil.rmtree(folder)


@pytest.fixture(scope="session")
def small_kreis() -> Iterator[SmallKreis]:
    """A small Kreis with canaries in its deliveries, run for all its months."""
    with _installed_kreis() as made:
        made.deliver()
        plant(made.inbox)
        done = made.kim("run")
        assert done.returncode == 0, done.stderr
        yield made


@pytest.fixture
def empty_kreis() -> Iterator[SmallKreis]:
    """An installation of its own without deliveries, to leave leaks in that no other test sees."""
    with _installed_kreis() as made:
        yield made


@pytest.fixture(scope="module")
def delivered_kreis() -> Iterator[SmallKreis]:
    """The same for one month that has not been run yet, for tests that make it fail."""
    with _installed_kreis() as made:
        made.deliver(months=1)
        plant(made.inbox)
        yield made


@contextmanager
def _installed_kreis() -> Iterator[SmallKreis]:
    """Make folders in a short path, as sockets need; server and data are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kim-"))
    made = SmallKreis(folder)
    try:
        yield made
    finally:
        stop_server(made.settings)
        _remove_data(made.settings)
        shutil.rmtree(folder)
