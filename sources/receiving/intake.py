"""Pull: find a delivery, seal it into the landing zone at once, and know it again."""

import shutil
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import BinaryIO

from kim_pipeline.periods import format_month
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.sealed_file import SealedReader, read_sealed
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.readers.delivered import Delivered, join, of_town
from sources.readers.reading import read_tables
from sources.readers.rewindable import rewindable
from sources.receiving.announcement import Announcement, Asked, read_announcement
from sources.receiving.earlier import (
    Earlier,
    Signs,
    Taken,
    check_newer,
    check_number,
    check_original,
    earlier,
)
from sources.receiving.expected import Expectation, by_town, expect
from sources.receiving.landing import (
    Pulled,
    Sealed,
    landed,
    month_folder,
    seal_files,
    write_manifest,
)
from sources.receiving.offered import delete_taken, find
from sources.receiving.plausible import check_rows, check_tables
from sources.receiving.verdicts import Verdicts
from sources.receiving.watermark import remember, unchanged, watermark
from sources.transports.opening import open_place
from sources.transports.place import Place
from sources.transports.taking import Offered, take

FORWARD = ("csv", "xml")
Streams = Generator[tuple[str, Iterable[bytes]], None, None]


def pull(
    contract: Contract,
    month: date,
    settings: Settings,
    keyring: Keyring,
    taken: Taken | None = None,
) -> Pulled:
    """Seal the delivery of a month; the same content pulled again gives the earlier result.

    `taken` is what the warehouse took before; without its word everything pulled counts. Raises
    DeliveryError, naming the delivery rule that was broken, when it is missing, not whole, speaks
    of another month, is older than one already there or has its number, is the content of another
    month, or is not marked as invented while only demo keys are loaded.
    """
    before = landed(settings.landing, contract.source, month)
    expected = expect(contract, settings, month)
    with open_place(contract.location, settings) as place:
        if before and _was_taken(contract, place, expected):
            return before[-1]
        mark = watermark(contract, month, settings, keyring)
        if same := unchanged(before, mark):
            return same
        counting = earlier(settings.landing, contract.source, month, taken)
        pulling = _Pull(contract, month, settings, keyring, counting)
        return remember(pulling.made(place, expected, before), before, mark)


def read_pulled_tables(
    contract: Contract, pulled: Pulled, keyring: Keyring
) -> dict[str, Delivered]:
    """Decrypt a sealed delivery in memory and read its tables as strings.

    Raises DeliveryError when it is not what the contract or the authority's own counts say.
    """
    key = keyring.landing_key
    where = f"{contract.source} {format_month(pulled.month)}"
    parts: dict[str, list[Delivered]] = {table.name: [] for table in contract.tables}
    for town, roles in by_town([*pulled.files]).items():
        streams = {r: _opened(contract, pulled, f, key) for r, f in roles.items()}
        here = f"{where}, town {town}" if town else where
        for name, part in read_tables(contract, streams, pulled.month, here).items():
            parts[name].append(of_town(part, town))
    tables = {name: join(found) for name, found in parts.items() if found}
    verdicts = Verdicts(contract.delivery_rules)
    check_rows(where, tables, pulled.announced_rows, verdicts)
    check_tables(where, contract, tables, verdicts)
    warned = tuple(dict.fromkeys((*pulled.warned, *verdicts.warned)))
    return {name: replace(table, warned=warned) for name, table in tables.items()}


def _opened(contract: Contract, pulled: Pulled, role: str, key: Key) -> BinaryIO:
    """Decrypt a file, piece by piece where its reader only goes forward, else whole."""
    path = pulled.folder / pulled.files[role]
    if contract.location.format in FORWARD and contract.location.archive is None:
        return rewindable(lambda: SealedReader(path, key))
    return read_sealed(path, key)


class _Pull:
    """One pull: what it is about, and what was found on the way."""

    def __init__(
        self,
        contract: Contract,
        month: date,
        settings: Settings,
        keyring: Keyring,
        counting: Earlier,
    ) -> None:
        self.contract, self.month, self.earlier = contract, month, counting
        self.settings, self.keyring = settings, keyring
        self.where = f"{contract.source} {format_month(month)}"
        self.verdicts = Verdicts(contract.delivery_rules)

    def made(self, place: Place, expected: Expectation, before: tuple[Pulled, ...]) -> Pulled:
        """Judge what is known before the first byte, seal, judge the content, keep or drop."""
        offered = find(self.contract, place, expected, self.where, self.verdicts)
        transport = self.contract.location.transport
        names = frozenset(table.name for table in self.contract.tables)
        asked = Asked(self.contract.source, self.month, transport.manifest_required, names)
        announced = read_announcement(place, expected.manifest, asked, self.verdicts)
        self._check_invented(announced)
        check_newer(self.where, announced, self.earlier, self.verdicts)
        promised = {**announced.checksums}
        offered = [_with_checksum(one, promised) for one in offered]
        sealed = self._seal(place, offered, announced)
        pulled = _keep(self._describe(sealed, announced), sealed, before)
        if offered and transport.delete_after_pull:
            delete_taken(place, transport.complete, offered, expected.manifest)
        return pulled

    def _check_invented(self, announced: Announcement) -> None:
        if self.keyring.demo and not announced.invented:
            self.verdicts.broken(
                "real_data",
                f"{self.where}: demo keys are for deliveries marked as invented only; run: "
                "kim keys init",
            )

    def _seal(self, place: Place, offered: list[Offered], announced: Announcement) -> Sealed:
        key, content = self.keyring.landing_key, self.keyring.content_key
        parent = month_folder(self.settings.landing, self.contract.source, self.month)
        # Closed here, whatever happens: left to the collector, a connection would end elsewhere.
        with closing(self._streams(place, offered)) as streams:
            sealed = seal_files(parent, streams, key, content)
        try:
            self._check_content(sealed, announced)
        except BaseException:
            shutil.rmtree(sealed.folder)
            raise
        return sealed

    def _streams(self, place: Place, offered: list[Offered]) -> Streams:
        if self.contract.location.format == "sql":
            # Only who delivers from a database needs SQLAlchemy.
            from sources.receiving.database import read_database  # noqa: PLC0415

            yield from read_database(self.contract, self.settings, self.month)
            return
        for one in offered:
            yield one.role, take(place, one, self.where)

    def _check_content(self, sealed: Sealed, announced: Announcement) -> None:
        """Compare with what came before; a database is not laid, and may rightly not change."""
        if self.contract.location.format == "sql":
            return
        signs: Signs = frozenset({sealed.content_mac, announced.origin_mac or sealed.content_mac})
        check_number(self.where, announced, signs, self.earlier, self.verdicts)
        check_original(self.where, signs, self.earlier, self.verdicts)

    def _describe(self, sealed: Sealed, announced: Announcement) -> Pulled:
        now = datetime.now(UTC)
        return Pulled(
            source=self.contract.source,
            month=self.month,
            folder=sealed.folder.parent / sealed.content_mac.hex()[:32],
            content_mac=sealed.content_mac,
            received_at=min(announced.created or now, now),
            pulled_at=now,
            sequence=announced.sequence,
            size=sealed.size,
            files=sealed.files,
            # A name that the contract does not know could be anybody's; it is written nowhere.
            announced_rows={
                table.name: announced.rows[table.name]
                for table in self.contract.tables
                if table.name in announced.rows
            },
            warned=self.verdicts.warned,
            origin_mac=announced.origin_mac,
        )


def _was_taken(contract: Contract, place: Place, expected: Expectation) -> bool:
    """Tell whether nothing lies there because an earlier pull took it away, as agreed."""
    if not contract.location.transport.delete_after_pull or not expected.files:
        return False
    return not any(place.look(file.path) for file in expected.files)


def _with_checksum(offered: Offered, promised: dict[str, str]) -> Offered:
    """Give a file the checksum of the manifest, by name or by town folder and name."""
    parts = offered.path.split("/")
    names = ("/".join(parts[-2:]), parts[-1])
    found = next((promised[name] for name in names if name in promised), offered.sha256)
    return replace(offered, sha256=found)


def _keep(pulled: Pulled, sealed: Sealed, before: tuple[Pulled, ...]) -> Pulled:
    """Give the sealed folder its name, or drop it when the same content is already there."""
    same = [earlier for earlier in before if earlier.content_mac == pulled.content_mac]
    if same:
        shutil.rmtree(sealed.folder)
        return replace(same[0], announced_rows=pulled.announced_rows or same[0].announced_rows)
    write_manifest(pulled, sealed.folder)
    sealed.folder.rename(pulled.folder)
    return pulled
