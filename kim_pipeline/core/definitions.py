"""What the words of the indicators mean: thresholds and status groups, read from configuration."""

from dataclasses import asdict, dataclass
from importlib import resources

import yaml


@dataclass(frozen=True)
class Definitions:
    """Readings of law and guideline that a Kreis may change; units stand in the names."""

    newly_arrived_months: int
    work_status_groups: list[str]
    asylum_benefit_status_groups: list[str]
    chance_status_groups: list[str]
    benefit_change_status_groups: list[str]
    overlap_days: int
    benefit_gap_days: int
    year_months: int

    def as_values(self) -> dict[str, int | list[str]]:
        """Give the definitions as a flat mapping of plain values."""
        return asdict(self)


def read_definitions() -> Definitions:
    """Read the definitions that ship with the package."""
    text = resources.files("kim_pipeline.core").joinpath("definitions.yaml").read_text("utf-8")
    return Definitions(**yaml.safe_load(text))
