"""One office that receives: a warehouse with a good month, and what becomes of a second one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd
import psycopg
import sqlalchemy as sa
from good_deliveries import BEFORE, CASES, JOBS, MONTH, OFFICE
from psycopg import sql

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from quality_checks.completeness import completeness_frame, completeness_rules, delivery_rule
from quality_checks.incoming import incoming_frame, incoming_rules
from quality_checks.readability import readability_frame, readability_rules
from quality_checks.received import received_frame, received_rules
from quality_checks.rule import Rule
from quality_checks.validation import validate_frame
from sources.accepting.acceptance import accept, refuse
from sources.contracts.contract import Contract
from sources.incoming.pseudonymise import Incoming, discard_incoming, pseudonymise
from sources.receiving.intake import pull

_TABLES = """
SELECT schemaname, tablename FROM pg_tables
WHERE schemaname IN ('staging', 'register', 'core', 'published', 'audit') ORDER BY 1, 2
"""
_ACCEPTED = "SELECT source, month, content_mac FROM quality.delivery WHERE status = 'accepted'"


@dataclass(frozen=True)
class Ended:
    """How a delivery ended: `accepted`, a delivery rule, or the check that stopped it."""

    result: str
    message: str = ""
    warned: tuple[str, ...] = ()
    rows_rejected: int = 0


@dataclass
class Receiver:
    """An installation that takes deliveries in, gate included."""

    settings: Settings
    engine: sa.Engine
    keyring: Keyring
    months: list[date] = field(default_factory=list)

    def take_in_first_month(self) -> None:
        for contract in (OFFICE, JOBS, CASES):
            ended = self.receive(contract, BEFORE, keep=True)
            assert ended.result == "accepted", ended

    def receive(self, contract: Contract, month: date = MONTH, *, keep: bool = False) -> Ended:
        """Take a delivery in as the intake job does; what is accepted is taken back but for one."""
        try:
            pulled = pull(contract, month, self.settings, self.keyring)
            incoming = pseudonymise(contract, pulled, self.settings, self.keyring)
        except DeliveryError as error:
            return Ended(error.rule or "no rule", str(error))
        failed = [*self._failed(contract, month)]
        stopped = [rule.name for rule in failed if rule.blocking]
        if stopped:
            with self.engine.begin() as connection:
                refuse(connection, contract, incoming, f"quality: {', '.join(stopped)}")
            discard_incoming(self.settings, contract.source, month)
            result = delivery_rule(stopped[0]) or _check(stopped[0])
            return Ended(result, ", ".join(stopped))
        warned = tuple(delivery_rule(rule.name) or _check(rule.name) for rule in failed)
        return self._accepted(contract, incoming, warned, keep)

    def _accepted(
        self, contract: Contract, incoming: Incoming, warned: tuple[str, ...], keep: bool
    ) -> Ended:
        with self.engine.connect() as connection:
            accept(connection, contract, incoming, self.settings)
            connection.commit() if keep else connection.rollback()
        discard_incoming(self.settings, contract.source, incoming.month)
        return Ended("accepted", "", warned, incoming.rows_rejected)

    def _failed(self, contract: Contract, month: date) -> Iterator[Rule]:
        for rules, frame in self._parts(contract, month):
            yield from (o.rule for o in validate_frame(frame, rules) if not o.passed)

    def _parts(
        self, contract: Contract, month: date
    ) -> Iterator[tuple[tuple[Rule, ...], pd.DataFrame]]:
        yield received_rules(contract), received_frame(contract)(month, self)
        yield readability_rules(contract), readability_frame(contract)(month, self)
        for table in contract.tables:
            yield incoming_rules(contract, table), incoming_frame(contract, table)(month, self)
            if any(feed.target == "person" for feed in table.feeds):
                rules = completeness_rules(contract, table)
                yield rules, completeness_frame(contract, table)(month, self)

    def warehouse(self) -> dict[str, str]:
        """Give every row that a delivery could have changed, table by table, as text."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            names = connection.execute(_TABLES).fetchall()
            found = {f"{schema}.{name}": _rows(connection, schema, name) for schema, name in names}
            found["accepted"] = str(sorted(connection.execute(_ACCEPTED).fetchall()))
        return found

    @cached_property
    def _url(self) -> str:
        url = self.engine.url.set(drivername="postgresql")
        return url.render_as_string(hide_password=False)


def _check(name: str) -> str:
    return name.rpartition("__")[2]


def _rows(connection: psycopg.Connection[tuple[str, ...]], schema: str, name: str) -> str:
    query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(schema, name))
    return "\n".join(row[0] for row in connection.execute(query))
