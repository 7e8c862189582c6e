"""A delivery that only linkage can tell is broken stops there, however often it is tried."""

import shutil
from collections.abc import Iterator

import pytest
from own_kreis import Answer, OwnKreis, installed
from small_kreis import MONTHS
from spoil import Rows, edit_manifest, edit_rows

from kim_pipeline.settings import Settings

BROKEN = MONTHS[1]


def _shifted(rows: Rows) -> Rows:
    """Give everybody the names of the next row: every value is still a good name."""
    names = [(row["FAMILIENNAME"], row["VORNAMEN"]) for row in rows]
    for row, (family, given) in zip(rows, [*names[1:], names[0]], strict=True):
        row["FAMILIENNAME"], row["VORNAMEN"] = family, given
    return rows


@pytest.fixture(scope="module")
def kreis(
    first_month: OwnKreis, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnKreis]:
    with installed(server_settings, tmp_path_factory.mktemp("gate"), like=first_month) as made:
        yield made


@pytest.fixture(scope="module")
def tried(kreis: OwnKreis) -> tuple[Answer, Answer, Answer]:
    """Run a month with shifted names, run it again, and run it mended."""
    folder = kreis.inbox / "immigration_office" / BROKEN
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    edit_rows(folder, "persons", _shifted)
    first, again = kreis.kim("run", "--month", BROKEN), kreis.kim("run", "--month", BROKEN)
    shutil.rmtree(folder)
    kept.rename(folder)
    edit_manifest(folder, lambda m: m.update(sequence=2, created="2026-11-20T06:00:00Z"))
    return first, again, kreis.kim("run", "--month", BROKEN)


def test_shifted_names_stop_at_the_link_gate(tried: tuple[Answer, Answer, Answer]) -> None:
    first, _, _ = tried
    assert first.code == 1
    assert "link_candidates" in first.err


def test_trying_again_does_not_make_them_usual(tried: tuple[Answer, Answer, Answer]) -> None:
    _, again, _ = tried
    assert again.code == 1
    assert "link_candidates" in again.err


def test_the_mended_delivery_passes(kreis: OwnKreis, tried: tuple[Answer, Answer, Answer]) -> None:
    _, _, mended = tried
    assert mended.code == 0, mended.err
    ((runs,),) = kreis.rows("SELECT count(*) FROM register.link_run")
    assert runs == 2
    assert not list((kreis.settings.home / "link-proposals").glob("*"))
