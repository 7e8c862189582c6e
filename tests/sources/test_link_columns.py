"""What contract roles hand over to linkage: names whole, aliases in their two parts."""

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from small_deliveries import MONTH, OFFICE, PERSON, office_delivery

from kim_pipeline.errors import ContractError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.settings import Settings
from sources.contracts.contract import load_contract
from sources.incoming.drafts import Draft, draft_table
from sources.incoming.link_columns import link_columns
from sources.receiving.intake import pull, read_pulled_tables


def drafted(settings: Settings, keyring: Keyring, **changes: str) -> tuple[Draft, pa.Table]:
    office_delivery(settings, [PERSON | changes])
    pulled = pull(OFFICE, MONTH, settings, keyring)
    rows = read_pulled_tables(OFFICE, pulled, keyring)["persons"]
    key = keyring.pseudonym_key(OFFICE.source)
    draft = draft_table(rows, OFFICE.table("persons"), key, ",", "here")
    return draft, link_columns(draft, key)


def test_birth_and_former_names_are_family_names(settings: Settings, keyring: Keyring) -> None:
    _, fields = drafted(settings, keyring)
    assert fields["other_family"].to_pylist() == [["Kılıç", "Aydın", "Demir"]]
    assert fields["given"].to_pylist() == ["Şule"]
    assert fields.select(["birth_year", "birth_month", "birth_day"]).to_pylist() == [
        {"birth_year": 1985, "birth_month": 5, "birth_day": 17}
    ]
    assert set(fields.column_names) <= set(LINK_FIELDS.names)


@pytest.mark.parametrize(
    ("delivered", "family", "given"),
    [
        ("Celik, Sule|Çelik, Şule", ["Celik", "Çelik"], ["Sule", "Şule"]),
        ("Celik", ["Celik"], [None]),
        (", Sule", [None], ["Sule"]),
        ("Celik,Sule, Anna", ["Celik"], ["Sule, Anna"]),
        ("", None, None),
    ],
)
def test_an_alias_comes_apart_at_its_first_comma(
    settings: Settings,
    keyring: Keyring,
    delivered: str,
    family: list[str | None] | None,
    given: list[str | None] | None,
) -> None:
    _, fields = drafted(settings, keyring, ALIASNAMEN=delivered)
    assert fields["alias_family"].to_pylist() == [family]
    assert fields["alias_given"].to_pylist() == [given]


def test_a_comma_between_aliases_is_refused(tmp_path: Path) -> None:
    document = yaml.safe_load(OFFICE.path.read_text("utf-8"))
    fields = document["schema"][0]["properties"]
    alias = next(field for field in fields if field["name"] == "alias_names")
    for entry in alias["customProperties"]:
        if entry["property"] == "listSeparator":
            entry["value"] = ","
    path = tmp_path / "office.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    with pytest.raises(ContractError, match="separate aliases by another mark"):
        load_contract(path)
