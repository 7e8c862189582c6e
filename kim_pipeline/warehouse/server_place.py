"""Where an embedded server keeps its data and its socket, which programs run it, and as whom."""

import os
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.server_account import Account, server_account
from kim_pipeline.warehouse.server_binaries import wheel_binaries
from kim_pipeline.warehouse.server_folders import account_folder, path_mark
from kim_pipeline.warehouse.server_shelf import noted_folder, prepare_shelf

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes; Linux allows 107, macOS and the BSDs 103


@dataclass(frozen=True)
class Place:
    """The folder that holds configuration and data, the programs and the account of one server."""

    folder: Path
    programs: Path
    account: Account

    @property
    def data(self) -> Path:
        """The PostgreSQL data folder, mode 0700."""
        return self.folder / "data"


def data_folder(settings: Settings) -> Path:
    """Name the data folder of this installation, made or not yet made."""
    return (noted_folder(settings) or settings.warehouse) / "data"


def prepare_place(settings: Settings) -> Place:
    """Make the folders a server needs, or find those made before. Callers hold its lock."""
    if os.geteuid() == 0:
        return Place(*prepare_shelf(settings))
    return Place(settings.warehouse, wheel_binaries(), server_account())


def prepare_socket(place: Place) -> Path:
    """Make the folder of the socket, which only the server's account can enter.

    It lies beside the data where the path is short enough, and bears a mark of the data: a server
    whose data were deleted lives on for a minute, and takes its socket's path with it.
    """
    identifier = (place.data / "global" / "pg_control").read_bytes()[:8]  # of this initdb alone
    mark = zlib.crc32(identifier)
    folder = place.folder / f"socket-{mark:08x}"
    if not _fits(folder):
        name = f"kim-pipeline-{os.geteuid()}-{path_mark(place.folder, mark)}"
        folder = Path(tempfile.gettempdir()) / name
    if not _fits(folder):
        raise WarehouseError("The path of the server's socket is too long: shorten TMPDIR.")
    return account_folder(place.account, folder)


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET
