"""What lies there of a delivery: every expected file, whole and of the ordinary kind."""

from collections.abc import Iterable

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.receiving.expected import Expectation, Expected
from sources.receiving.verdicts import Verdicts
from sources.transports.completeness import check_complete, marks_beside
from sources.transports.place import Place, Seen
from sources.transports.taking import Offered


def find(
    contract: Contract, place: Place, expected: Expectation, where: str, verdicts: Verdicts
) -> list[Offered]:
    """List the files that lie there and may be taken.

    Raises DeliveryError by rule `missing`, `town_missing` or `unfinished`.
    """
    looked = [(file, place.look(file.path)) for file in expected.files]
    found = [(file, seen) for file, seen in looked if seen is not None]
    _check_present(where, [file for file, seen in looked if seen is None], bool(found), verdicts)
    gaps = {file.town for file, seen in looked if seen is None and file.town}
    taken = [(file, seen) for file, seen in found if file.town not in gaps]
    by_path: dict[str, Seen] = {file.path: seen for file, seen in taken}
    checksums = check_complete(place, contract.location.transport.complete, by_path)
    return [Offered(f.role, f.path, seen, checksums.get(f.path)) for f, seen in taken]


def delete_taken(
    place: Place, complete: str, offered: Iterable[Offered], manifest: str | None
) -> None:
    """Delete what was sealed, with its manifest and marks of completeness."""
    for one in offered:
        for path in (one.path, *marks_beside(complete, one.path)):
            place.remove(path)
    if manifest is not None:
        place.remove(manifest)


def _check_present(where: str, missing: list[Expected], some: bool, verdicts: Verdicts) -> None:
    """Refuse what is missing; where others came, the file of a town is missed by its own rule."""
    towns = sorted({file.town for file in missing if file.town})
    if missing and not (some and towns):
        raise DeliveryError(
            f"{where}: no delivery at {missing[0].path}; ask the authority for it.", "missing"
        )
    if towns:
        verdicts.broken(
            "town_missing",
            f"{where}: nothing from {len(towns)} towns ({', '.join(towns)}); ask them for their "
            "files.",
        )
