import pandas as pd

from kim_pipeline.linkage.evaluate import Agreement, evaluate

TRUTH = pd.DataFrame(
    [
        ("a", "1", "anna", "Syrien"),
        ("b", "1", "anna", "Syrien"),
        ("c", "1", "anna", "Syrien"),
        ("a", "2", "ben", "Polen"),
        ("b", "2", "ben", "Polen"),
        ("a", "3", "cem", None),
    ],
    columns=["source", "record_pseudonym", "person", "nationality_group"],
)


def linked(*person_ids: str) -> pd.DataFrame:
    return TRUTH[["source", "record_pseudonym"]].assign(person_id=list(person_ids))


def test_right_links_are_perfect() -> None:
    found = evaluate(linked("p", "p", "p", "q", "q", "r"), TRUTH)
    assert found.pairs == Agreement(4, 4, 4)
    assert found.pairs.f1 == 1
    assert found.persons == Agreement(2, 2, 2)
    assert found.false_merges == 0


def test_a_missed_record_costs_recall() -> None:
    found = evaluate(linked("p", "p", "x", "q", "q", "r"), TRUTH)
    assert found.pairs == Agreement(2, 4, 2)
    assert (found.pairs.precision, found.pairs.recall) == (1, 0.5)
    assert found.persons == Agreement(2, 2, 1)


def test_a_false_merge_costs_precision() -> None:
    found = evaluate(linked("p", "p", "p", "q", "q", "q"), TRUTH)
    assert found.pairs == Agreement(6, 4, 4)
    assert found.persons == Agreement(2, 2, 1)
    assert found.false_merges == 1


def test_pairs_are_told_by_sources_and_nationality_group() -> None:
    found = evaluate(linked("p", "p", "x", "q", "q", "q"), TRUTH)
    assert found.by_source_pair == {
        "a + a": Agreement(1, 0, 0),
        "a + b": Agreement(3, 2, 2),
        "a + c": Agreement(0, 1, 0),
        "b + c": Agreement(0, 1, 0),
    }
    assert found.by_nationality_group == {
        "Polen": Agreement(2, 1, 1),
        "Syrien": Agreement(1, 3, 1),
        "unknown": Agreement(1, 0, 0),
    }


def test_records_not_linked_this_month_do_not_count() -> None:
    found = evaluate(linked("p", "p", "p", "q", "q", "r").head(2), TRUTH)
    assert found.pairs == Agreement(1, 1, 1)


def test_nothing_to_find_is_found() -> None:
    found = evaluate(linked("1", "2", "3", "4", "5", "6").head(1), TRUTH)
    assert found.pairs.f1 == 1
    assert found.persons.recall == 1


def test_truth_without_groups_is_one_group() -> None:
    truth = TRUTH.drop(columns="nationality_group")
    found = evaluate(linked("p", "p", "p", "q", "q", "r"), truth)
    assert list(found.by_nationality_group) == ["all"]
