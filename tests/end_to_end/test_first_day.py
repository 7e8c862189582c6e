"""The path of docs/first_day.md: a source is added from a CSV and stands in the report."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from databases import fresh_database
from small_kreis import MONTHS, ROOT, SmallKreis

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import role_url

PACKAGES = ("assets", "kim_pipeline", "quality_checks", "sources")
FINISHED = ROOT / "docs" / "examples" / "housing_office.odcs.yaml"
SOURCE = "housing_office"
LINKED = """
    SELECT count(*) FROM core.person_month
    WHERE %s = ANY (in_sources) AND cardinality(in_sources) > 1
"""


class Clone(SmallKreis):
    """A copy of the code, for the path writes into it, with its own installation."""

    database: Settings

    @property
    def environment(self) -> dict[str, str]:
        ours = {"PYTHONPATH": str(self.folder), "KIM_WAREHOUSE_URL": self.database.warehouse_url}
        return {**super().environment, **{name: str(value) for name, value in ours.items()}}

    def must(self, *arguments: str) -> str:
        done = self.kim(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def clone(server_settings: Settings, tmp_path: Path) -> Iterator[Clone]:
    made = Clone(tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    with fresh_database(server_settings, "template1") as made.database:
        made.deliver()
        made.must("run", "--to", MONTHS[1])
        yield made


@pytest.mark.long
def test_a_source_added_from_a_csv_stands_in_the_report(clone: Clone) -> None:
    script = ROOT / "docs" / "examples" / "housing_office.py"
    subprocess.run([sys.executable, script], env=clone.environment, check=True)
    (delivery,) = (clone.inbox / SOURCE).iterdir()
    # As many beside these few people as 300 are beside those of the demo: more would move weights.
    listed = delivery / "unterbringung.csv"
    listed.write_text("".join(listed.read_text("utf-8").splitlines(keepends=True)[:41]), "utf-8")
    write_contract(clone, delivery)
    assert "in a demo: kim keys init --demo" in clone.kim("run").stderr
    clone.must("keys", "init", "--demo")
    # Months that were made before the source came are left as they are.
    made = [line.split(",")[0] for line in clone.must("run").splitlines()]
    assert made == [*(f"{month}  up to date" for month in MONTHS[:2]), f"{MONTHS[2]}  done"]
    assert "accepted" in clone.must("delivery", "list", "--source", SOURCE)
    assert "Wohnungsamt (Unterbringung)" in (clone.home / "report" / "index.html").read_text()
    assert "://" not in clone.kim("sql", PATH="").stdout  # no psql there: that of the server
    with psycopg.connect(role_url(clone.settings, "kim_analyst").replace("+psycopg", "")) as open_:
        found = open_.execute(LINKED, [SOURCE]).fetchone()
    assert found is not None
    assert found[0] > 30


def write_contract(clone: Clone, delivery: Path) -> None:
    """Draft the contract, see that the finished one is this draft filled in, and take that."""
    draft, file = f"sources/{SOURCE}.odcs.yaml", str(delivery / "unterbringung.csv")
    new = ("contract", "new", "--source", SOURCE, "--table", "unterbringung", "--out", draft)
    assert "key: person_number" in clone.must(*new, "--from", file)
    assert "Entwurf" in clone.must("contract", "check", draft)
    told = clone.must("contract", "diff", draft, str(FINISHED)).splitlines()
    breaking = {line.split()[1] for line in told if line.startswith("breaking")}
    assert breaking == {"unterbringung.unterkunft"}
    shutil.copy(FINISHED, clone.folder / draft)
    clone.must("contract", "check", draft)
    assert "would be taken" in clone.must("contract", "test", SOURCE, "--file", str(delivery))
