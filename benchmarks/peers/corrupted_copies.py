"""Two files of people, each spoilt by gecko-syndata with its own kinds of error.

`python corrupted_copies.py FOLDER SEED` reads `clean.parquet` (`person` and texts) and writes
`a.parquet` and `b.parquet`: two thirds of the people each, one third in both. What an error looks
like is the library's own; the rates were set once, before any result was seen.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from gecko import mutator

NAME_RATES = {"insert": 0.02, "delete": 0.03, "substitute": 0.03, "transpose": 0.02}
MOST_DAYS = 40


def main() -> None:
    """Draw, spoil and write both files."""
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    rng = np.random.default_rng(seed)
    clean = pd.read_parquet(folder / "clean.parquet").fillna("")
    clean = clean.iloc[rng.permutation(len(clean))].reset_index(drop=True)
    third = len(clean) // 3
    for name, part in (("a", clean[: 2 * third]), ("b", clean[third:])):
        spoilt = spoil(part.reset_index(drop=True), rng).replace("", None)
        spoilt.to_parquet(folder / f"{name}.parquet", index=False)


def spoil(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Let the library make its errors; `person` stays."""
    names = [(column, list(_errors(rng))) for column in ("given", "family")]
    dates = mutator.with_datetime_offset(MOST_DAYS, "d", "%Y-%m-%d", rng=rng)
    changes = [
        *names,
        (("given", "family"), (0.02, mutator.with_permute(rng))),
        ("birth_date", [(0.03, dates), (0.01, mutator.with_missing_value(rng=rng))]),
        ("birth_place", [(0.05, mutator.with_missing_value(rng=rng)), (0.03, _typo(rng))]),
        ("street", [(0.10, mutator.with_missing_value(rng=rng)), (0.05, _typo(rng))]),
        ("house_number", (0.05, mutator.with_missing_value(rng=rng))),
        ("postcode", [(0.05, mutator.with_missing_value(rng=rng)), (0.02, _digit(rng))]),
    ]
    return mutator.mutate_data_frame(people, changes)


def _errors(rng: np.random.Generator) -> list[tuple[float, object]]:
    kinds = {
        "insert": mutator.with_insert(rng=rng),
        "delete": mutator.with_delete(rng=rng),
        "substitute": mutator.with_substitute(rng=rng),
        "transpose": mutator.with_transpose(rng=rng),
    }
    return [(rate, kinds[kind]) for kind, rate in NAME_RATES.items()]


def _typo(rng: np.random.Generator) -> object:
    return mutator.with_substitute(rng=rng)


def _digit(rng: np.random.Generator) -> object:
    return mutator.with_substitute("0123456789", rng=rng)


if __name__ == "__main__":
    main()
