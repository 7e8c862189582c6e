"""How an asset fails: once, in one line, without a value.

A refused delivery or a wrong key does not get better by trying again, so such failures are
permanent. Any other error is reported by its class and place only: its text could hold a value,
and Dagster keeps the text of exceptions in its event log.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from kim_pipeline.errors import KimError

ROOT = Path(__file__).parents[1]


@contextmanager
def refusals() -> Iterator[None]:
    """Turn errors into permanent failures whose text is safe to keep."""
    try:
        yield
    except KimError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except Exception as error:  # noqa: BLE001 - the boundary: no text of an unknown error may pass
        raise dg.Failure(_place(error), allow_retries=False) from None


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(ROOT)]
    places = ", ".join(f"{Path(f.filename).name} line {f.lineno}" for f in ours[-3:])
    return (
        f"Unexpected {type(error).__name__} at {places}. "
        "Its text is withheld, for it could hold personal data."
    )
