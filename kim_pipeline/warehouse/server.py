"""One call for every entry point: find the server of the warehouse running, or start it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import server_process as process
from kim_pipeline.warehouse.external_server import DRIVER, external_url, server_version
from kim_pipeline.warehouse.server_data import (
    DATABASE,
    OWNER,
    data_version,
    make_data,
    write_settings,
)
from kim_pipeline.warehouse.server_folders import check_owner, locked, private_folder
from kim_pipeline.warehouse.server_place import Place, data_folder, prepare_place, prepare_socket
from kim_pipeline.warehouse.server_shelf import earlier_folders


@dataclass(frozen=True)
class ServerInfo:
    """A server that accepts connections; `version` is the major version."""

    url: str = field(repr=False)
    socket: Path | None
    data: Path | None
    version: int
    embedded: bool


@dataclass(frozen=True)
class ServerStatus:
    """Whether the server runs, and where it keeps things."""

    running: bool
    embedded: bool
    data: Path | None = None
    socket: Path | None = None
    version: int | None = None
    pid: int | None = None


def ensure_server(settings: Settings) -> ServerInfo:
    """Find the warehouse's server running, or start the embedded one; safe from many processes.

    With KIM_WAREHOUSE_URL set it only checks that the server answers and is PostgreSQL 15 or newer.
    Raises WarehouseError saying in one line what is wrong.
    """
    if settings.warehouse_url is not None:
        return _external(settings.warehouse_url)
    with _folder_errors(settings):
        return _running(settings) or _started(settings)


def stop_server(settings: Settings) -> bool:
    """Stop the embedded server cleanly; tell whether it was running."""
    if settings.warehouse_url is not None:
        return False
    with _folder_errors(settings):
        if not settings.warehouse.exists():
            return False
        check_owner(settings.warehouse)
        with locked(settings.warehouse / "server.lock"):
            if process.find_postmaster(data_folder(settings)) is None:
                return False
            process.stop(prepare_place(settings))
            return True


def server_status(settings: Settings) -> ServerStatus:
    """Tell whether the server runs, without starting it.

    Raises WarehouseError when the server of KIM_WAREHOUSE_URL cannot be used.
    """
    if settings.warehouse_url is not None:
        version = _external(settings.warehouse_url).version
        return ServerStatus(running=True, embedded=False, version=version)
    with _folder_errors(settings):
        info = _running(settings)
    if info is None or info.data is None:
        return ServerStatus(running=False, embedded=True, data=data_folder(settings))
    postmaster = process.find_postmaster(info.data)
    pid = None if postmaster is None else postmaster.pid
    return ServerStatus(True, True, info.data, info.socket, info.version, pid)


@contextmanager
def _folder_errors(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WarehouseError(
            f"The embedded server needs {error.filename or settings.warehouse}: {error.strerror}."
            " Mend it, or choose another KIM_HOME."
        ) from None


def _external(text: str) -> ServerInfo:
    url = external_url(text)
    version = server_version(url)
    return ServerInfo(url.render_as_string(hide_password=False), None, None, version, False)


def _running(settings: Settings) -> ServerInfo | None:
    if not settings.warehouse.exists():
        return None
    check_owner(settings.warehouse)
    data = data_folder(settings)
    postmaster = process.find_postmaster(data)
    return _info(data, postmaster) if process.answers(postmaster) else None


def _started(settings: Settings) -> ServerInfo:
    private_folder(settings.home)
    private_folder(settings.warehouse)
    check_owner(settings.warehouse)
    with locked(settings.warehouse / "server.lock") as lock:
        data = data_folder(settings)
        postmaster = process.settled(data)
        if postmaster is not None:
            return _info(data, postmaster)
        left_behind = earlier_folders(settings)
        place = prepare_place(settings)
        for folder in (place.folder, *left_behind):
            _stop_if_alive(replace(place, folder=folder))
        make_data(place, lock)
        socket = prepare_socket(place)
        write_settings(place, socket)
        process.start(place, socket)
        return _info(place.data, process.find_postmaster(place.data))


def _stop_if_alive(place: Place) -> None:
    # Alive but out of reach (its socket was swept away), or of a state folder that was deleted.
    if process.find_postmaster(place.data) is not None:
        process.stop(place)


def _info(data: Path, postmaster: process.Postmaster | None) -> ServerInfo:
    if postmaster is None or postmaster.socket is None:
        raise WarehouseError(f"The embedded server ended right after its start: see {data}.")
    url = sa.URL.create(
        DRIVER, username=OWNER, database=DATABASE, query={"host": str(postmaster.socket)}
    )
    text = url.render_as_string(hide_password=False)
    return ServerInfo(text, postmaster.socket, data, data_version(data), embedded=True)
