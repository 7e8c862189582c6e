"""A delivery to be tried, laid before the intake as if the authority had just delivered it.

What a contract says about the way of travel (server, marks of completeness, deletion) is left out:
it is the file that is tried. Passes through a landing zone of its own, under a key nobody keeps.
"""

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from Crypto.Random import get_random_bytes

from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.periods import parse_month
from kim_pipeline.privacy.key_derivation import KEY_BYTES
from kim_pipeline.privacy.key_domains import pseudonym_domain
from kim_pipeline.privacy.key_file import RootKey, Stretching
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.readers.delivered import Delivered
from sources.readers.reading import roles
from sources.receiving.announcement import FILE_NAME, MOST_BYTES
from sources.receiving.intake import pull, read_pulled_tables
from sources.receiving.landing import Pulled

WHERE = "The file"
DRY = "dry-run"


@dataclass(frozen=True)
class Laid:
    """A delivery as the intake read it, and the keyring it was read under."""

    contract: Contract
    pulled: Pulled
    tables: Mapping[str, Delivered]
    keyring: Keyring


def read_laid(
    contract: Contract, path: Path, month: date, settings: Settings, table: str | None
) -> Laid:
    """Pull and read a file, or a folder of the contract's files, as the intake does.

    Nothing stays of it on any disk. Raises DeliveryError when the intake would refuse it.
    """
    tried = _placed(_narrowed(contract, path, table), path)
    keyring = _passing_keys(contract.source)
    with TemporaryDirectory(prefix=".kim-") as passing:
        home, inbox = Path(passing), path.absolute().parent
        pulled = pull(tried, month, replace(settings, home=home, inbox=inbox), keyring)
        return Laid(tried, pulled, read_pulled_tables(tried, pulled, keyring), keyring)


def said_month(path: Path) -> date | None:
    """Read the month from the manifest beside the file; None when it says none that is one."""
    manifest = (path if path.is_dir() else path.parent) / FILE_NAME
    try:
        if manifest.stat().st_size > MOST_BYTES:
            return None
        return parse_month(str(json.loads(manifest.read_text("utf-8"))["period"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, ConfigError):
        return None


def _narrowed(contract: Contract, path: Path, table: str | None) -> Contract:
    """Keep the one table a single file holds; rules that look at other tables rest then."""
    if path.is_dir() or roles(contract) != tuple(entry.name for entry in contract.tables):
        return contract
    if contract.location.format == "sql":
        return contract
    named = [e for e in contract.tables if table in (e.name, None)]
    fitting = [e for e in named if e.delivered == path.name] or named
    if len(fitting) != 1:
        known = ", ".join(entry.name for entry in contract.tables)
        raise DeliveryError(f"{WHERE}: which table is it? Say --table, one of {known}.")
    own = [f for f in fitting[0].findings if not any("." in name for name in f.references)]
    alone = replace(fitting[0], delivered=path.name, findings=tuple(own))
    return replace(contract, tables=(alone,), consent=None)


def _placed(contract: Contract, path: Path) -> Contract:
    """Let the contract say that the delivery lies where it is."""
    place = path.absolute()
    by_table = roles(contract) == tuple(entry.name for entry in contract.tables)
    if contract.location.format == "sql":
        template = f"sqlite:///{place}"
    elif place.is_dir() and not by_table:
        template = str(place / posixpath.basename(contract.location.template))
    else:
        template = str(place if place.is_dir() or not by_table else place.parent)
    transport = replace(
        contract.location.transport,
        kind="folder",
        complete="at_once",
        password_file=None,
        delete_after_pull=False,
    )
    return replace(
        contract, location=replace(contract.location, template=template, transport=transport)
    )


def _passing_keys(source: str) -> Keyring:
    """Make up keys that live as long as this process."""
    stretching = Stretching(1, 1, 1, b"")
    roots = {
        domain: RootKey(domain, DRY, "", False, stretching, get_random_bytes(KEY_BYTES))
        for domain in ("landing", pseudonym_domain(source))
    }
    return Keyring(roots, demo=False)
