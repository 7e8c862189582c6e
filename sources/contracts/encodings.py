"""Names of encodings."""

import codecs

UTF8 = "utf-8"


def same_encoding(one: str, other: str) -> bool:
    """Tell whether two names mean one encoding; an unknown name is no encoding at all."""
    try:
        return codecs.lookup(one).name == codecs.lookup(other).name
    except LookupError:
        return False
