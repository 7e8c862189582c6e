"""At the authority: a delivery becomes a sealed one, with the authority's own keys alone."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from Crypto.Random import get_random_bytes

from kim_pipeline.errors import DeliveryError, KeyFileError
from kim_pipeline.periods import format_month, next_month
from kim_pipeline.privacy.epochs import Epochs, epochs_of
from kim_pipeline.privacy.key_derivation import KEY_BYTES
from kim_pipeline.privacy.key_domains import LINK, pseudonym_domain, sender_domain
from kim_pipeline.privacy.key_file import RootKey
from kim_pipeline.privacy.key_info import key_info
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.parties import HUB
from kim_pipeline.privacy.recontact import seal_numbers
from kim_pipeline.privacy.token_sets import token_sets
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.incoming.prepared import Prepared, prepare
from sources.incoming.troubles import troubles
from sources.incoming.unsealed import RECONTACT, tokens_name
from sources.receiving.announcement import FILE_NAME as MANIFEST
from sources.receiving.intake import pull, read_pulled_tables
from sources.receiving.landing import Pulled
from sources.sealed.content import Addressed, Content, write_content
from sources.sealed.origin import ORIGIN, origin
from sources.sealed.place import FILE_NAME

LANDING = "landing"
# So many months after its own a delivery may still stand in for a later one, across New Year.
SERVES_MONTHS = 3


@dataclass(frozen=True)
class Sealing:
    """What was sealed: where it lies, its number, counts, and what the office should mend."""

    file: Path
    sequence: int
    rows_read: int
    rows_sealed: int
    persons: int
    troubles: Mapping[str, str] = field(default_factory=dict)


def seal_delivery(  # noqa: PLR0913 (what a sealing needs)
    contract: Contract,
    month: date,
    out: Path,
    settings: Settings,
    keyring: Keyring,
    *,
    sequence: int | None = None,
) -> Sealing:
    """Read what lies at the contract's place and write `out/<source>/<month>/delivery.kim`.

    The number is that of the delivery's own manifest, unless `sequence` is given or there is none;
    it must rise when a month is sealed again. Raises DeliveryError for what the hub would refuse
    as well; then nothing is written. The delivered files are left where they are.
    """
    folder = out / contract.source / format_month(month)
    kept = replace(contract.location.transport, delete_after_pull=False)
    left = replace(contract, location=replace(contract.location, transport=kept))
    once = _with_landing_key(keyring)
    with TemporaryDirectory(prefix=".kim-", dir=_made(settings.home)) as passing:
        pulled = pull(left, month, replace(settings, home=Path(passing)), once)
        delivered = read_pulled_tables(left, pulled, once)
        known_by = origin(left, pulled, once)
    key = keyring.pseudonym_key(contract.source)
    prepared = prepare(left, month, delivered, key, pulled.received_at.date())
    number = _number(folder, sequence or pulled.sequence)
    manifest = _manifest(contract, pulled, prepared, number, keyring) | known_by
    content = Content(manifest, _tables(contract, month, prepared, keyring))
    _write(folder, content, Addressed(contract.source, month), keyring)
    persons = prepared.numbers.num_rows if prepared.numbers is not None else 0
    counts = prepared.counts.values()
    read, accepted = (sum(getattr(c, n) for c in counts) for n in ("rows_read", "rows_accepted"))
    found = troubles(contract, prepared.counts)
    return Sealing(folder / FILE_NAME, number, read, accepted, persons, found)


def _made(home: Path) -> Path:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _with_landing_key(keyring: Keyring) -> Keyring:
    """Add a landing key that lives as long as this process: what passes by is never in clear."""
    like = next(iter(keyring.roots.values()))
    once = RootKey(
        *(LANDING, f"{LANDING}.once", like.created, like.demo, like.stretching),
        get_random_bytes(KEY_BYTES),
    )
    return replace(keyring, roots={**keyring.roots, LANDING: once})


def _number(folder: Path, given: int | None) -> int:
    """Give the number of the delivery, higher than that of one that lies there already."""
    path = folder / MANIFEST
    try:
        last = int(json.loads(path.read_text("utf-8"))["sequence"]) if path.exists() else 0
    except (ValueError, KeyError, TypeError):
        raise DeliveryError(f"{path} is not readable; remove it and say --sequence.") from None
    number = given or last + 1
    if number <= last:
        raise DeliveryError(
            f"{folder / FILE_NAME} has number {last} already; give a higher one: --sequence"
        )
    return number


def _tables(
    contract: Contract, month: date, prepared: Prepared, keyring: Keyring
) -> dict[str, pa.Table]:
    tables = dict(prepared.staged)
    if prepared.link_fields is None or prepared.numbers is None:
        return tables
    for epoch in sorted({epochs_of(next_month(month, n)).link for n in range(SERVES_MONTHS + 1)}):
        made = token_sets(prepared.link_fields, keyring, Epochs(epoch, ""))
        tables[tokens_name(epoch)] = made
    public = keyring.recontact_key(contract.source)
    if public is None:
        raise KeyFileError(
            f"{contract.source}.public.json is not among the keys; run: kim keys share"
        )
    numbers = prepared.numbers.to_pydict()
    pseudonyms = numbers["record_pseudonym"]
    tables[RECONTACT] = seal_numbers(pseudonyms, numbers["number"], contract.source, public)
    return tables


def _manifest(
    contract: Contract, pulled: Pulled, prepared: Prepared, number: int, keyring: Keyring
) -> dict[str, Any]:
    domains = (pseudonym_domain(contract.source), LINK)
    return {
        "source": contract.source,
        "period": format_month(pulled.month),
        "sequence": number,
        "created": pulled.received_at.isoformat(),
        # A demo key has passed the question whether all is invented; a real one asks nothing.
        "invented": keyring.demo,
        "contract_version": contract.version,
        "code_version": version("kim-pipeline"),
        "keys": [asdict(key_info(keyring.roots[domain])) for domain in domains],
        "approved": _approved(contract),
        "warned": list(prepared.warned),
        "tables": {name: asdict(counts) for name, counts in prepared.counts.items()},
    }


def _approved(contract: Contract) -> Mapping[str, list[str]]:
    return {
        table.name: sorted(field.name for field in table.fields if field.approved)
        for table in contract.tables
        if table.approved
    }


def _write(folder: Path, content: Content, addressed: Addressed, keyring: Keyring) -> None:
    """Write the sealed file, then the manifest beside it; what lay there before is replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f".{get_random_bytes(8).hex()}"
    hub = keyring.party(HUB).key("receiving")
    sender = keyring.private_key(sender_domain(addressed.source))
    said = ("source", "period", "sequence", "created", ORIGIN)
    beside = {name: content.manifest[name] for name in said if name in content.manifest}
    try:
        write_content(content, fresh, addressed, hub, sender)
        (folder / MANIFEST).unlink(missing_ok=True)
        fresh.rename(folder / FILE_NAME)
    finally:
        fresh.unlink(missing_ok=True)
    text = json.dumps({**beside, "invented": content.manifest["invented"]}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
