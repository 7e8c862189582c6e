"""Names of encodings."""

import codecs

UTF8 = "utf-8"
AUTO = "auto"
"""Byte order mark, else strict UTF-8, else Windows-1252; found out anew for every file."""


def same_encoding(one: str, other: str) -> bool:
    """Tell whether two names mean one encoding; an unknown name is no encoding at all."""
    try:
        return codecs.lookup(one).name == codecs.lookup(other).name
    except LookupError:
        return False
