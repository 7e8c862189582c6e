import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_records import (
    OTHERS,
    tokens,
)

from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.keyring import Keyring


def test_a_former_name_meets_the_family_name_of_another_record(keyring: Keyring) -> None:
    one, other = tokens(keyring, {"other_family": ["Neumann", "-"]}, {"family": "Neuman"})
    assert other["family_canon"] in one["other_family"]
    for name in ("k2", "k3", "k6"):
        assert other[name] in one[f"other_{name}"]
    assert one["k1"] == other["k1"]
    assert one["k1"] not in one["other_k1"]


def test_a_record_meets_another_under_its_alias(keyring: Keyring) -> None:
    alias = {"alias_given": ["Leila", None], "alias_family": ["Anders", "Allein"]}
    named, half = {"given": "Laila", "family": "Anders"}, {"family": "Allein"}
    one, other, third = tokens(keyring, alias, named, half)
    assert other["given_canon"] in one["other_given"]
    for name in ("k1", "k2", "k3", "k6"):
        assert other[name] in one[f"other_{name}"]
    for name in ("k2", "k3", "k6"):
        assert third[name] in one[f"other_{name}"]
    for mixed in tokens(keyring, {"given": "Laila", "family": "Beispiel"}):
        assert mixed["k3"] not in one["other_k3"]
        assert mixed["k6"] not in one["other_k6"]


def test_names_a_record_has_already_are_no_other_names(keyring: Keyring) -> None:
    same = {"other_family": ["Muster", "Al Muster"], "alias_family": ["MUSTER"]}
    (row,) = tokens(keyring, same | {"alias_given": ["Amina-Nour"]})
    assert all(row[name] is None for name in OTHERS)
    with pytest.raises(LinkError, match="Aliases"):
        tokens(keyring, {"alias_given": ["Anna", "Eva"]})


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["Neumann", "Probe", "-", "Muster"]), max_size=4),
    st.lists(st.tuples(st.sampled_from(["Eva", None]), st.just("Beispiel")), max_size=3),
)
def test_nulls_tell_only_whether_there_is_another_name(
    keyring: Keyring, former: list[str], aliases: list[tuple[str | None, str]]
) -> None:
    given, family = [list(part) for part in zip(*aliases, strict=True)] or ([], [])
    (row,) = tokens(keyring, {"other_family": former, "alias_given": given, "alias_family": family})
    other = bool({"Neumann", "Probe"} & set(former) or aliases)
    assert {row[name] is not None for name in OTHERS} == {other}
    assert not other or {len(row[name]) for name in OTHERS} == {4}
