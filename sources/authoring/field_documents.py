"""One drafted field as the standard writes it."""

from typing import Any

from sources.authoring.draft_fields import DraftField
from sources.contracts.gaps import ASKED


def field_document(field: DraftField) -> dict[str, Any]:
    """Write one field as the standard does."""
    guessed = field.guess
    document: dict[str, Any] = {
        "name": field.name,
        "physicalName": field.delivered,
        "businessName": field.label,
        "description": ASKED,
        "logicalType": guessed.kind,
    }
    if guessed.kind == "date":
        document["logicalTypeOptions"] = {"format": guessed.date_format or ASKED}
    elif field.pattern:
        document["logicalTypeOptions"] = {"pattern": field.pattern}
    document |= _key(field)
    document["classification"] = field.classification
    if field.codes:
        document["enum"] = [{"value": code, "label": code} for code in field.codes]
    document["customProperties"] = _properties(field)
    return document


def _key(field: DraftField) -> dict[str, Any]:
    if not field.key_position:
        return {}
    key = {"primaryKey": True, "primaryKeyPosition": field.key_position, "required": True}
    return {**key, "unique": True} if field.guess.unique else key


def _properties(field: DraftField) -> list[dict[str, Any]]:
    # A field whose name says nothing has no comment but its name.
    understood = field.comment != field.name
    given: dict[str, Any] = {"descriptionEn": f"{field.comment}." if understood else ASKED}
    if field.rules is not None:
        given["privacy"] = [dict(rule) for rule in field.rules]
    if field.guess.kind == "date" and field.guess.partly_known:
        given["partlyKnown"] = True
    if field.separator:
        given["listSeparator"] = field.separator
    if field.guess.code_list and not field.dropped:
        given["codeList"] = field.guess.code_list
    return [{"property": name, "value": value} for name, value in given.items()]
