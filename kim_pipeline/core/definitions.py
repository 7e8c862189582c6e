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
    plan_review_days: int
    goal_open_states: list[str]
    goal_met_states: list[str]
    goal_dropped_states: list[str]
    handover_close_reasons: list[str]
    job_centre_referral_bodies: list[str]
    youth_welfare_bodies: list[str]
    handover_days: int
    referral_days: int
    course_days: int
    move_days: int
    expiring_status_groups: list[str]
    limbo_status_groups: list[str]
    limbo_months: int
    limbo_break_days: int
    late_days: int
    chance_months: int
    stay_status_groups: list[str]
    fall_back_status_groups: list[str]
    young_age: int
    permit_status_groups: list[str]
    permit_years: int
    permit_break_days: int
    settlement_status_groups: list[str]
    humanitarian_status_groups: list[str]
    naturalisation_years: int
    naturalisation_status_groups: list[str]
    naturalisation_title_codes: list[str]
    naturalisation_excluded_title_codes: list[str]
    potential_years: int
    short_potential_years: int
    long_procedure_months: int
    very_long_procedure_months: int
    intake_check_days: int
    former_case_months: int
    long_term_received_months: int
    long_term_months: int
    long_term_age: int
    working_age_from: int
    working_age_below: int
    benefit_break_days: int
    plan_exit_months: int
    first_job_years: int

    def as_values(self) -> dict[str, int | list[str]]:
        """Give the definitions as a flat mapping of plain values."""
        return asdict(self)


def read_definitions() -> Definitions:
    """Read the definitions that ship with the package."""
    text = resources.files("kim_pipeline.core").joinpath("definitions.yaml").read_text("utf-8")
    return Definitions(**yaml.safe_load(text))
