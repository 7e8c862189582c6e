import csv
import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.deletions import LETTERS, deletions
from kim_pipeline.privacy.name_forms import canon, name_forms, skeleton

with (Path(__file__).parent / "golden_names.csv").open(encoding="utf-8", newline="") as file:
    GOLDEN = [(*row.values(),) for row in csv.DictReader(file)]
with (Path(__file__).parent / "golden_forms.csv").open(encoding="utf-8", newline="") as file:
    FORMS_BY_SCRIPT = [(*row.values(),) for row in csv.DictReader(file)]
FORMS = {"canon": canon, "skeleton": skeleton}
SCRIPTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Co", "Cn")), max_size=30)


@pytest.mark.parametrize(("first", "second", "form", "agree"), GOLDEN)
def test_golden_names_agree_as_written(first: str, second: str, form: str, agree: str) -> None:
    one, other = FORMS[form](first), FORMS[form](second)
    assert one is not None
    assert (one == other) == (agree == "yes"), (one, other)


@pytest.mark.parametrize(
    ("first", "second"), [row[:2] for row in GOLDEN if row[2:] == ("canon", "yes")]
)
def test_names_that_agree_in_canon_agree_in_skeleton(first: str, second: str) -> None:
    assert skeleton(first) == skeleton(second)


@given(SCRIPTS)
def test_every_text_has_forms_without_spaces(text: str) -> None:
    forms = name_forms([text])
    words = forms.words[0].as_py() or []
    single = (column[0].as_py() for column in (forms.canon, forms.skeleton, forms.first_skeleton))
    for form in (*single, *words):
        assert form is None or re.fullmatch("[a-z0-9]+", form)
    assert "".join(words) == (canon(text) or "")


@given(st.lists(SCRIPTS))
def test_a_name_among_many_has_the_forms_it_has_alone(texts: list[str]) -> None:
    forms = name_forms(texts)
    assert forms.canon.to_pylist() == [canon(text) for text in texts]
    assert forms.skeleton.to_pylist() == [skeleton(text) for text in texts]
    assert forms.words.to_pylist() == [name_forms([text]).words[0].as_py() for text in texts]


@given(SCRIPTS)
def test_case_and_outer_space_do_not_matter(text: str) -> None:
    assert canon(f"  {text}\t") == canon(text)
    assert canon(text.upper()) == canon(text.lower())


def shorter(*forms: str) -> set[str]:
    return set(deletions(pa.array(forms))[1].to_pylist())


def test_deletions_are_the_form_and_all_that_lacks_one_letter_of_it() -> None:
    owners, texts = deletions(pa.array(["ali", "a", "mu"]))
    found = sorted(zip(owners.tolist(), texts.to_pylist(), strict=True))
    expected = [(0, "ai"), (0, "al"), (0, "ali"), (0, "li"), (1, "a"), (2, "m"), (2, "mu")]
    assert found == [*expected, (2, "u")]
    assert deletions(pa.array([], pa.string()))[1].to_pylist() == []
    assert max(map(len, shorter("abc" * 1000))) == LETTERS


@given(st.text("abcdefgh", min_size=1, max_size=12), st.data())
def test_one_lost_added_or_changed_letter_leaves_a_shared_deletion(
    form: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(form) - 1))
    lost, changed = form[:place] + form[place + 1 :], form[:place] + "z" + form[place + 1 :]
    if len(form) > 1:
        assert shorter(form) & shorter(lost)
        assert shorter(form) & shorter(changed)
    assert shorter(form) & shorter(form + "z")


def test_words_keep_their_order_and_lose_their_particles() -> None:
    forms = name_forms(["Anna von Berg", "De", "unbekannt"])
    assert forms.words.to_pylist() == [["ana", "barg"], ["da"], None]


@pytest.mark.parametrize(("script", "text", "normalised", "form", "bones"), FORMS_BY_SCRIPT)
def test_names_of_every_script_keep_their_golden_forms(
    script: str, text: str, normalised: str, form: str, bones: str
) -> None:
    forms = name_forms([text])
    found = [column[0].as_py() for column in (forms.normalised, forms.canon, forms.skeleton)]
    assert found == [normalised, form, bones], script
