import pytest
from code_location import ROOT


@pytest.fixture
def in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the configuration that lies at the root, whatever the environment says."""
    monkeypatch.chdir(ROOT)
    for name in ("KIM_CONFIG", "KIM_HOME"):
        monkeypatch.delenv(name, raising=False)
