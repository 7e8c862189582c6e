"""One run of the linkage, as the register remembers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class LinkRun:
    """One run of the linkage: when, on what, with which model, and its counts."""

    month: date
    known_at: datetime
    input_digest: bytes
    model_version: str
    summary: Mapping[str, Any]
