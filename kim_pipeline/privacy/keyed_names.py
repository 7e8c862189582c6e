"""The tokens of all names of a table, each distinct name keyed once.

Given and family names share their keys, so that swapped names stay visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kim_pipeline.privacy.batch_cmac import cmac64
from kim_pipeline.privacy.composites import Secret
from kim_pipeline.privacy.names import Names
from kim_pipeline.privacy.padded_lists import lists_of, sets_of


@dataclass(frozen=True)
class KeyedNames:
    """Tokens and sorted token sets per distinct name; `names` says which stands where."""

    names: Names
    name: Any
    canon: Any
    skeleton: Any
    first_skeleton: Any
    words: Any
    deletions: Any

    def tokens(self, column: str) -> dict[str, Any]:
        """Return the four single-token columns of one name column."""
        forms = {
            column: self.name,
            f"{column}_canon": self.canon,
            f"{column}_skel": self.skeleton,
            f"{column}_skel1": self.first_skeleton,
        }
        places = self.names.places[column]
        return {name: tokens.take(places) for name, tokens in forms.items()}

    def sets(self, column: str) -> dict[str, Any]:
        """Return the two set columns of one name column, not padded yet."""
        places = self.names.places[column]
        shorter = self.names.deletions.places.take(places)
        return {
            f"{column}_words": self.words.take(places),
            f"{column}_del1": self.deletions.take(shorter),
        }


def key_names(names: Names, secret: Secret) -> KeyedNames:
    """Key every form of every distinct name under the label of the form."""
    forms = names.forms
    return KeyedNames(
        names=names,
        name=cmac64(secret("name"), forms.normalised),
        canon=cmac64(secret("canon"), forms.canon),
        skeleton=cmac64(secret("skel"), forms.skeleton),
        first_skeleton=cmac64(secret("skel"), forms.first_skeleton),
        words=_sets(secret("word"), forms.words),
        deletions=_sets(secret("del1"), names.deletions.values),
    )


def _sets(key: bytes, lists: Any) -> Any:
    return sets_of(lists_of(lists, cmac64(key, lists.flatten())))
