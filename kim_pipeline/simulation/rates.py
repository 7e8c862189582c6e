"""The table of error rates: how often each clerical error happens in each source.

`error_rates.csv` has a line per error and group; the line without a group is for all others.
A group is a region of names, a group of such regions, a nationality or one of `GROUPS`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from kim_pipeline.simulation.nationalities import nationalities
from kim_pipeline.simulation.tables import table

SOURCES = ("immigration_office", "job_centre", "case_management", "asylum_benefits")
GROUPS = ("women_20_40", "new_year_often")
ERRORS = frozenset(
    (
        "spelling_variant",
        "misheard",
        "scheme_changed",
        "name_translated",
        "diacritics_lost",
        "letters_unreadable",
        "particle",
        "names_swapped",
        "partial_name",
        "name_order",
        "hyphen",
        "fathers_name",
        "placeholder",
        "nickname",
        "old_family_name",
        "birth_name_missing",
        "typing",
        "typing_again",
        "new_year_date_resolved",
        "new_year_date_added",
        "day_month_swapped",
        "date_digit",
        "calendar_shift",
        "date_partial",
        "sex_wrong",
        "sex_missing",
        "nationality_other",
        "nationality_not_updated",
        "birth_place_variant",
        "birth_place_general",
        "birth_place_missing",
        "address_outdated",
        "address_style",
        "house_number",
        "postcode_wrong",
        "azr_missing",
        "azr_digit",
        "duplicate",
        "duplicate_pointer",
        "duplicate_other_number",
        "still_here",
        "code_as_text",
        "identity_not_corrected",
        "corrected",
        "retyped",
    )
)
# A factor never makes an error certain.
HIGHEST = 0.9
Rates = Mapping[str, float]


@dataclass(frozen=True)
class ErrorTable:
    """The rates of all sources, multiplied by a factor where the table allows it."""

    lines: Mapping[tuple[str, str, str], float]
    _resolved: dict[tuple[str, ...], Rates] = field(default_factory=dict, compare=False)

    def of(self, source: str, *groups: str) -> Rates:
        """Return error → rate of a source; of several groups the first with a line counts."""
        key = (source, *groups)
        if key not in self._resolved:
            self._resolved[key] = {error: self._rate(source, error, groups) for error in ERRORS}
        return self._resolved[key]

    def _rate(self, source: str, error: str, groups: tuple[str, ...]) -> float:
        found = (self.lines.get((source, error, group)) for group in groups)
        return next((r for r in found if r is not None), self.lines[source, error, ""])


@cache
def region_groups() -> dict[str, str]:
    """Return region of names → group of regions."""
    return {row["region"]: row["group"] for row in table("names/sources.csv")}


@cache
def error_rates(factor: float = 1.0) -> ErrorTable:
    """Read the table; `factor` multiplies the rates of all clerical errors."""
    return read_rates(table("error_rates.csv"), factor)


def read_rates(rows: Iterable[Mapping[str, str]], factor: float = 1.0) -> ErrorTable:
    """Make the table of its rows.

    Raises ValueError, with the number of the line, for an unknown error, group or source, a rate
    that is no share, a line given twice, and for an error without a line for all groups.
    """
    known = {"", *GROUPS, *region_groups(), *region_groups().values(), *nationalities()}
    lines: dict[tuple[str, str, str], float] = {}
    for number, row in enumerate(rows, 2):
        error, group = row["error"], row["group"]
        if error not in ERRORS or group not in known:
            raise ValueError(f"error_rates.csv, line {number}: unknown error or group.")
        for source in SOURCES:
            if (source, error, group) in lines:
                raise ValueError(f"error_rates.csv, line {number}: given twice.")
            rate = _share(row.get(source), number)
            scale = factor if row["scaled"] == "yes" else 1.0
            lines[source, error, group] = min(rate * scale, max(rate, HIGHEST))
    missing = sorted(e for e in ERRORS if (SOURCES[0], e, "") not in lines)
    if missing:
        raise ValueError(f"error_rates.csv has no line without a group for {', '.join(missing)}.")
    return ErrorTable(lines)


def _share(text: str | None, number: int) -> float:
    try:
        rate = float(text or "")
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise ValueError(f"error_rates.csv, line {number}: a rate is no share from 0 to 1.")
    return rate
