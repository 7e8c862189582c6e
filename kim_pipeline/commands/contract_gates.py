"""What the quality gate would say of a tried delivery, by the rules that every run is judged by."""

from collections.abc import Iterator, Sequence

import pandas as pd

from quality_checks.frames import plain_frame
from quality_checks.incoming import incoming_rules
from quality_checks.readability import readability_rules, shares
from quality_checks.received import judged, received_rules
from quality_checks.rule import Outcome, Rule
from quality_checks.validation import validate_frame
from sources.authoring.dry_run import DryRun

NOT_JUDGED = (
    "older, doubled (of another month), half (against the month before), row_count, town_empty, "
    "id_format"
)
"""Rules that need the deliveries before; a trial has none."""


def gate_failures(run: DryRun) -> list[Outcome]:
    """List the rules that do not hold; counts only. What needs other months is not judged."""
    outcomes = [o for rules, frame in _parts(run) for o in validate_frame(frame, rules)]
    return [outcome for outcome in outcomes if not outcome.passed]


def _parts(run: DryRun) -> Iterator[tuple[Sequence[Rule], pd.DataFrame]]:
    contract, counts = run.contract, run.incoming.tables
    yield received_rules(contract), judged(contract, run.incoming)
    readable = {name: shares(counted) for name, counted in counts.items()}
    yield readability_rules(contract), pd.DataFrame(readable)
    for table in contract.tables:
        yield incoming_rules(contract, table), plain_frame(run.staged[table.name])
