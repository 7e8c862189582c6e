"""What errors of linkage do to the indicators, on the small Kreis whose truth is known."""

import json

from own_kreis import OwnKreis

SCHEMAS = ("register", "core", "published")


def test_indicators_are_near_what_true_links_would_give(undisturbed: OwnKreis) -> None:
    before = undisturbed.dump(*SCHEMAS)
    truth = str(undisturbed.inbox / "truth")
    rows = json.loads(
        undisturbed.must("indicators", "evaluate", "--truth", truth, "--sql", "--json")
    )
    assert undisturbed.dump(*SCHEMAS) == before
    by_id = {row["id"]: row for row in rows}
    assert {"S1", "J1", "C3", "Q1", "K_YOUNG"} <= set(by_id)
    assert by_id["C3"]["sources"] == "immigration_office+case_management"
    assert by_id["V4_with"]["baustein"] == "II+III"
    assert all(row["sql"].startswith("SELECT ") and "\n" not in row["sql"] for row in rows)
    # The register's own errors are few: whatever they move, they move a little.
    moved = [abs(r["difference"]) for r in rows if r["linked"] == "yes" and r["difference"] != "-"]
    assert len(moved) > 3
    assert 0 < max(moved) < 25
    assert abs(by_id["S1"]["difference"]) <= 0.05 * by_id["S1"]["true_links"]
    assert abs(by_id["J1"]["difference"]) <= 5
