"""How an asset fails: once, in one line, without a value.

A refused delivery or a wrong key does not get better by trying again, so such failures are
permanent. Any other error is reported by its class and place only: its text could hold a value,
and Dagster keeps the text of exceptions in its event log.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from kim_pipeline.errors import KimError, place_of


@contextmanager
def refusals() -> Iterator[None]:
    """Turn errors into permanent failures whose text is safe to keep."""
    try:
        yield
    except KimError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except Exception as error:  # noqa: BLE001 - the boundary: no text of an unknown error may pass
        raise dg.Failure(place_of(error), allow_retries=False) from None
