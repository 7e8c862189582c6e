"""Words of drawings are broken where a reader would break them, and lose no letter."""

from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.report.charts.wrapping import PLAIN, wrapped

names = st.lists(st.text("abcdefghijklmnopäöüß-", min_size=1, max_size=30), min_size=1)


@given(names.map(" ".join), st.floats(60, 400))
def test_no_letter_is_lost_and_every_line_is_short(words: str, width: float) -> None:
    lines = wrapped(words, width, PLAIN)
    assert all(len(line) <= width / PLAIN + 1 for line in lines)
    kept = "".join(lines).replace("-", "").replace(" ", "")
    assert kept == words.replace("-", "").replace(" ", "")


def test_compounds_are_divided_at_their_joints() -> None:
    assert wrapped("Einbürgerungsantrag", 100, PLAIN) == ("Einbürgerungs-", "antrag")
    assert wrapped("Asyl-Hauptherkunftsland", 130, PLAIN)[0] == "Asyl-"


def test_a_paragraph_sign_stays_with_its_number() -> None:
    assert wrapped("Chancen-Aufenthalt (§ 104c)", 130, PLAIN)[-1] == "(§\u00a0104c)"
