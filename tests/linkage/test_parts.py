from pathlib import Path

import numpy as np
import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage import blocking
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.parts import Part, load_part, save_part, score_part, together
from kim_pipeline.linkage.records import Records, arrange
from kim_pipeline.linkage.score import score_pairs

COLUMNS = ("l", "r", "levels", "frequency", "weight", "must", "cannot", "below", "keys")


def assert_same(one: ScoredPairs, other: ScoredPairs) -> None:
    for name in COLUMNS:
        left, right = getattr(one, name), getattr(other, name)
        np.testing.assert_array_equal(left, right, err_msg=name)
        assert getattr(left, "dtype", None) == getattr(right, "dtype", None), name


def decisions(records: Records, pairs: ScoredPairs) -> Decisions:
    """Decide the first and the last pair, and one that no key brings together."""
    source, name = (records.table[c].to_pylist() for c in ("source", "record_pseudonym"))
    met = set(zip(pairs.l.tolist(), pairs.r.tolist(), strict=True))
    stranger = next((0, r) for r in range(1, records.size) if (0, r) not in met)
    chosen = [(pairs.l[0], pairs.r[0]), (pairs.l[-1], pairs.r[-1]), stranger]
    return Decisions.of(
        [(source[x], name[x], source[y], name[y], n == 1) for n, (x, y) in enumerate(chosen)]
    )


@pytest.mark.parametrize("of", [1, 3, 50])
def test_the_parts_together_are_the_whole(
    of: int, invented, model: LinkModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "PAIRS_AT_ONCE", 200)
    records = arrange(invented.tokens)
    decided = decisions(records, score_pairs(records, model))
    for number in range(of):
        part = score_part(records, model, Part(number, of), decided)
        save_part(part, tmp_path / f"{number}.parquet")
    parts = [load_part(tmp_path / f"{number}.parquet") for number in range(of)]
    assert sum(part.size > 0 for part in parts) >= min(of, 3)
    assert_same(together(parts), score_pairs(records, model, decided))


def test_only_its_owner_reads_a_part(invented, model: LinkModel, tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    save_part(score_part(arrange(invented.tokens), model, Part(0, 1)), path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        save_part(load_part(path), path)


def test_a_part_that_does_not_exist_is_refused() -> None:
    with pytest.raises(LinkError, match="no part 3 of 3"):
        Part(3, 3)
