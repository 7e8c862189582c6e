"""What a link run tells the UI: counts and shares, each a plot over the months."""

from kim_pipeline.linkage.summary import LinkSummary

Counts = dict[str, int | float | str]


def counts_of(summary: LinkSummary) -> Counts:
    """Sum a run up: persons, pairs, changed ids, and how many of a source another one knows."""
    rates = {
        f"percent of {pair.replace(' -> ', ' found in ')}": round(100 * rate, 1)
        for pair, rate in sorted(summary.link_rate.items())
    }
    return {
        "persons": summary.persons,
        "candidate_pairs": summary.candidate_pairs,
        "edges": summary.edges,
        "conflicts": summary.conflicts,
        "person_ids_changed": summary.changed_records,
        "person_ids_changed_percent": _percent(summary.changed_records, summary.known_records),
        **rates,
        "model_version": summary.model_version,
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
