"""The search for everything that the canaries would leave."""

import pytest
from byte_search import ByteSearch
from canaries import CANARIES
from needles import needles_of


@pytest.fixture(scope="session")
def search() -> ByteSearch:
    """One search for every form of every identifier of every canary."""
    return ByteSearch({n: name for canary in CANARIES for n, name in needles_of(canary).items()})
