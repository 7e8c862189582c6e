"""The Kreis configuration: which Kreis this is, its towns and map. Nothing of one Kreis is code."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import parse_month
from kim_pipeline.privacy.legal_gate import Approval, parse_approvals
from kim_pipeline.steering import Steering, parse_steering

DELIVERIES = ("open", "sealed")
_REQUIRED = ("name", "ags", "first_month", "time_zone", "towns")


@dataclass(frozen=True)
class Town:
    """A town of the Kreis; the weight is its share of the invented population."""

    ags: str
    name: str
    weight: float


@dataclass(frozen=True)
class Kreis:
    """One Kreis, as configured; `sealed`: all authorities pseudonymise and seal themselves.

    `indicators_file` holds the Kreis' own indicators, where it has some; `exports_file` says what
    may leave the warehouse as files.
    """

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
    approvals: tuple[Approval, ...] = ()
    sealed: bool = False
    steering: Steering = field(default_factory=Steering)
    indicators_file: Path | None = None
    exports_file: Path | None = None
    notice_en: str = ""


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
        notice_en=str(entries.get("notice_en", "")),
        first_month=parse_month(str(entries["first_month"])),
        foreign_residents=int(entries.get("foreign_residents", 0)),
        time_zone=str(entries["time_zone"]),
        towns=_towns(path, entries["towns"]),
        map_file=_map_file(path, entries.get("map")),
        map_attribution=str((entries.get("map") or {}).get("attribution", "")),
        approvals=_approvals(path, entries.get("approvals")),
        sealed=_sealed(path, entries.get("deliveries", DELIVERIES[0])),
        steering=parse_steering(entries, path.name),
        indicators_file=_beside(path, entries.get("indicators")),
        exports_file=_beside(path, entries.get("exports")),
    )


def _entries(path: Path) -> dict[str, Any]:
    entries = _yaml(path, "set KIM_CONFIG to the Kreis configuration")
    missing = [name for name in _REQUIRED if name not in (entries or {})]
    if missing:
        raise ConfigError(f"{path} lacks {', '.join(missing)}.")
    return dict(entries)


def _yaml(path: Path, remedy: str) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing; {remedy}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{line} is not valid YAML.") from None


def _approvals(path: Path, given: object) -> tuple[Approval, ...]:
    """Read the approvals written here, or those of the file that is named here."""
    if isinstance(given, str):
        path = path.parent / given
        given = _yaml(path, "write the approvals there, as the Kreis configuration says")
    if given is not None and not isinstance(given, list):
        raise ConfigError(f"{path}: approvals: write a list, one entry for each source.")
    return parse_approvals(given or [], path.name)


def read_approvals(path: Path) -> tuple[Approval, ...]:
    """Read the approvals of a Kreis configuration, or of a file that holds their list alone.

    Raises ConfigError naming the entry that is missing or wrong.
    """
    found = _yaml(path, "ask the Kreis for its approvals")
    given = found.get("approvals") if isinstance(found, dict) else found
    return _approvals(path, given)


def _sealed(path: Path, given: object) -> bool:
    if given not in DELIVERIES:
        raise ConfigError(f"{path}: deliveries: write one of {', '.join(DELIVERIES)}.")
    return given == DELIVERIES[1]


def _towns(path: Path, rows: list[dict[str, Any]]) -> tuple[Town, ...]:
    towns = tuple(Town(str(r["ags"]), str(r["name"]), float(r.get("weight", 1))) for r in rows)
    if len({town.ags for town in towns}) != len(towns) or not towns:
        raise ConfigError(f"{path}: towns must be listed, each with its own ags.")
    return towns


def _map_file(path: Path, entry: dict[str, Any] | None) -> Path | None:
    return _beside(path, entry["file"] if entry else None)


def _beside(path: Path, name: object) -> Path | None:
    return None if name is None else path.parent / str(name)
