from dataclasses import replace
from pathlib import Path

import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.level_order import misplaced
from kim_pipeline.linkage.model import LevelModel, LinkModel, check_model, load, shipped_model


def change(model: LinkModel, name: str, position: int, **values: float) -> LinkModel:
    def changed(level: LevelModel, at: int) -> LevelModel:
        return replace(level, **values) if at == position else level

    comparisons = tuple(
        replace(c, levels=tuple(changed(x, i) for i, x in enumerate(c.levels)))
        if c.name == name
        else c
        for c in model.comparisons
    )
    return replace(model, comparisons=comparisons)


def test_the_shipped_model_passes_the_gate() -> None:
    check_model(shipped_model())


def test_the_gate_refuses_a_level_without_m() -> None:
    with pytest.raises(LinkError, match="given, level one_letter: not trained"):
        check_model(change(shipped_model(), "given", 2, m=0.0))


def test_the_gate_refuses_a_level_without_u() -> None:
    with pytest.raises(LinkError, match="address, level street: not trained"):
        check_model(change(shipped_model(), "address", 1, u=0.0))


def test_the_gate_refuses_agreement_that_speaks_against_a_pair() -> None:
    turned = change(change(shipped_model(), "sex", 0, m=0.4, u=0.5), "sex", 1, m=0.6, u=0.5)
    with pytest.raises(LinkError, match="sex: agreement speaks against"):
        check_model(turned)


def test_the_gate_refuses_levels_out_of_order() -> None:
    level = shipped_model().comparisons[2].levels
    taken = change(shipped_model(), "birth_date", 4, m=1e-9)
    with pytest.raises(LinkError, match="birth_date, level day_month: out of order"):
        check_model(change(taken, "birth_date", 0, m=level[0].m + level[4].m))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("given", "exact", "canon"),
        ("given", "canon", "skeleton"),
        ("family", "exact", "one_letter"),
        ("family", "canon", "skeleton"),
        ("birth_date", "exact", "day_month_swapped"),
        ("birth_date", "exact", "month_year"),
        ("birth_date", "day_month", "else"),
        ("address", "exact", "street"),
        ("address", "street", "postcode"),
        ("address", "postcode", "else"),
    ],
)
def test_the_gate_refuses_a_model_with_two_levels_exchanged(
    name: str, one: str, other: str
) -> None:
    model = shipped_model()
    levels = {level.label: level for c in model.comparisons if c.name == name for level in c.levels}
    places = [list(levels).index(label) for label in (one, other)]
    for place, level in zip(places, (levels[other], levels[one]), strict=True):
        model = change(model, name, place, m=level.m, u=level.u)
    with pytest.raises(LinkError, match=f"Link model, {name}"):
        check_model(model)


def test_a_level_of_few_pairs_is_not_held_to_the_order() -> None:
    model = shipped_model()
    first = model.comparisons[1].levels[6]
    check_model(change(model, "family", 6, u=first.u / 2))


def test_levels_of_nearly_the_same_weight_may_come_in_either_order() -> None:
    weights = {"exact": 9.0, "street": 0.4, "postcode": 0.8, "else": -3.0}
    assert misplaced("address", weights) is None
    assert misplaced("address", weights | {"postcode": 1.0}) == "postcode"


def test_the_gate_refuses_a_thinly_trained_field() -> None:
    model = shipped_model()
    thin = tuple(replace(c, pairs=12.0) for c in model.comparisons)
    with pytest.raises(LinkError, match="given: learnt from 12 expected pairs"):
        check_model(replace(model, comparisons=thin))


def test_the_gate_refuses_other_fields_and_other_levels() -> None:
    model = shipped_model()
    with pytest.raises(LinkError, match="other fields"):
        check_model(replace(model, comparisons=model.comparisons[1:]))
    first = replace(model.comparisons[0], levels=model.comparisons[0].levels[1:])
    with pytest.raises(LinkError, match="other levels"):
        check_model(replace(model, comparisons=(first, *model.comparisons[1:])))


def test_the_gate_refuses_shares_that_do_not_sum_and_an_absurd_prior() -> None:
    with pytest.raises(LinkError, match="the m values sum to"):
        check_model(change(shipped_model(), "sex", 0, m=0.5))
    with pytest.raises(LinkError, match="share of"):
        check_model(replace(shipped_model(), prior=0.4))


def test_a_saved_model_comes_back_the_same(tmp_path: Path) -> None:
    model = shipped_model()
    model.save(tmp_path / "deep" / "model.json")
    assert load(tmp_path / "deep" / "model.json") == model


def test_a_model_is_named_by_its_content() -> None:
    model = shipped_model()
    assert model.version == shipped_model().version
    assert model.version != replace(model, prior=model.prior * 2).version


@pytest.mark.parametrize("text", ["{}", "no json", '{"prior": 1, "comparisons": [1]}'])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    with pytest.raises(LinkError, match=r"model\.json is not a link model"):
        load(path)


def test_a_model_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    shipped_model().save(path)
    path.write_text(path.read_text().replace('"prior": ', '"prior": 1'))
    with pytest.raises(LinkError, match="does not belong to its version"):
        load(path)
