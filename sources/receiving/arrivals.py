"""Which months the authorities have delivered, as far as the contracts' locations tell."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from datetime import date

from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.periods import format_month, parse_month
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.receiving.landing import landed
from sources.transports.opening import open_place, path_at_place
from sources.transports.place import Place

_SCHEME = re.compile(r"^[a-z0-9+]+:///?")
_MONTH, _TOWN = "{month}", "{town}"


def delivered_months(contracts: Iterable[Contract], settings: Settings) -> list[date]:
    """List the months for which a source has a folder or file of its own, in order.

    A live database has no such folders; it always delivers the month it is asked for. A server that
    cannot be reached shows no months: its pull will say why.
    """
    return sorted({month for c in contracts for month in _months(c, settings)})


def _months(contract: Contract, settings: Settings) -> Iterator[date]:
    steps = _steps(contract, settings)
    if not steps:
        return
    try:
        with open_place(contract.location, settings) as place:
            found = list(_walk(place, "/", steps, None))
    except DeliveryError as error:
        if error.rule != "transport":
            raise
        return
    for name in found:
        try:
            yield parse_month(name)
        except ConfigError:
            continue


def has_delivered(contract: Contract, month: date, settings: Settings) -> bool:
    """Tell whether anything of a source lies there for a month, complete or not.

    A live database always delivers, and a server that cannot be reached is held to: its pull will
    say why not. What was taken away after the pull has been delivered.
    """
    steps = _steps(contract, settings)
    if not steps:
        return True
    wanted = format_month(month)
    try:
        with open_place(contract.location, settings) as place:
            if any(True for _ in _walk(place, "/", steps, wanted)):
                return True
    except DeliveryError as error:
        if error.rule != "transport":
            raise
        return True
    kept = contract.location.transport.delete_after_pull
    return kept and bool(landed(settings.landing, contract.source, month))


def _steps(contract: Contract, settings: Settings) -> tuple[str, ...]:
    """Give the names on the way to a month, the last the first to hold it; none without a month."""
    location = contract.location
    template = location.template.replace("${KIM_INBOX}", str(settings.inbox))
    if location.transport.kind == "sftp":
        path = path_at_place(location, template)
    else:
        path = _SCHEME.sub("/", template)
    names = path.strip("/").split("/")
    last = next((n for n, name in enumerate(names) if _MONTH in name), None)
    return () if last is None else tuple(names[: last + 1])


def _walk(place: Place, folder: str, steps: tuple[str, ...], wanted: str | None) -> Iterator[str]:
    """Follow the names from a folder; yield what stands for the month, or the wanted one."""
    step, rest = steps[0], steps[1:]
    if _MONTH not in step and _TOWN not in step:
        yield from _walk(place, posixpath.join(folder, step), rest, wanted)
        return
    form = re.escape(step).replace(re.escape(_TOWN), "[0-9]+")
    form = form.replace(re.escape(_MONTH), f"(?P<month>{wanted or '[0-9]{4}-[0-9]{2}'})")
    for name in place.names(folder):
        match = re.fullmatch(form, name, re.ASCII)
        if match and rest:
            yield from _walk(place, posixpath.join(folder, name), rest, wanted)
        elif match:
            yield match["month"]
