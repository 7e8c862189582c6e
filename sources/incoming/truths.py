"""Yes or no, as authorities write it: by the common words, or by those the contract maps."""

from collections.abc import Mapping

WORDS = {
    "ja": True, "j": True, "true": True, "wahr": True, "1": True,
    "nein": False, "n": False, "false": False, "falsch": False, "0": False,
}  # fmt: skip


def read_truth(text: str, value_map: Mapping[str, str] | None) -> bool | None:
    """Read a boolean; where the contract maps values, only those and true and false are read."""
    if value_map is None:
        return WORDS.get(text.casefold())
    said = value_map.get(text, text).casefold()
    return WORDS[said] if said in ("true", "false") else None
