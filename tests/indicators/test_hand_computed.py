"""No indicator without an example that a human worked out."""

from pathlib import Path

from kim_pipeline.indicators.catalogue import read_catalogue

EXAMPLES = (
    "test_alike",
    "test_case_work",
    "test_gaps",
    "test_livelihood",
    "test_measure",
    "test_naturalisation",
    "test_record_figures",
    "test_status",
)


def named(indicator_id: str, text: str) -> bool:
    """Tell whether a test names an indicator, in one piece or with the part after _ filled in."""
    family, _, member = indicator_id.partition("_")
    return f'"{indicator_id}"' in text or (f'"{family}_{{' in text and f'"{member}"' in text)


def test_every_indicator_has_an_example_worked_out_by_hand() -> None:
    texts = [Path(__file__).with_name(f"{name}.py").read_text("utf-8") for name in EXAMPLES]
    ids = [indicator.id for indicator in read_catalogue().indicators]
    assert [i for i in ids if not any(named(i, text) for text in texts)] == []
