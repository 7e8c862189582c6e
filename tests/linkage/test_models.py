from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.model import LinkModel, load, shipped_model
from kim_pipeline.linkage.models import IN_USE, adopt, model_in_use, renew
from kim_pipeline.linkage.stability import MOST_BITS, largest_shift


def moved(model: LinkModel, name: str, label: str, factor: float) -> LinkModel:
    """Divide the u of one level and let the disagreement take the rest."""
    comparisons = []
    for c in model.comparisons:
        levels = list(c.levels)
        for at, level in enumerate(levels):
            if c.name == name and level.label == label:
                levels[at] = replace(level, u=level.u / factor)
        rest = 1 - sum(level.u for level in levels[:-1])
        levels[-1] = replace(levels[-1], u=rest)
        comparisons.append(replace(c, levels=tuple(levels)))
    return replace(model, comparisons=tuple(comparisons))


def test_a_model_is_as_near_to_itself_as_can_be() -> None:
    assert largest_shift(shipped_model(), shipped_model()).bits == 0


def test_the_largest_change_of_a_weight_is_named() -> None:
    shift = largest_shift(moved(shipped_model(), "pob", "exact", 8), shipped_model())
    assert (shift.comparison, shift.level) == ("pob", "exact")
    assert shift.bits == pytest.approx(3, abs=0.01)
    assert not shift.stable


def test_a_level_that_hardly_occurs_may_move() -> None:
    model = shipped_model()
    rare = replace(model, comparisons=tuple(replace(c, pairs=100.0) for c in model.comparisons))
    shift = largest_shift(moved(rare, "birth_date", "day_month_swapped", 64), rare)
    assert shift.bits < MOST_BITS


def test_models_of_other_levels_are_never_near() -> None:
    model = shipped_model()
    fewer = replace(model.comparisons[0], levels=model.comparisons[0].levels[1:])
    for other in (
        replace(model, comparisons=(fewer, *model.comparisons[1:])),
        replace(model, comparisons=model.comparisons[:-1]),
    ):
        assert not largest_shift(other, model).stable


def test_the_first_model_is_kept_and_taken_up_again(invented, tmp_path: Path, model) -> None:
    assert model_in_use(tmp_path, invented.tokens) == model
    assert not list(tmp_path.iterdir())
    adopt(tmp_path, model)
    assert model_in_use(tmp_path, {}) == model
    assert {path.name for path in tmp_path.iterdir()} == {IN_USE, f"{model.version}.json"}


@pytest.mark.long
def test_a_model_near_the_one_in_use_takes_its_place(
    invented, tmp_path: Path, model: LinkModel
) -> None:
    moved(model, "pob", "exact", 1.5).save(tmp_path / IN_USE)
    renewal = renew(tmp_path, invented.tokens)
    assert renewal.taken
    assert load(tmp_path / IN_USE) == renewal.model == model


@pytest.mark.long
def test_a_model_far_from_the_one_in_use_waits_for_a_person(
    invented, tmp_path: Path, model: LinkModel
) -> None:
    before = moved(model, "pob", "exact", 16)
    before.save(tmp_path / IN_USE)
    renewal = renew(tmp_path, invented.tokens)
    assert not renewal.taken
    assert renewal.shift.comparison == "pob"
    assert load(tmp_path / IN_USE) == before
    assert load(tmp_path / f"{model.version}.json") == model
    assert renew(tmp_path, invented.tokens, forced=True).taken
    assert load(tmp_path / IN_USE) == model


def test_too_few_records_renew_nothing(
    invent_people: Callable[..., object], tmp_path: Path
) -> None:
    with pytest.raises(LinkError, match="link with the shipped model"):
        renew(tmp_path, invent_people(12).tokens)  # type: ignore[attr-defined]
    assert load(tmp_path / IN_USE) == shipped_model()
