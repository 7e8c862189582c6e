"""Packed answers: every answer comes back from its place, whatever stands beside it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.indicators.packing import all_set, lay_out, read_number

WIDTHS = st.lists(st.integers(1, 7), min_size=1, max_size=60)


@given(WIDTHS, st.randoms())
def test_every_number_is_read_as_it_was_packed(widths: list[int], chance: object) -> None:
    places = lay_out(dict(enumerate(widths)))
    numbers = [chance.randrange(1 << width) for width in widths]  # type: ignore[attr-defined]
    words = np.zeros((1 + max(p.word for p in places.values()), 1), np.int64)
    for name, place in places.items():
        words[place.word] |= numbers[name] << place.shift
    assert [int(read_number(words, places[n])[0]) for n in places] == numbers
    assert (words >= 0).all()


@given(WIDTHS)
def test_places_do_not_share_a_bit(widths: list[int]) -> None:
    masks: dict[int, int] = {}
    for place in lay_out(dict(enumerate(widths))).values():
        assert not masks.get(place.word, 0) & place.mask
        masks[place.word] = masks.get(place.word, 0) | place.mask
        assert place.mask < 2**63


def test_all_bits_must_be_set() -> None:
    places = lay_out(dict.fromkeys("abc", 1))
    words = np.array([[0b111, 0b101, 0b000]])
    assert all_set(words, [places["a"], places["c"]]).tolist() == [True, True, False]
    assert all_set(words, [places["b"]]).tolist() == [True, False, False]
    assert all_set(words, []).tolist() == [True, True, True]
