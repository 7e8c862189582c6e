"""The queries and recipes for analysts run as written, as an analyst, on a small Kreis."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from own_kreis import OwnKreis
from small_kreis import KIM, MONTHS, ROOT

QUERIES = sorted((ROOT / "docs" / "queries").glob("*.sql"))
GUIDE = (ROOT / "docs" / "analysts.md").read_text("utf-8")
SECONDS = 1.0
# A Kreis of a few hundred people need not have anybody whom two bodies serve.
MAY_BE_EMPTY = {"08_two_bodies"}


def test_there_are_ten_and_the_guide_names_each() -> None:
    assert len(QUERIES) == 10
    assert re.findall(r"\(queries/(\w+\.sql)\)", GUIDE) == [path.name for path in QUERIES]


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_answers_its_question(path: Path, undisturbed: OwnKreis) -> None:
    text = path.read_text("utf-8")
    assert re.match(r"-- [A-Z].*\?", text), "it begins with its question"
    with psycopg.connect(undisturbed.url("kim_analyst")) as connection:
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            rows = connection.execute(text.encode()).fetchall()
            taken.append(time.perf_counter() - start)
    assert rows or path.stem in MAY_BE_EMPTY
    # The fastest of three: the machine may do other things meanwhile.
    assert min(taken) < SECONDS


def _environment(kreis: OwnKreis) -> dict[str, str]:
    path = os.pathsep.join([str(KIM.parent), os.environ["PATH"]])
    return {**os.environ, **kreis.environment, "PATH": path}


def test_the_recipe_for_pandas_runs(undisturbed: OwnKreis) -> None:
    (recipe,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", recipe],
        capture_output=True,
        text=True,
        env=_environment(undisturbed),
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert MONTHS[-1] in done.stdout


@pytest.mark.skipif(
    shutil.which("psql") is None, reason="psql (Debian: apt install postgresql-client)"
)
def test_the_recipe_for_psql_runs(undisturbed: OwnKreis) -> None:
    (line,) = re.findall(r"^psql .*$", GUIDE, re.MULTILINE)
    done = subprocess.run(
        ["/bin/sh", "-c", f"{line} -v ON_ERROR_STOP=1"],
        capture_output=True,
        text=True,
        env=_environment(undisturbed),
        cwd=ROOT,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "persons" in done.stdout
