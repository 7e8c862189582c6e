"""What the link assets do: gather token tables, propose, and write the register."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from assets import link_memory
from assets.link_counts import Counts, counts_of
from assets.resources import Hub
from kim_pipeline.core.build import knowledge_of
from kim_pipeline.errors import LinkError
from kim_pipeline.linkage import proposal as proposals
from kim_pipeline.linkage.alarms import FAMILIES, estimates_to_store
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.drift import check_drift
from kim_pipeline.linkage.engines import engine_of
from kim_pipeline.linkage.findings import DriftFinding
from kim_pipeline.linkage.link import LinkResult, link_month
from kim_pipeline.linkage.model import LinkModel, shipped_model
from kim_pipeline.linkage.models import Renewal, adopt, model_in_use, renew
from kim_pipeline.linkage.summary import LinkSummary
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.pseudonyms import content_mac
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import link_estimates, register
from kim_pipeline.warehouse.engine import warehouse_errors
from kim_pipeline.warehouse.erased import erased_so_far
from kim_pipeline.warehouse.link_run import LinkRun
from kim_pipeline.warehouse.review_decisions import decisions, decisions_until, last_decided
from kim_pipeline.warehouse.review_queue import update_queue
from sources.accepting.token_tables import LinkInput, link_input, shred, shredded_after

REVIEW_ITEMS = "review-item"
# What tells of the links as they stand, not of how they came: no registration settles it.
_ALARMS = {*FAMILIES, "model", "shipped_model"}
UNCHANGED: Counts = {"unchanged": "these records were linked before"}


def propose_links(hub: Hub, month: date) -> Counts:
    """Link the records of a month, unless nothing that its links rest on is new.

    Raises LegalError first where a source has no approval that holds today.
    """
    permitted = hub.permitted_contracts
    with hub.transaction("Reading the register") as connection:
        known_at = _moment(connection, month)
        chosen = link_input(connection, hub.contracts, month, hub.keyring)
        digest = run_digest(connection, chosen, hub.keyring)
        run = register.run_of(connection, month)
        base = _Base(
            previous=register.current_links(connection),
            given=register.given_ids(connection),
            decided=Decisions(decisions(connection)),
        )
        erased = erased_so_far(connection)
    proposals.discard(hub.settings, month)
    if run and run.input_digest == digest:
        shred(hub.settings, chosen)
        return {**counts_of(_summary(run)), **UNCHANGED}
    with shredded_after(permitted, chosen, hub.settings, hub.keyring) as tokens:
        model = model_in_use(hub.settings.models, tokens)
        result = _link(hub, month, tokens, base, model)
    item_key = hub.keyring.hub_key(REVIEW_ITEMS).secret
    proposal = proposals.propose(proposals.Basis(month, known_at, digest, model), result, item_key)
    _lay_by(hub, proposal, erased)
    return {**counts_of(result.summary), "questions": len(result.review)}


def _lay_by(hub: Hub, proposal: proposals.Proposal, erased: int) -> None:
    """Keep a proposal for its gate; an erasure after this deletes it."""
    with hub.transaction("Laying links by") as connection:
        if erased_so_far(connection) != erased:
            raise LinkError(
                f"Records were erased while {format_month(proposal.month)} was linked; "
                "run the month again."
            )
        proposals.save(hub.settings, proposal)


@dataclass(frozen=True)
class _Base:
    """What a link run builds on, beside its tokens."""

    previous: pd.DataFrame
    given: "pa.Array[Any]"
    decided: Decisions


def _moment(connection: sa.Connection, month: date) -> datetime:
    """Say when the links of a month are learnt: after its deliveries and the decisions they obey.

    What was known before a decision stays as it was.
    """
    known_at = knowledge_of(connection, month).known_at
    decided = last_decided(connection, month)
    return register.moment_after(connection, max(known_at, decided) if decided else known_at)


def _link(
    hub: Hub, month: date, tokens: dict[str, pa.Table], base: _Base, model: LinkModel
) -> LinkResult:
    key = hub.keyring.register_key.secret
    settings = hub.settings
    spark = settings.link_engine == "spark"
    return link_month(
        *(tokens, base.previous, month, model, key, base.given, base.decided),
        memory=link_memory.recall(settings, month),
        engine=engine_of(settings.link_engine, settings.home) if spark else None,
    )


def train_anew(hub: Hub, forced: bool) -> Renewal:
    """Learn a link model from the newest linked month; taken when stable, or when `forced`.

    Raises LinkError when nothing was linked yet, or the records do not carry a model.
    """
    with hub.transaction("Reading the register") as connection:
        run = register.last_run(connection)
        if run is None:
            raise LinkError("Nothing was linked yet; run a month first, it trains the first model.")
        chosen = link_input(connection, hub.contracts, run.month, hub.keyring)
    with shredded_after(hub.permitted_contracts, chosen, hub.settings, hub.keyring) as tokens:
        return renew(hub.settings.models, tokens, forced=forced)


def run_digest(connection: sa.Connection, chosen: LinkInput, keyring: Keyring) -> bytes:
    """Name all that the links of a month rest on.

    These are its deliveries, the run of the month before, since ids are carried on from it, and the
    decisions made when this was the newest month. A late or corrected delivery of an earlier month
    thus has all later months linked again.
    """
    before = register.last_run(connection, before=chosen.month)
    decided = decisions_until(connection, chosen.month)
    parts = [
        chosen.digest,
        before.input_digest if before else b"",
        decided.to_bytes(8, "big"),
    ]
    return content_mac(keyring.hub_key("link-run"), parts)


def drift_findings(month: date, settings: Settings, engine: sa.Engine) -> list[DriftFinding]:
    """Compare the links of a month with the last registered run before it."""
    proposal = proposals.load(settings, month)
    with warehouse_errors("Reading the register"), engine.connect() as connection:
        last, run = register.last_run(connection, before=month), register.run_of(connection, month)
    before = _summary(last) if last else None
    if proposal is not None:
        return [_own_model(proposal.summary), *check_drift(proposal.summary, before)]
    return _accepted(_summary(run), before) if run else []


def _accepted(summary: LinkSummary, before: LinkSummary | None) -> list[DriftFinding]:
    """Give the findings of links that stand in the register: whatever they were, they passed."""
    found = check_drift(summary, before)
    passed = [f if f.family in _ALARMS else _passed(f) for f in found]
    return [_own_model(summary), *passed]


def _passed(finding: DriftFinding) -> DriftFinding:
    return replace(finding, passed=True, limit=max(finding.limit, finding.observed))


def _own_model(summary: LinkSummary) -> DriftFinding:
    shipped = summary.model_version == shipped_model().version
    return DriftFinding("shipped_model", not shipped, float(shipped), 0.0)


def _summary(run: LinkRun) -> LinkSummary:
    return LinkSummary.from_json(str(run.summary["summary"]))


def register_links(hub: Hub, month: date) -> Counts:
    """Write the proposed links of a month into the register, and its questions into the queue.

    Raises LinkError where nothing is proposed and the month was not linked as it stands.
    """
    with hub.transaction("Writing the register") as connection:
        proposal = proposals.load(hub.settings, month)
        if proposal is None:
            return _as_linked(connection, hub, month)
        last = register.last_run(connection, before=month)
        estimates = estimates_to_store(proposal.summary, _summary(last) if last else None)
        change = register.write(connection, _entry(proposal))
        link_estimates.write(connection, month, proposal.known_at, estimates)
        queue = update_queue(connection, month, proposal.known_at, proposal.review)
        if proposal.memory is not None:
            # It names records, so it is kept before any can be erased; it changes no link.
            link_memory.keep(hub.settings, month, proposal.memory)
    adopt(hub.settings.models, proposal.model)
    proposals.discard(hub.settings, month)
    return {
        "links_opened": change.opened,
        "links_closed": change.closed,
        **proposal.summary.events,
        "questions_opened": queue.opened,
        "questions_lapsed": queue.lapsed,
        "questions_left_out": queue.left_out,
    }


def _as_linked(connection: sa.Connection, hub: Hub, month: date) -> Counts:
    """Say that links stand; an erasure may have deleted what was proposed instead of them."""
    chosen = link_input(connection, hub.contracts, month, hub.keyring)
    run = register.run_of(connection, month)
    if run is None or run.input_digest != run_digest(connection, chosen, hub.keyring):
        raise LinkError(
            f"No links are proposed for {format_month(month)}, and those that stand are of "
            "something else; run the month again."
        )
    return UNCHANGED


def _entry(proposal: proposals.Proposal) -> register.Entry:
    names = {
        "source": "founding_source",
        "record_pseudonym": "founding_record",
        "founded_on": "founding_month",
    }
    run = LinkRun(
        proposal.month,
        proposal.known_at,
        proposal.input_digest,
        proposal.summary.model_version,
        {"summary": proposal.summary.to_json()},
    )
    persons = proposal.new_persons.rename(columns=names)
    return register.Entry(run, proposal.links, persons, proposal.edges, proposal.events)
