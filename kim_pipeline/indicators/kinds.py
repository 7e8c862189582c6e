"""The kinds of figures: what an entry of each kind must and may say, and in which units it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "count",
    "share",
    "rate",
    "per_staff",
    "median",
    "percentile_90",
    "mean",
    "quotient",
    "survival_median",
    "standardised_share",
]
FRACTIONS: Mapping[Kind, float] = {"median": 0.5, "percentile_90": 0.9}


@dataclass(frozen=True)
class Form:
    """Parts of an entry that a kind needs, those it may have, and its units, the usual first."""

    needs: frozenset[str]
    units: tuple[str, ...]
    may: frozenset[str] = frozenset()


_TWO = frozenset({"numerator", "denominator"})
_OF_VALUES = frozenset({"denominator", "value"})

FORMS: Mapping[Kind, Form] = {
    "count": Form(frozenset({"numerator"}), ("persons",)),
    # The numerator lies within the denominator.
    "share": Form(_TWO, ("percent",)),
    # Two counts of persons who need not contain each other.
    "rate": Form(_TWO, ("percent", "months", "per_1000"), frozenset({"times"})),
    # Persons for each full-time post of an office of the Kreis configuration.
    "per_staff": Form(frozenset({"numerator", "office"}), ("persons_per_post",)),
    "median": Form(_OF_VALUES, ("days", "months")),
    "percentile_90": Form(_OF_VALUES, ("days", "months")),
    "mean": Form(_OF_VALUES | {"cap"}, ("days", "months")),
    # Sum of one column over the numerator, divided by the sum of another over the denominator.
    "quotient": Form(
        _TWO | {"value", "cap", "over", "over_cap"},
        ("percent", "months", "per_1000"),
        frozenset({"times"}),
    ),
    # Kaplan-Meier: time until an event, for persons of whom some have not had it yet.
    "survival_median": Form(_OF_VALUES | {"event"}, ("months",)),
    # A share as if the group were made up like itself and the compared group together.
    "standardised_share": Form(_TWO | {"compared", "strata"}, ("percent",)),
}
PARTS = frozenset(part for form in FORMS.values() for part in form.needs | form.may)
UNITS = tuple(dict.fromkeys(unit for form in FORMS.values() for unit in form.units))
