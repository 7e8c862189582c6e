"""Property tests in two lengths: a few examples in every run, many in long ones."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


def examples(count: int) -> settings:
    """Try so many examples, however long each takes."""
    checks = list(HealthCheck)
    return settings(max_examples=count, deadline=None, suppress_health_check=checks, phases=_PHASES)


def of_many(test: Any, count: int, **drawn: SearchStrategy[Any]) -> Callable[..., None]:
    """Make the long form of a property test: the same claim on so many examples."""
    again = given(**drawn)(test.hypothesis.inner_test)
    return pytest.mark.long(examples(count)(again))
