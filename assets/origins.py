"""From which columns of which assets each column is made, step by step.

Pure names: what the steps are stands beside this, how the UI is told in `column_schema`.
"""

from collections.abc import Mapping

Origin = tuple[str, str]
Origins = Mapping[str, frozenset[Origin]]
SPELLS, MONTHS = "person_spells", "person_month"
CANDIDATES, LINKS = "link_candidates", "person_links"
PERSON: Origin = (LINKS, "person_id")


def traced(origin: Origin, ways: Mapping[str, Origins]) -> frozenset[Origin]:
    """Follow a column back over all assets to where nothing is known of an origin any more."""
    ends, waiting, seen = set(), [origin], {origin}
    while waiting:
        asset, column = waiting.pop()
        above = ways.get(asset, {}).get(column, frozenset())
        if not above:
            ends.add((asset, column))
        waiting += above - seen
        seen |= above
    return frozenset(ends)
