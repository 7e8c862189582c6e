"""Read one entry of the catalogue strictly: nothing missing, nothing unknown, nothing too deep."""

from collections.abc import Mapping
from typing import Any

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.conditions import Population, parse_population
from kim_pipeline.indicators.formula import parse_formula, parse_unit
from kim_pipeline.indicators.indicator import (
    DEPTH,
    TOTAL,
    TOWN,
    Breakdown,
    Indicator,
    Sensitive,
)
from kim_pipeline.indicators.kinds import FORMS, PARTS, Kind
from kim_pipeline.indicators.labels import LOCALES, Labels

_REQUIRED = {"name", "definition", "kind", "baustein", "sources", "breakdowns"}
_FLAGS = {"linked", "existence_sensitive", "since_last_month"}
_OPTIONAL = PARTS | _FLAGS | {"unit", "sensitive", "structural_zeros"}
_POPULATIONS = {"numerator", "denominator", "compared"}
_SHARES = {"share", "standardised_share"}
_WHOLE = {"per_staff", "standardised_share"}
_LADDER = {"attribute", "merged", "harmless"}
BAUSTEINE = ("I", "II", "III")
MOST_TOWN_TABLES = 5


def parse_indicator(indicator_id: str, entry: Mapping[str, Any], labels: Labels) -> Indicator:
    """Read one indicator.

    Raises ConfigError naming the indicator and the entry that is missing, unknown or wrong.
    """
    kind = _kind(indicator_id, entry)
    breakdowns = _breakdowns(indicator_id, entry["breakdowns"], labels)
    _check_depth(indicator_id, kind, entry, breakdowns)
    _check_strata(indicator_id, entry, labels)
    return Indicator(
        id=indicator_id,
        name_de=_texts(indicator_id, "name", entry)["de"],
        name_en=_texts(indicator_id, "name", entry)["en"],
        definition_de=_texts(indicator_id, "definition", entry)["de"],
        definition_en=_texts(indicator_id, "definition", entry)["en"],
        kind=kind,
        unit=parse_unit(indicator_id, kind, entry.get("unit")),
        baustein=_listed(indicator_id, "baustein", entry["baustein"], BAUSTEINE),
        sources=_sources(indicator_id, entry),
        linked=entry.get("linked", False) is True,
        numerator=_population(indicator_id, "numerator", entry),
        denominator=_population(indicator_id, "denominator", entry),
        breakdowns=breakdowns,
        formula=parse_formula(indicator_id, kind, entry),
        sensitive=_sensitive(indicator_id, entry, breakdowns, labels),
        existence_sensitive=entry.get("existence_sensitive", False) is True,
        structural_zeros=_structural(indicator_id, entry, labels),
        since_last_month=entry.get("since_last_month", False) is True,
    )


def _kind(where: str, entry: Mapping[str, Any]) -> Kind:
    missing = sorted(_REQUIRED - set(entry))
    unknown = sorted(set(entry) - _REQUIRED - _OPTIONAL)
    if missing or unknown:
        raise ConfigError(f"{where}: missing {missing}, unknown {unknown}.")
    kind: Kind = entry["kind"]
    if kind not in FORMS:
        raise ConfigError(f"{where}: kind must be one of {', '.join(FORMS)}.")
    if not all(isinstance(entry[p], Mapping) for p in _POPULATIONS.intersection(entry)):
        raise ConfigError(f"{where}: each population must map columns to conditions.")
    parse_formula(where, kind, entry)
    if kind in _SHARES and not entry["denominator"].items() <= entry["numerator"].items():
        raise ConfigError(f"{where}: the numerator must repeat the conditions of the denominator.")
    return kind


def _texts(where: str, name: str, entry: Mapping[str, Any]) -> Mapping[str, str]:
    texts = entry[name]
    if not isinstance(texts, Mapping) or set(texts) != set(LOCALES) or not all(texts.values()):
        raise ConfigError(f"{where}: {name} needs exactly the languages de and en.")
    return {locale: " ".join(str(text).split()) for locale, text in texts.items()}


def _listed(where: str, name: str, values: Any, allowed: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not values or not set(values) <= set(allowed):
        raise ConfigError(f"{where}: {name} must list some of {', '.join(allowed)}.")
    return tuple(values)


def _sources(where: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the sources; whoever is asked for in a condition must be among them."""
    named = entry["sources"]
    if not isinstance(named, list) or not named or not all(str(s).isidentifier() for s in named):
        raise ConfigError(f"{where}: sources must list the ids of contracts.")
    populations = (_population(where, name, entry) or () for name in sorted(_POPULATIONS))
    asked = {c.source for population in populations for c in population} - {None}
    if not asked <= set(named):
        raise ConfigError(f"{where}: sources lacks one that a condition asks for.")
    return tuple(named)


def _population(where: str, name: str, entry: Mapping[str, Any]) -> Population | None:
    return parse_population(f"{where}.{name}", entry[name]) if name in entry else None


def _breakdowns(where: str, names: Any, labels: Labels) -> tuple[Breakdown, ...]:
    known = set(labels.dimensions) - {TOWN}
    found = tuple(_breakdown(where, str(name), known) for name in names)
    if len(set(found)) != len(found) or Breakdown(False, ()) not in found:
        raise ConfigError(f"{where}: breakdowns must hold {TOTAL} and each table only once.")
    if sum(b.by_town and bool(b.dimensions) for b in found) > MOST_TOWN_TABLES:
        raise ConfigError(f"{where}: at most {MOST_TOWN_TABLES} tables may cross the towns.")
    return found


def _check_depth(
    where: str, kind: Kind, entry: Mapping[str, Any], breakdowns: tuple[Breakdown, ...]
) -> None:
    if kind in _WHOLE and len(breakdowns) > 1:
        raise ConfigError(f"{where}: a {kind} is one of the whole Kreis; its one table is {TOTAL}.")
    if entry.get("existence_sensitive") and any(b.by_town for b in breakdowns):
        raise ConfigError(f"{where}: what must not be known to exist has no breakdown by {TOWN}.")


def _check_strata(where: str, entry: Mapping[str, Any], labels: Labels) -> None:
    strata = entry.get("strata", [])
    known = set(labels.dimensions) - {TOWN}
    if not isinstance(strata, list) or not set(strata) <= known or len(strata) > DEPTH:
        raise ConfigError(f"{where}: strata must list at most {DEPTH} declared dimensions.")


def _breakdown(where: str, name: str, known: set[str]) -> Breakdown:
    parts = [] if name == TOTAL else name.split("+")
    dimensions = tuple(p for p in parts if p != TOWN)
    breakdown = Breakdown(TOWN in parts, dimensions)
    if breakdown.name != name or not set(dimensions) <= known:
        raise ConfigError(f"{where}: breakdown {name!r} must join declared dimensions, town first.")
    if len(set(dimensions)) != len(dimensions) or len(dimensions) > DEPTH:
        raise ConfigError(f"{where}: breakdown {name!r} is deeper than town and {DEPTH} more.")
    return breakdown


def _sensitive(
    where: str, entry: Mapping[str, Any], breakdowns: tuple[Breakdown, ...], labels: Labels
) -> Sensitive | None:
    rule = entry.get("sensitive")
    if rule is None:
        return None
    if rule == "numerator" and entry["kind"] == "share":
        return Sensitive(None)
    if entry["kind"] != "count" or not isinstance(rule, Mapping) or set(rule) - {"past"} != _LADDER:
        raise ConfigError(
            f"{where}: sensitive is numerator in a share; in a count {', '.join(sorted(_LADDER))}."
        )
    shown = {rule["attribute"], rule.get("past", rule["attribute"])}
    if not any(shown <= set(b.dimensions) for b in breakdowns):
        raise ConfigError(f"{where}: no breakdown shows the sensitive attribute.")
    return _ladder(where, rule, labels)


def _ladder(where: str, rule: Mapping[str, Any], labels: Labels) -> Sensitive:
    attribute, groups = rule["attribute"], rule["merged"]
    merged = {value: into for into, values in groups.items() for value in values}
    if not set(rule["harmless"]) <= set(groups) <= set(labels.merged[attribute]):
        raise ConfigError(f"{where}: labels.yaml lacks a merged value of {attribute!r}.")
    if sorted(v for values in groups.values() for v in values) != sorted(labels.values[attribute]):
        raise ConfigError(f"{where}: merged must place every value of {attribute!r} once.")
    return Sensitive(attribute, merged, frozenset(rule["harmless"]), rule.get("past"))


def _structural(where: str, entry: Mapping[str, Any], labels: Labels) -> dict[str, frozenset[str]]:
    zeros = entry.get("structural_zeros", {})
    for dimension, values in zeros.items():
        _listed(f"{where}.structural_zeros", dimension, values, labels.values.get(dimension, ()))
    return {dimension: frozenset(values) for dimension, values in zeros.items()}
