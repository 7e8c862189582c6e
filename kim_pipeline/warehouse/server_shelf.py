"""Root's shelf of servers: data and programs where the server's own account reaches them."""

import itertools
import json
import os
from pathlib import Path

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.server_account import Account, server_account
from kim_pipeline.warehouse.server_binaries import shared_binaries
from kim_pipeline.warehouse.server_folders import locked, path_mark, readable_folder

SHELF = Path("/var/lib/kim-pipeline")


def prepare_shelf(settings: Settings) -> tuple[Path, Path, Account]:
    """Make or find the folder of this state folder's server, the programs and the account."""
    with locked(readable_folder(SHELF) / "lock"):
        account = server_account()
        programs = shared_binaries(readable_folder(SHELF / "bin"))
        folder = noted_folder(settings) or _new_folder(settings, account)
    _write_note(settings, folder)
    return folder, programs, account


def noted_folder(settings: Settings) -> Path | None:
    """Read where root keeps the data of this state folder, if root does.

    Raises WarehouseError when they are gone, or when the note is a copy of another state folder's.
    """
    path = settings.warehouse / "location.json"
    if not path.exists():
        return None
    note = json.loads(path.read_text("utf-8"))
    folder, home = Path(note["folder"]), Path(note["home"])
    if not folder.is_dir():
        raise WarehouseError(
            f"{path} names {folder}, which is gone: restore it from the backup, or delete the"
            " note to begin with an empty warehouse."
        )
    if home != settings.home.absolute() and (home / "warehouse" / "location.json").exists():
        raise WarehouseError(
            f"{path} was copied from {home}, whose warehouse it would share: delete the note to"
            " begin with an empty warehouse."
        )
    return folder


def earlier_folders(settings: Settings) -> list[Path]:
    """List folders that an earlier, since deleted state folder of the same path left behind."""
    if os.geteuid() != 0 or noted_folder(settings) is not None:
        return []
    return sorted(SHELF.glob(f"{path_mark(settings.home)}-*"))


def _new_folder(settings: Settings, account: Account) -> Path:
    """Make a numbered folder: what a deleted state folder left behind is never taken up again."""
    for number in itertools.count(1):
        folder = SHELF / f"{path_mark(settings.home)}-{number}"
        if not folder.exists():
            break
    folder.mkdir(mode=0o700)
    os.chown(folder, 0, account.gid)
    folder.chmod(0o750)
    return folder


def _write_note(settings: Settings, folder: Path) -> None:
    note = {"home": str(settings.home.absolute()), "folder": str(folder)}
    scratch = settings.warehouse / "location.new"
    scratch.write_text(json.dumps(note), "utf-8")
    scratch.replace(settings.warehouse / "location.json")
