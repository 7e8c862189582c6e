"""How far a share moves by chance alone from one month to the next, so that small sources pass."""

import math

# Upper end of what an ordinary month changes (5-10 % of the records).
TURNOVER = 0.10
DEVIATIONS = 4.0
LEAST_RECORDS = 5.0


def margin(count: int, share: float = 0.5) -> float:
    """Give what a share of `count` records may move beyond its limit without meaning anything.

    Four standard deviations of a month in which a tenth of the records is drawn anew at both ends,
    and never less than a handful of records.
    """
    share = min(max(share, 0.0), 1.0)
    deviation = math.sqrt(2 * TURNOVER * count * share * (1 - share))
    return max(LEAST_RECORDS, DEVIATIONS * deviation) / max(count, 1)
