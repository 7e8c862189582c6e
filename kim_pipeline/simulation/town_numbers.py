"""Numbers that the towns' offices give, each without a look at the others."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from kim_pipeline.simulation.numbers import grant_number
from kim_pipeline.simulation.records import Record


def numbered_by_town(records: Iterable[Record], towns: Collection[str]) -> Iterator[Record]:
    """Yield the records of these towns under the numbers their offices give them.

    Each counts in the order in which it enters them, so that later months change no number.
    """
    last = dict.fromkeys(towns, 0)
    for record in sorted(records, key=lambda r: (r.since, r.number)):
        town = record.numbered_in
        if town in last:
            last[town] += 1
            yield replace(record, in_town=grant_number(last[town]))
