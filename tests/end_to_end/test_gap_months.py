"""A month that a source left out does not keep later months from being made."""

import shutil
from pathlib import Path

import pytest
from own_kreis import installed
from small_kreis import MONTHS

from kim_pipeline.settings import Settings

SOURCE = "job_centre"


@pytest.mark.long
def test_a_month_left_out_is_made_with_the_delivery_before(
    server_settings: Settings, tmp_path: Path
) -> None:
    with installed(server_settings, tmp_path) as kreis:
        kreis.must("keys", "init", "--demo")
        kreis.must("simulate", "--out", str(kreis.inbox), "--persons", "300", "--months", "3")
        kept = tmp_path / "kept"
        shutil.move(kreis.inbox / SOURCE / MONTHS[0], kept)
        nothing_earlier = kreis.kim("run")
        assert nothing_earlier.code == 1
        assert f"{SOURCE} {MONTHS[0]}: no delivery at" in nothing_earlier.err
        shutil.move(kept, kreis.inbox / SOURCE / MONTHS[0])
        shutil.rmtree(kreis.inbox / SOURCE / MONTHS[1])
        lines = kreis.must("run").splitlines()
        assert [line.split(",")[0] for line in lines] == [
            f"{MONTHS[0]}  done",
            f"{MONTHS[1]}  nothing from {SOURCE}; its delivery of {MONTHS[0]} serves",
            f"{MONTHS[1]}  done",
            f"{MONTHS[2]}  done",
        ]
