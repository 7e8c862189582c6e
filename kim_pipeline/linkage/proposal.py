"""A link run before its gate: what linkage proposes for a month, kept aside until it is accepted.

The files hold person ids, pseudonyms and weights of one run, its model and its memory. They are
removed once the register has taken them; those of a run that was stopped wait for the next run of
the month, or for a person who accepts it all the same.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from kim_pipeline.linkage.link import LinkResult
from kim_pipeline.linkage.memory import PairMemory
from kim_pipeline.linkage.memory import load as load_memory
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.model import load as load_model
from kim_pipeline.linkage.review_names import with_names
from kim_pipeline.linkage.summary import LinkSummary
from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings

_FRAMES = ("links", "edges", "events", "new_persons", "review")
_MODEL, _MEMORY = "model.json", "memory"


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
    model: LinkModel
    memory: PairMemory | None


@dataclass(frozen=True)
class Basis:
    """What a run was made of: the month, its state of knowledge, its input, its model."""

    month: date
    known_at: datetime
    input_digest: bytes
    model: LinkModel


def propose(basis: Basis, result: LinkResult, item_key: bytes) -> Proposal:
    """Make a proposal of a link result; `item_key` names its review items for good."""
    return Proposal(
        **vars(basis),
        links=result.links,
        edges=result.edges,
        events=result.events,
        new_persons=result.new_persons,
        review=with_names(result.review, item_key),
        summary=result.summary,
        memory=result.memory,
    )


def save(settings: Settings, proposal: Proposal) -> None:
    """Put a proposal aside, over an earlier one of the same month."""
    folder = _folder(settings, proposal.month)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in _FRAMES:
        getattr(proposal, name).to_parquet(folder / f"{name}.parquet", index=False)
    proposal.model.save(folder / _MODEL)
    if proposal.memory is not None:
        proposal.memory.save(folder / _MEMORY)
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
        model=load_model(folder / _MODEL),
        memory=load_memory(folder / _MEMORY),
        **frames,
    )


def discard(settings: Settings, month: date) -> None:
    """Remove the proposal of a month."""
    shutil.rmtree(_folder(settings, month), ignore_errors=True)


def _folder(settings: Settings, month: date) -> Path:
    return settings.home / "link-proposals" / format_month(month)
