import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.name_forms import canon, canonical_words, deletions, name_forms, skeleton

with (Path(__file__).parent / "golden_names.csv").open(encoding="utf-8", newline="") as file:
    GOLDEN = [(*row.values(),) for row in csv.DictReader(file)]
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
    forms = name_forms(text)
    for form in (forms.canon, forms.skeleton, forms.first_skeleton, *forms.words):
        assert form is None or (form and not any(sign.isspace() for sign in form))
    assert forms == name_forms(text)


@given(SCRIPTS)
def test_case_and_outer_space_do_not_matter(text: str) -> None:
    assert canon(f"  {text}\t") == canon(text)
    if text.isascii():
        assert canon(text.upper()) == canon(text.lower())


@given(st.text("abcdefgh", min_size=1, max_size=12), st.data())
def test_one_lost_added_or_changed_letter_leaves_a_shared_deletion(
    form: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(form) - 1))
    lost, changed = form[:place] + form[place + 1 :], form[:place] + "z" + form[place + 1 :]
    if len(form) > 1:
        assert set(deletions(form)) & set(deletions(lost))
        assert set(deletions(form)) & set(deletions(changed))
    assert set(deletions(form)) & set(deletions(form + "z"))


def test_words_keep_their_order_and_lose_their_particles() -> None:
    assert canonical_words("Anna von Berg") == ["ana", "barg"]
    assert canonical_words("De") == ["da"]
    assert canonical_words("unbekannt") == []
