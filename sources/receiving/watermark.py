"""Whether a database is still what was read of it: told by its watermark, and by nothing else.

The keyed digest of the last pull of a month lies in the folder of its delivery; no other delivery
of the month has one.
"""

from collections.abc import Iterable
from datetime import date

from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.receiving.landing import Pulled

FILE_NAME = "watermark"


def watermark(
    contract: Contract, month: date, settings: Settings, keyring: Keyring
) -> bytes | None:
    """Read the watermark of a source, as a digest; None where its contract names none."""
    if not contract.location.watermark:
        return None
    # Only who delivers from a database needs SQLAlchemy.
    from sources.receiving.database import watermark_mac  # noqa: PLC0415

    return watermark_mac(contract, settings, month, keyring.content_key)


def unchanged(before: Iterable[Pulled], mark: bytes | None) -> Pulled | None:
    """Find the delivery that was read at this watermark."""
    return next((pulled for pulled in before if mark and _mark(pulled) == mark.hex()), None)


def remember(pulled: Pulled, before: Iterable[Pulled], mark: bytes | None) -> Pulled:
    """Note the watermark a delivery was read at, and forget those of the others of its month."""
    for earlier in before:
        (earlier.folder / FILE_NAME).unlink(missing_ok=True)
    if mark is not None:
        (pulled.folder / FILE_NAME).write_text(mark.hex(), encoding="ascii")
    return pulled


def _mark(pulled: Pulled) -> str | None:
    path = pulled.folder / FILE_NAME
    return path.read_text("ascii") if path.is_file() else None
