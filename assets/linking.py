"""What the link assets do: gather token tables, propose, and write the register."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from assets.resources import Hub
from kim_pipeline.core.build import knowledge_of
from kim_pipeline.linkage import proposal as proposals
from kim_pipeline.linkage.drift import DriftFinding, check_drift
from kim_pipeline.linkage.link import link_month
from kim_pipeline.linkage.model import shipped_model
from kim_pipeline.linkage.models import model_in_use
from kim_pipeline.linkage.summary import LinkSummary
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import register
from kim_pipeline.warehouse.engine import warehouse_errors
from sources.token_tables import link_input, shred, token_tables

Counts = dict[str, int | float | str]
UNCHANGED: Counts = {"unchanged": "these records were linked before"}


def propose_links(hub: Hub, month: date) -> Counts:
    """Link the records of a month, unless the very same deliveries were linked before."""
    with hub.transaction("Reading the register") as connection:
        known_at = register.moment_after(connection, knowledge_of(connection, month).known_at)
        chosen = link_input(connection, hub.contracts, month, hub.keyring)
        run = register.run_of(connection, month)
        previous = register.current_links(connection)
        given = register.given_ids(connection)
    proposals.discard(hub.settings, month)
    if run and run.input_digest == chosen.digest:
        shred(hub.settings, chosen)
        return UNCHANGED
    tokens = token_tables(hub.contracts, chosen, hub.settings, hub.keyring)
    model = model_in_use(hub.settings.models, tokens)
    result = link_month(
        tokens, previous, month, model, hub.keyring.register_key.secret, given=given
    )
    proposals.save(hub.settings, proposals.propose(month, known_at, chosen.digest, result))
    shred(hub.settings, chosen)
    return {
        "persons": result.summary.persons,
        "candidate_pairs": result.summary.candidate_pairs,
        "edges": result.summary.edges,
        "model_version": result.summary.model_version,
    }


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
    passed = [replace(f, passed=True, limit=max(f.limit, f.observed)) for f in found]
    return [_own_model(summary), *passed]


def _own_model(summary: LinkSummary) -> DriftFinding:
    shipped = summary.model_version == shipped_model().version
    return DriftFinding("shipped_model", not shipped, float(shipped), 0.0)


def _summary(run: register.LinkRun) -> LinkSummary:
    return LinkSummary.from_json(str(run.summary["summary"]))


def register_links(hub: Hub, month: date) -> Counts:
    """Write the proposed links of a month into the register."""
    proposal = proposals.load(hub.settings, month)
    if proposal is None:
        return UNCHANGED
    with hub.transaction("Writing the register") as connection:
        change = register.write(connection, _entry(proposal))
    proposals.discard(hub.settings, month)
    return {"links_opened": change.opened, "links_closed": change.closed, **proposal.summary.events}


def _entry(proposal: proposals.Proposal) -> register.Entry:
    names = {
        "source": "founding_source",
        "record_pseudonym": "founding_record",
        "founded_on": "founding_month",
    }
    run = register.LinkRun(
        proposal.month,
        proposal.known_at,
        proposal.input_digest,
        proposal.summary.model_version,
        {"summary": proposal.summary.to_json()},
    )
    persons = proposal.new_persons.rename(columns=names)
    return register.Entry(run, proposal.links, persons, proposal.edges, proposal.events)
