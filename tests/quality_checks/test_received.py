from datetime import UTC, date, datetime

from quality_checks.received import judged, received_rules
from quality_checks.validation import validate_frame
from sources.contracts.contract import load_contracts
from sources.incoming.pseudonymise import Incoming
from sources.incoming.table_counts import TableCounts

CONTRACT = next(c for c in load_contracts() if c.source == "immigration_office")
NOW = datetime(2026, 11, 3, tzinfo=UTC)


def _failed(warned: tuple[str, ...], **told: int) -> set[str]:
    counts = {table.name: TableCounts(1, 1, **told) for table in CONTRACT.tables}
    incoming = Incoming(
        CONTRACT.source, date(2026, 10, 1), b"", NOW, 1, CONTRACT.version, counts, warned
    )
    outcomes = validate_frame(judged(CONTRACT, incoming), received_rules(CONTRACT))
    assert not any(o.error or o.rule.blocking for o in outcomes)
    return {o.rule.name for o in outcomes if not o.passed}


def test_what_a_contract_only_warns_of_is_told_by_its_check() -> None:
    assert _failed(()) == set()
    assert _failed(("doubled", "encoding")) == {"content_is_new", "letters_whole"}
    assert _failed(("town_missing", "manifest", "shifted_column")) == {
        "all_towns_delivered",
        "manifest_as_agreed",
        "columns_in_place",
    }


def test_unknown_columns_are_told() -> None:
    assert _failed((), unknown_columns=2) == {"columns_known"}


def test_what_a_spreadsheet_program_did_to_values_is_told() -> None:
    assert _failed((), zeros_restored=3) == {"leading_zeros_kept"}
    assert _failed((), cells_spoiled=1) == {"cells_unchanged"}
