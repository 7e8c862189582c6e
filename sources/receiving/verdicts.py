"""What follows when a delivery breaks a rule, as its contract says."""

from collections.abc import Mapping

from kim_pipeline.errors import DeliveryError
from sources.contracts.delivery_rules import REJECT, WARN, action


class Verdicts:
    """Refuses, or remembers by name what is only to be told; holds no text of a delivery."""

    def __init__(self, chosen: Mapping[str, str]) -> None:
        self._chosen = chosen
        self._warned: dict[str, None] = {}

    def broken(self, rule: str, message: str) -> None:
        """Take note of a broken rule.

        Raises DeliveryError when the contract, or the rule itself, refuses the delivery.
        """
        follows = action(self._chosen, rule)
        if follows == REJECT:
            raise DeliveryError(message, rule)
        if follows == WARN:
            self._warned[rule] = None

    @property
    def warned(self) -> tuple[str, ...]:
        """List the rules that were broken and only warn."""
        return tuple(self._warned)
