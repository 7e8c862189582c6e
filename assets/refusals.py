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
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"Unexpected {type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}. "
        "Its text is withheld, for it could hold personal data."
    )
