"""Words broken into lines, as drawings have no lines of their own."""

import re

from kim_pipeline.report.language import NO_BREAK_SPACE, keep_together

# Mean width of a letter, by the size and weight of the text.
TINY, SMALL, PLAIN, SMALL_STRONG, STRONG = 5.8, 6.2, 6.6, 6.7, 7.1
# Where German compounds may be divided, besides at a hyphen; the rest has three letters or more.
_JOINT = re.compile(r"-|(ungs|heits|keits|schafts|tions|kreis|zeit|fall|sprach)(?=\w{3})")


def wrapped(words: str, width: float, letter: float) -> tuple[str, ...]:
    """Break words into lines of about this width, by the mean width of a letter.

    A word that is too long is divided at a hyphen or a joint, else three letters from its end.
    """
    most = max(6, int(width / letter))
    lines: list[str] = []
    for word in keep_together(words).split(" "):
        for part in _parts(word, most):
            if lines and not lines[-1].endswith("-") and len(lines[-1]) + 1 + len(part) <= most:
                lines[-1] += f" {part}"
            else:
                lines.append(part)
    return tuple(line.strip(NO_BREAK_SPACE) for line in lines)


def _parts(word: str, most: int) -> list[str]:
    parts = []
    while len(word) > most:
        cut = min(most - 1, len(word) - 3)
        joints = [joint.end() for joint in _JOINT.finditer(word) if 3 <= joint.end() <= cut]
        at = joints[-1] if joints else cut
        parts.append(word[:at] if word[at - 1] == "-" else f"{word[:at]}-")
        word = word[at:]
    return [*parts, word]
