"""On which line of a contract something stands, so that a problem can be found at once."""

import re
from functools import cache
from pathlib import Path

import yaml

STEPS = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+)\]")


def line_of(path: Path, where: str) -> int | None:
    """Find the line of a YAML path such as `schema[0].properties[2] name`; as deep as it leads.

    None when nothing of the path is in the file.
    """
    node, found = _root(path), None
    for step in STEPS.finditer(where.split(" ", 1)[0]):
        node = _child(node, step)
        if node is None:
            break
        found = node.start_mark.line + 1
    return found


def _child(node: yaml.Node | None, step: re.Match[str]) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step[1]), None)
    if isinstance(node, yaml.SequenceNode) and step[2]:
        number = int(step[2])
        return node.value[number] if number < len(node.value) else None
    return None


@cache
def _root(path: Path) -> yaml.Node | None:
    root: yaml.Node | None = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    return root
