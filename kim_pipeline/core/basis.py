"""What a build rests on besides the rows of persons; where it changed, everybody is built anew."""

from collections.abc import Iterator, Sequence
from importlib import resources

import sqlalchemy as sa

from kim_pipeline.core.build import Knowledge
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.core.scope import Scope
from kim_pipeline.core.snapshot import PERSON, first_months
from kim_pipeline.warehouse.schema import core, meta, register
from kim_pipeline.warehouse.schema.quality import delivery

_SHIPPED = (".py", ".sql", ".yaml")


Beginnings = Sequence[tuple[str, str]]


def basis(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    definitions: Definitions,
    knowledge: Knowledge,
    began: Beginnings,
) -> str:
    """Sum up what a build rests on as 64 hexadecimal digits.

    Queries and code of this package, definitions, feeds, columns, groups of codes, how the sources
    `began`, and how many deliveries and link runs were known: one that is told later of an earlier
    moment changes the sum.
    """
    told = [
        *_shipped(),
        repr(definitions),
        *(repr(_described(feed)) for feed in feeds),
        *(repr([(c.name, str(c.type)) for c in t.columns]) for t in core.HISTORIES.values()),
        *_codes(connection),
        *_known(connection, knowledge),
        repr(began),
    ]
    text = sa.func.convert_to("\n".join(told), "UTF8")
    summed = sa.select(sa.func.encode(sa.func.sha256(text), "hex"))
    return str(connection.execute(summed).scalar_one())


def beginnings(
    connection: sa.Connection, feeds: Sequence[Feed], knowledge: Knowledge
) -> Beginnings:
    """List the months with which the sources began, as known then; no person's alone."""
    opened = (
        sa.select(delivery.c.source, sa.func.min(delivery.c.month))
        .where(delivery.c.status == "accepted", delivery.c.known_at <= knowledge.known_at)
        .group_by(delivery.c.source)
    )
    scope = Scope(knowledge.month, knowledge.known_at)
    started = [first_months(feed, scope) for feed in feeds if feed.target == PERSON]
    return sorted(
        (str(row[0]), str(row[1]))
        for query in (opened, *started)
        for row in connection.execute(query)
    )


def _shipped() -> Iterator[str]:
    package = resources.files("kim_pipeline.core")
    for folder in (package, package.joinpath("month"), package.joinpath("spells")):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(_SHIPPED):
                yield file.read_text("utf-8")


def _described(feed: Feed) -> tuple[object, ...]:
    through = feed.through and (feed.through[0].name, feed.through[1])
    given = sorted(feed.columns.items()), sorted(feed.constants.items())
    return feed.source, feed.table.name, feed.target, *given, through, feed.precedence


def _codes(connection: sa.Connection) -> Iterator[str]:
    code = meta.code
    query = sa.select(code.c.code_list, code.c.code, code.c.code_group)
    yield from sorted(repr(tuple(row)) for row in connection.execute(query))


def _known(connection: sa.Connection, knowledge: Knowledge) -> Iterator[str]:
    for table in (delivery, register.link_run):
        known = table.c.known_at <= knowledge.known_at
        count = sa.select(sa.func.count()).select_from(table).where(known)
        yield str(connection.execute(count).scalar_one())
