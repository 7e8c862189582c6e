"""The demo Kreis and figures invented for it."""

from pathlib import Path

import pytest
from report.invented_figures import invented_figures

from kim_pipeline.kreis import Kreis, read_kreis
from kim_pipeline.report.figures import Figures
from kim_pipeline.report.language import Language, read_language

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def kreis() -> Kreis:
    return read_kreis(ROOT / "kreis.yaml")


@pytest.fixture(scope="session")
def figures(kreis: Kreis) -> Figures:
    return invented_figures(kreis)


@pytest.fixture(scope="session")
def language() -> Language:
    return read_language("de")
