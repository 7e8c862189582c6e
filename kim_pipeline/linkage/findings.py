"""One comparison of a link run with a limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DriftFinding:
    """One comparison: good when `observed` does not exceed `limit`.

    name: family, colon, subject. sources: whom it concerns, for alarms: two for a pair of sources,
    one for all its pairs, none for everything.
    """

    name: str
    passed: bool
    observed: float
    limit: float
    sources: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """Name the kind of comparison."""
        return self.name.split(":", 1)[0]


def finding(
    name: str, observed: float, limit: float, sources: tuple[str, ...] = ()
) -> DriftFinding:
    """Judge one comparison."""
    return DriftFinding(name, observed <= limit, round(observed, 6), round(limit, 6), sources)
