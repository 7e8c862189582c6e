"""Origins of what core holds: the queries, and what the contracts feed into them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assets.core_queries import PART, PREFIX, ROWS, VERSIONS, Read, month_reads, spell_reads
from assets.origins import PERSON, SPELLS, Origin, Origins
from kim_pipeline.core.feeds import Feed
from kim_pipeline.warehouse.schema.person_month import PARTS
from sources.accepting.staging import feeds
from sources.contracts.contract import Contract
from sources.contracts.tables import KEY

# Which row comes first, and whose it is; an origin only of what tells nothing else.
_ORDERING = ("person_id", "row_key", "owner_key", "precedence", "vanished_on")


@dataclass(frozen=True)
class CoreOrigins:
    """Where the columns of core come from, given what the contracts feed into it."""

    feeds: tuple[Feed, ...]

    def of_spells(self) -> Origins:
        """Say for `<table>.<column>` of persons, spells and facts."""
        return {
            f"{table}.{column}": self._found(reads)
            for table, columns in spell_reads().items()
            for column, reads in columns.items()
        }

    def of_months(self) -> Origins:
        """Say for every column of `core.person_month`."""
        every = {name: reads for part in month_reads().values() for name, reads in part.items()}
        given = {n: self._found(every[n]) for names in PARTS.values() for n in names}
        return {"person_id": frozenset({PERSON}), **given}

    def _found(self, reads: frozenset[Read]) -> frozenset[Origin]:
        telling = [read for read in reads if read[1] not in _ORDERING] or reads
        origins = {o for read in telling for o in self._origins(read)}
        return frozenset(origins) or frozenset({PERSON})

    def _origins(self, read: Read) -> Iterator[Origin]:
        table, column = read
        if column == "person_id":
            yield PERSON
        elif table.startswith(PART):
            part = month_reads()[table.removeprefix(PART)]
            yield from (o for r in part.get(column, ()) for o in self._origins(r))
        elif table.endswith(ROWS) or table == VERSIONS:
            target = "person" if table == VERSIONS else table.removeprefix(PREFIX)[: -len(ROWS)]
            yield from self._staged(target, column)
        else:
            yield SPELLS, f"{table.removeprefix(PREFIX)}.{column}"

    def _staged(self, target: str, column: str) -> Iterator[Origin]:
        """Yield the staged columns a feed reads; that a row is there is told by its key."""
        for feed in (f for f in self.feeds if f.target == target):
            named = feed.columns.get(column)
            if named is None and column == "valid_to":
                named = feed.columns.get("last_day")
            table = feed.table.name.removeprefix(f"{feed.source}_")
            yield f"{feed.source}_records", f"{table}.{named or KEY[0]}"


def core_origins(contracts: Sequence[Contract]) -> CoreOrigins:
    """Read what the contracts feed into core."""
    return CoreOrigins(feeds(contracts))
