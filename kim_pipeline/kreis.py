"""The Kreis configuration: which Kreis this is, its towns and map. Nothing of one Kreis is code."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import parse_month

_REQUIRED = ("name", "ags", "first_month", "time_zone", "towns")


@dataclass(frozen=True)
class Town:
    """A town of the Kreis; the weight is its share of the invented population."""

    ags: str
    name: str
    weight: float


@dataclass(frozen=True)
class Kreis:
    """One Kreis, as configured."""

    name: str
    ags: str
    demo: bool
    notice: str
    first_month: date
    foreign_residents: int
    time_zone: str
    towns: tuple[Town, ...]
    map_file: Path | None
    map_attribution: str


def read_kreis(path: Path) -> Kreis:
    """Read the Kreis configuration from a YAML file.

    Raises ConfigError naming the missing or wrong entry.
    """
    entries = _entries(path)
    return Kreis(
        name=str(entries["name"]),
        ags=str(entries["ags"]),
        demo=bool(entries.get("demo", False)),
        notice=str(entries.get("notice", "")),
        first_month=parse_month(str(entries["first_month"])),
        foreign_residents=int(entries.get("foreign_residents", 0)),
        time_zone=str(entries["time_zone"]),
        towns=_towns(path, entries["towns"]),
        map_file=_map_file(path, entries.get("map")),
        map_attribution=str((entries.get("map") or {}).get("attribution", "")),
    )


def _entries(path: Path) -> dict[str, Any]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path} is missing; set KIM_CONFIG to the Kreis configuration."
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line} is not valid YAML.") from None
    missing = [name for name in _REQUIRED if name not in (entries or {})]
    if missing:
        raise ConfigError(f"{path} lacks {', '.join(missing)}.")
    return dict(entries)


def _towns(path: Path, rows: list[dict[str, Any]]) -> tuple[Town, ...]:
    towns = tuple(Town(str(r["ags"]), str(r["name"]), float(r.get("weight", 1))) for r in rows)
    if len({town.ags for town in towns}) != len(towns) or not towns:
        raise ConfigError(f"{path}: towns must be listed, each with its own ags.")
    return towns


def _map_file(path: Path, entry: dict[str, Any] | None) -> Path | None:
    return path.parent / str(entry["file"]) if entry else None
