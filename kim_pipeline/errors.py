"""The few errors the pipeline raises on purpose; a message never holds a value of a record."""

import traceback
from pathlib import Path

ROOT = Path(__file__).parents[1]


class KimError(Exception):
    """Say what was refused, where, and what to do next, in one line."""


class ConfigError(KimError):
    """A setting or the Kreis configuration is missing or wrong."""


class ContractError(KimError):
    """A source contract is not valid."""


class DeliveryError(KimError):
    """A delivery is missing, broken, or not what its contract says.

    `rule` names the delivery rule that found it, where one did; it ends the message.
    """

    def __init__(self, message: str, rule: str | None = None) -> None:
        super().__init__(f"{message} [{rule}]" if rule else message)
        self.rule = rule


class LegalError(KimError):
    """No approval covers the processing that is asked for."""


class KeyFileError(KimError):
    """A key is missing, wrong, or kept in a way that others could read it."""


class WarehouseError(KimError):
    """The warehouse cannot be reached or is not in the expected state."""


class LinkError(KimError):
    """Records could not be linked reliably enough to enter the register."""


class DisclosureError(KimError):
    """A figure may not leave the house as it is."""


def place_of(error: Exception) -> str:
    """Say where an unexpected error arose, by class and place alone."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(ROOT)]
    places = ", ".join(f"{Path(f.filename).name} line {f.lineno}" for f in ours[-3:])
    return (
        f"Unexpected {type(error).__name__} at {places}. "
        "Its text is withheld, for it could hold personal data."
    )
