"""The hub: the one resource of the code location.

It knows settings, Kreis, contracts, keys and warehouse, and opens each only when an asset asks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import dagster as dg
import sqlalchemy as sa
from pydantic import PrivateAttr

from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.settings import Settings, read_settings
from kim_pipeline.warehouse import recontact, record_lock
from kim_pipeline.warehouse.contents import contents
from kim_pipeline.warehouse.engine import engine_at, role_engine, warehouse_errors
from kim_pipeline.warehouse.erased import ERASED_RECORDS, Erased, read_erased
from kim_pipeline.warehouse.key_registry import admit
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.server import ensure_server
from sources.accepting.staging import reference_codes, source_names, staging_tables
from sources.contracts.approval import permitted
from sources.contracts.contract import Contract, load_contracts
from sources.receiving.earlier import Taken
from sources.receiving.intake import pull
from sources.receiving.landing import Pulled
from sources.sealed.place import as_sealed


@cache
def opened_contracts() -> tuple[Contract, ...]:
    """Read the contracts in the box, once in a process."""
    return load_contracts()


@cache
def opened_warehouse(url: str, config: Path) -> sa.Engine:
    """Open the warehouse and bring it to the state this code expects, once in a process."""
    engine = engine_at(url)
    provision(
        engine,
        [table for c in opened_contracts() for table in staging_tables(c).values()],
        reference_codes(),
        {town.ags: town.name for town in read_kreis(config).towns},
        source_names(opened_contracts()),
    )
    return engine


class Hub(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What every asset needs, opened when first used."""

    _settings: Settings | None = PrivateAttr(default=None)
    _kreis: Kreis | None = PrivateAttr(default=None)
    _keyring: Keyring | None = PrivateAttr(default=None)

    @property
    def settings(self) -> Settings:
        """Where things are."""
        if self._settings is None:
            self._settings = read_settings()
        return self._settings

    @property
    def kreis(self) -> Kreis:
        """Which Kreis this is."""
        if self._kreis is None:
            self._kreis = read_kreis(self.settings.config)
        return self._kreis

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """All source contracts, by source name, as this Kreis is delivered to."""
        contracts = opened_contracts()
        return tuple(map(as_sealed, contracts)) if self.kreis.sealed else contracts

    def contract(self, source: str) -> Contract:
        """The contract of one source."""
        return {contract.source: contract for contract in self.contracts}[source]

    @property
    def permitted_contracts(self) -> tuple[Contract, ...]:
        """All contracts within their approvals; refused when a source has none that holds today."""
        return tuple(self.permitted(contract.source) for contract in self.contracts)

    def permitted(self, source: str) -> Contract:
        """The contract of one source within its approval, asked for before any file is opened.

        Raises LegalError where no approval covers the source today.
        """
        return permitted(self.contract(source), self.kreis)

    @property
    def engine(self) -> sa.Engine:
        """The warehouse as its owner, running and in the state this code expects."""
        with warehouse_errors("Opening the warehouse"):
            return opened_warehouse(ensure_server(self.settings).url, self.settings.config)

    @property
    def keyring(self) -> Keyring:
        """The keys, checked against those this warehouse was built with.

        Demo keys open in the demo Kreis only. Raises KeyFileError before any delivery is read.
        """
        if self._keyring is None:
            sources = [contract.source for contract in self.contracts]
            demo, sealed = self.kreis.demo, self.kreis.sealed
            keyring = load_keyring(self.settings, sources, demo_allowed=demo, sealed=sealed)
            with self.transaction("Checking the keys") as connection:
                admit(connection, keyring)
            self._keyring = keyring
        return self._keyring

    def reachable(self, source: str) -> frozenset[str]:
        """The records of a source whose numbers are sealed to its key already."""
        key = self.keyring.recontact_key(source)
        if key is None:
            return frozenset()
        with self.transaction("Reading the register") as connection:
            return recontact.reachable(connection, source, key.kid)

    def erased(self, source: str) -> Erased:
        """The records of a source that were erased and must not come back."""
        key = self.keyring.hub_key(ERASED_RECORDS)
        with self.transaction("Reading the register") as connection:
            return read_erased(connection, source, key)

    def pulled(self, contract: Contract, month: date) -> Pulled:
        """The delivery of a month, sealed in the landing zone; see `pull`."""
        with self.transaction("Reading deliveries") as connection:
            held = contents(connection, contract.source)
        taken = Taken(held.known, held.in_force)
        return pull(contract, month, self.settings, self.keyring, taken)

    @contextmanager
    def transaction(self, doing: str, *, alone: bool = False) -> Iterator[sa.Connection]:
        """Run one transaction; on any error nothing of it remains.

        No record is erased meanwhile. Whoever erases is `alone`: it waits for all others to end,
        and they wait for it, so that it must not open another transaction within.
        """
        engine = self.engine
        with warehouse_errors(doing), engine.begin() as connection:
            record_lock.hold_alone(connection) if alone else record_lock.share(connection)
            yield connection

    @contextmanager
    def reading(self, role: str, doing: str) -> Iterator[sa.Connection]:
        """Read as one of the roles, which sees no more than it may."""
        self.engine  # noqa: B018 - brought up to date before a reader keeps its views from changing
        with warehouse_errors(doing), role_engine(self.settings, role).connect() as connection:
            yield connection
