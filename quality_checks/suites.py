"""All checks of the code location: which asset is judged by which rules, over which frames."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import dagster as dg
import sqlalchemy as sa

from assets.refusals import tell
from kim_pipeline.linkage.findings import DriftFinding
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import record_lock
from quality_checks.benefit_communities import BENEFIT_COMMUNITY, benefit_community_frame
from quality_checks.bridge import Load, frames_judge, judged_checks
from quality_checks.completeness import completeness_frame, completeness_rules, delivery_rule
from quality_checks.consents import consent_frame, consent_rules
from quality_checks.core import CORE_TABLES, core_frame, core_rules
from quality_checks.delivered_people import people_frame, people_rules
from quality_checks.hub import Hub
from quality_checks.incoming import incoming_frame, incoming_rules
from quality_checks.links import LINK_RULES, drift_judge
from quality_checks.published import PUBLISHED_TABLES, published_frame, published_rules
from quality_checks.readability import readability_frame, readability_rules
from quality_checks.received import received_frame, received_rules
from quality_checks.recorded import Recorder, delivered_knowledge, outcomes_recorder
from quality_checks.rule import Outcome, Rule
from sources.accepting.acceptance import refuse
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import discard_incoming, load_incoming

LinkFindings = Callable[[date, Settings, sa.Engine], Sequence[DriftFinding]]
Part = tuple[Sequence[Rule], Load]


def all_checks(
    contracts: Sequence[Contract], link_findings: LinkFindings
) -> list[dg.AssetChecksDefinition]:
    """Make the checks of every asset; `link_findings` gives the drift findings of a month."""
    spells = [table for table in CORE_TABLES if table != "person_month"]
    core_parts: list[Part] = [(core_rules(t), core_frame(t)) for t in spells]
    communities: Part = (BENEFIT_COMMUNITY, benefit_community_frame(contracts))
    return [
        *(_incoming_checks(contract) for contract in contracts),
        _link_checks(link_findings),
        _checks("person_spells", [*core_parts, communities]),
        _checks("person_month", [(core_rules("person_month"), core_frame("person_month"))]),
        _checks(
            "indicator_values",
            [(published_rules(t), published_frame(t)) for t in PUBLISHED_TABLES],
        ),
    ]


def _checks(
    asset: str, parts: Sequence[Part], record: Recorder | None = None
) -> dg.AssetChecksDefinition:
    rules = [rule for part in parts for rule in part[0]]
    return judged_checks(asset, rules, frames_judge(parts), record=record or outcomes_recorder())


def _incoming_checks(contract: Contract) -> dg.AssetChecksDefinition:
    parts = [*_incoming_parts(contract)]
    return _checks(contract.step("incoming"), parts, _refusing(contract))


def _incoming_parts(contract: Contract) -> Iterator[Part]:
    yield received_rules(contract), received_frame(contract)
    yield readability_rules(contract), readability_frame(contract)
    for table in contract.tables:
        yield incoming_rules(contract, table), incoming_frame(contract, table)
        if any(feed.target == "person" for feed in table.feeds):
            yield completeness_rules(contract, table), completeness_frame(contract, table)
            yield people_rules(table), people_frame(contract, table)
    if contract.consent is not None:
        yield consent_rules(contract), consent_frame(contract)


def _refusing(contract: Contract) -> Recorder:
    """Record outcomes; when a blocking rule failed, enter the refusal and delete the delivery."""
    record_outcomes = outcomes_recorder(contract.source, delivered_knowledge(contract.source))

    def record(hub: Hub, month: date, asset: str, outcomes: Sequence[Outcome]) -> None:
        record_outcomes(hub, month, asset, outcomes)
        failed = [o.rule.name for o in outcomes if o.rule.blocking and not o.passed]
        if failed:
            incoming = load_incoming(hub.settings, contract.source, month)
            with hub.engine.begin() as connection:
                record_lock.share(connection)
                refuse(connection, contract, incoming, f"quality: {', '.join(map(_told, failed))}")
                tell(connection, contract, month, hub.settings)
            discard_incoming(hub.settings, contract.source, month)

    return record


def _told(check: str) -> str:
    """Add the delivery rule that a check stands for."""
    rule = delivery_rule(check)
    return f"{check} [{rule}]" if rule else check


def _link_checks(link_findings: LinkFindings) -> dg.AssetChecksDefinition:
    judge = drift_judge(lambda month, hub: link_findings(month, hub.settings, hub.engine))
    return judged_checks("link_candidates", LINK_RULES, judge, record=outcomes_recorder())
