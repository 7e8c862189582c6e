"""A link run before its gate: what linkage proposes for a month, kept aside until it is accepted.

The files hold person ids, pseudonyms and weights of one run; they are removed once the register
has taken them.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from kim_pipeline.linkage.link import LinkResult
from kim_pipeline.linkage.review_names import with_names
from kim_pipeline.linkage.summary import LinkSummary
from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings

_FRAMES = ("links", "edges", "events", "new_persons", "review")


@dataclass(frozen=True)
class Proposal:
    """What a link run proposes: see `LinkResult` for the frames; `review` has its items named."""

    month: date
    known_at: datetime
    input_digest: bytes
    links: pd.DataFrame
    edges: pd.DataFrame
    events: pd.DataFrame
    new_persons: pd.DataFrame
    review: pd.DataFrame
    summary: LinkSummary


def propose(
    month: date, known_at: datetime, digest: bytes, result: LinkResult, item_key: bytes
) -> Proposal:
    """Make a proposal of a link result; `item_key` names its review items for good."""
    return Proposal(
        month,
        known_at,
        digest,
        result.links,
        result.edges,
        result.events,
        result.new_persons,
        with_names(result.review, item_key),
        result.summary,
    )


def save(settings: Settings, proposal: Proposal) -> None:
    """Put a proposal aside, over an earlier one of the same month."""
    folder = _folder(settings, proposal.month)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in _FRAMES:
        getattr(proposal, name).to_parquet(folder / f"{name}.parquet", index=False)
    head = {
        "known_at": proposal.known_at.isoformat(),
        "input_digest": proposal.input_digest.hex(),
        "summary": proposal.summary.to_json(),
    }
    (folder / "proposal.json").write_text(json.dumps(head), encoding="utf-8")


def load(settings: Settings, month: date) -> Proposal | None:
    """Read the proposal of a month; None when there is none, because nothing changed."""
    folder = _folder(settings, month)
    if not (folder / "proposal.json").exists():
        return None
    head = json.loads((folder / "proposal.json").read_text(encoding="utf-8"))
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES}
    return Proposal(
        month=month,
        known_at=datetime.fromisoformat(head["known_at"]),
        input_digest=bytes.fromhex(head["input_digest"]),
        summary=LinkSummary.from_json(head["summary"]),
        **frames,
    )


def discard(settings: Settings, month: date) -> None:
    """Remove the proposal of a month."""
    shutil.rmtree(_folder(settings, month), ignore_errors=True)


def _folder(settings: Settings, month: date) -> Path:
    return settings.incoming / "links" / format_month(month)
