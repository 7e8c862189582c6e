"""Columns of `core.person_month`: who comes and goes, and how residence becomes lasting."""

from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import column

_FLAG = sa.Boolean

PARTS: dict[str, tuple[sa.Column[Any], ...]] = {
    "flow": (
        column(
            "became_resident", _FLAG, "Foreign resident who was not one on the last reference date."
        ),
        column(
            "left_residence", _FLAG, "Foreign resident on the last reference date, not any more."
        ),
        column(
            "departure_kind",
            sa.Text,
            "How such a person left: naturalised, moved_away, died, unknown.",
            null=True,
        ),
        column(
            "newly_in_district",
            _FLAG,
            "Foreign resident who came to the Kreis at most 36 months ago.",
        ),
    ),
    "chance": (
        column(
            "chance_cohort",
            sa.Text,
            "Year in which the first § 104c title began: 2023 or earlier, 2024, 2025 or later.",
            null=True,
        ),
        column(
            "chance_observed",
            _FLAG,
            "First § 104c title began at least 24 months ago; has not left in that time.",
        ),
        column("chance_to_stay", _FLAG, "Title under § 25a or § 25b within 24 months of that day."),
        column("chance_fell_back", _FLAG, "No such title, and tolerated again within 24 months."),
        column("chance_case", _FLAG, "Had a KIM case while holding a § 104c title."),
        column(
            "chance_age",
            sa.Text,
            "Age when that title began: under_27 (§ 25a is open), 27_and_over.",
            null=True,
        ),
    ),
    "settlement": (
        column(
            "permit_5_years",
            _FLAG,
            "Foreign resident who a year ago had held residence permits for 5 years.",
        ),
        column(
            "permit_to_settlement",
            _FLAG,
            "Has been given an unlimited title in the year since.",
        ),
    ),
    "links": (
        column("link_reviewed", _FLAG, "A link between the person's records was judged by hand."),
    ),
}
