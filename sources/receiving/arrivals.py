"""Which months the authorities have delivered, as far as the contracts' locations tell."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month, parse_month
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.receiving.landing import landed

_SCHEME = re.compile(r"^[a-z0-9+]+:///?")
_MONTH = "{month}"


def delivered_months(contracts: Iterable[Contract], settings: Settings) -> list[date]:
    """List the months for which a source has a folder of its own, in order.

    A live database has no such folders; it always delivers the month it is asked for.
    """
    return sorted({month for c in contracts for month in _months(c, settings)})


def _months(contract: Contract, settings: Settings) -> Iterator[date]:
    before, found, _ = _parts(contract, settings)
    folder = Path(before)
    if not found or not folder.is_dir():
        return
    for entry in folder.iterdir():
        try:
            yield parse_month(entry.name)
        except ConfigError:
            continue


def has_delivered(contract: Contract, month: date, settings: Settings) -> bool:
    """Tell whether anything of a source lies there for a month, complete or not.

    A live database always delivers; what was taken away after the pull has been delivered.
    """
    before, found, after = _parts(contract, settings)
    if not found or Path(before + format_month(month) + after.partition("/")[0]).exists():
        return True
    kept = contract.location.transport.delete_after_pull
    return kept and bool(landed(settings.landing, contract.source, month))


def _parts(contract: Contract, settings: Settings) -> tuple[str, str, str]:
    template = contract.location.template.replace("${KIM_INBOX}", str(settings.inbox))
    return _SCHEME.sub("/", template).partition(_MONTH)
