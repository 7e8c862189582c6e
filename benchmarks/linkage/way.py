"""One way of linking a set, in a fresh process: `python -m benchmarks.linkage.way NAME FOLDER`."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.linkage.found import Found
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import LinkSet

Way = Callable[[LinkSet, Usage], Found]
WAYS = {
    "ours": ("ours", "from_tokens"),
    "ours_trained": ("ours", "trained"),
    "ours_best": ("our_best", "best_possible"),
    "ours_no_numbers": ("ours", "without_numbers"),
    "plaintext_ours": ("ours", "from_plaintext"),
    "splink_features": ("splink_features", "same_features"),
    "splink_fuzzy": ("splink_features", "with_jaro_winkler"),
    "splink_usual": ("splink_usual", "usual"),
    "exact_key": ("exact_key", "one_key"),
}


def main() -> None:
    """Run the named way, write what it found beside the set and print what it took."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    module, function = WAYS[name]
    way: Way = getattr(import_module(f"benchmarks.linkage.{module}"), function)
    usage = Usage()
    way(LinkSet(folder), usage).save(folder, name)
    usage.report()


if __name__ == "__main__":
    main()
