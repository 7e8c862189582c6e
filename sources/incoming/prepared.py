"""What is made of a delivery where names are known: rows without identifiers, and what links them.

The same at the hub and, for a sealed delivery, at the authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month, last_day
from kim_pipeline.privacy.key_derivation import Key
from sources.contracts.contract import Contract
from sources.incoming.drafts import Draft, draft_table
from sources.incoming.link_columns import PERSON, link_columns
from sources.incoming.permitted import permitted
from sources.incoming.staged_rows import stage
from sources.incoming.table_counts import TableCounts, count_table
from sources.readers.delivered import Delivered

TOWN_MARK = "/"


@dataclass(frozen=True)
class Prepared:
    """Staged tables and their counts; `link_fields` and `numbers` stay in memory.

    `numbers` has the columns `record_pseudonym` and `number`, one row per person. Both are None
    where the contract links no people. `warned` names the delivery rules that only warned.
    """

    staged: Mapping[str, pa.Table]
    counts: Mapping[str, TableCounts]
    link_fields: pa.Table | None
    numbers: pa.Table | None
    warned: tuple[str, ...] = ()


def prepare(
    contract: Contract, month: date, delivered: Mapping[str, Delivered], key: Key, known_on: date
) -> Prepared:
    """Type, judge, pseudonymise and stage every table; `key` makes the source's pseudonyms.

    `known_on` is the day of the delivery: a consent that had ended by then does not count.
    Raises DeliveryError when it is not what the contract says.
    """
    drafts = _drafts(contract, month, delivered, key, known_on)
    staged = {name: stage(draft, drafts, last_day(month)) for name, draft in drafts.items()}
    counts = {
        name: count_table(draft, staged[name], delivered[name]) for name, draft in drafts.items()
    }
    warned = tuple(sorted({rule for table in delivered.values() for rule in table.warned}))
    if contract.person_table is None:
        return Prepared(staged, counts, None, None, warned)
    person = drafts[contract.person_table.name]
    return Prepared(staged, counts, link_columns(person, key), _numbers(person), warned)


def link_fields(
    contract: Contract, month: date, delivered: Mapping[str, Delivered], key: Key, known_on: date
) -> pa.Table:
    """Make only what links people; holds names. `known_on` is as for `prepare`.

    Raises DeliveryError when the contract links no people, or the delivery is not what it says.
    """
    if contract.person_table is None:
        raise DeliveryError(f"{contract.source} links no people; leave it out of the link run.")
    person = _drafts(contract, month, delivered, key, known_on)[contract.person_table.name]
    return link_columns(person, key)


def _drafts(
    contract: Contract, month: date, delivered: Mapping[str, Delivered], key: Key, known_on: date
) -> dict[str, Draft]:
    where = f"{contract.source} {format_month(month)}"
    text = contract.location.text
    drafts = {
        table.name: draft_table(
            delivered[table.name], table, key, text, f"{where}, table {table.name}"
        )
        for table in contract.tables
    }
    end = last_day(month)
    return permitted(contract, drafts, end, max(end, known_on))


def _numbers(person: Draft) -> pa.Table:
    """Give every person's own number, by which the authority finds the file again.

    Where it holds in one town only, the town goes before it: `05158004/AL000017`.
    """
    field = next(
        field
        for field in person.table.fields
        if any(rule.domain == PERSON for rule in field.rules_named("pseudonymise"))
    )
    number = person.fields[field.name].cast(pa.string())
    if person.towns is not None:
        texts = zip(person.towns.to_pylist(), number.to_pylist(), strict=True)
        number = pa.array([f"{town}{TOWN_MARK}{text}" for town, text in texts], pa.string())
    found = pa.table({"record_pseudonym": person.by_domain()[PERSON], "number": number})
    whole = found.filter(pc.is_valid(found["record_pseudonym"]))
    kept = whole.group_by("record_pseudonym").aggregate([("number", "min")])
    return kept.rename_columns(["record_pseudonym", "number"]).sort_by("record_pseudonym")
