"""How two token records are compared: the levels of agreement per field, and the columns they read.

Only definitions live here. Training and scoring read the same meetings of columns, as SQL or as
arrays, so that a model means the same in both. The levels are those measured as `exact2`, with
three of this house: names that the other office keeps as former ones or as an alias, and the AZR
number where both offices hold it.
"""

from dataclasses import dataclass
from string import Template

ELSE = "ELSE"
KEY_COLUMNS = ("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8")
OTHER_KEY_COLUMNS = ("other_k1", "other_k2", "other_k3", "other_k6")
ID_COLUMN = "record_pseudonym"
POINTER_COLUMNS = ("same_as", "not_same_as")


def holds_lists(column: str) -> bool:
    """Say whether a token column holds lists of tokens rather than one."""
    return column.endswith(("_words", "_del1")) or column.startswith("other_")


@dataclass(frozen=True)
class Meeting:
    """A token in column `one` of a record stands in column `other` of the other, either way round.

    The column without lists comes first.
    """

    one: str
    other: str

    @property
    def lists(self) -> bool:
        """Tell whether a column of lists takes part."""
        return holds_lists(self.one) or holds_lists(self.other)

    @property
    def condition(self) -> str:
        """Write the meeting as SQL over `*_l` and `*_r` columns."""
        ways = [_meets(self.one, "l", self.other, "r"), _meets(self.one, "r", self.other, "l")]
        return " OR ".join(ways[: 1 if self.one == self.other else 2])


def _meets(one: str, side: str, other: str, opposite: str) -> str:
    if not holds_lists(other):
        form = "${one}_$side = ${other}_$opposite"
    elif holds_lists(one):
        form = "list_has_any(${one}_$side, ${other}_$opposite)"
    else:
        form = "list_contains(${other}_$opposite, ${one}_$side)"
    return Template(form).substitute(one=one, side=side, other=other, opposite=opposite)


@dataclass(frozen=True)
class Level:
    """One way to agree: at least one of the meetings; none means whatever is left.

    `frequency` names the column whose token frequency replaces the average u of this level.
    """

    label: str
    meetings: tuple[Meeting, ...]
    frequency: str | None = None

    @property
    def condition(self) -> str:
        """Write the level as SQL over `*_l` and `*_r` token columns."""
        return " OR ".join(meeting.condition for meeting in self.meetings) or ELSE


@dataclass(frozen=True)
class Comparison:
    """The levels of one field, best first, disagreement last.

    Two records can be compared when both hold one of the columns `needs`.
    """

    name: str
    needs: tuple[str, ...]
    levels: tuple[Level, ...]

    @property
    def null(self) -> str:
        """Say "not comparable" in SQL."""
        missing = Template("(${c}_l IS NULL OR ${c}_r IS NULL)")
        return " AND ".join(missing.substitute(c=column) for column in self.needs)

    def value_of(self, position: int) -> int:
        """Say which number the level at this position carries: best highest, disagreement 0."""
        return len(self.levels) - 1 - position


def _same(label: str, column: str, *, frequency: bool = False) -> Level:
    return Level(label, (Meeting(column, column),), column if frequency else None)


DISAGREE = Level("else", ())
SWAPPED = Level(
    "swapped",
    (
        Meeting("given", "family"),
        Meeting("given_canon", "family_canon"),
        Meeting("given_words", "family_words"),
    ),
)
# The whole name under one alias, as a level of the given name only: it says as much as two names,
# and the family name adds what its level "former" says. Given and family name of two aliases are
# "former" both, which is weaker.
ALIAS = Level("alias", (Meeting("k6", "other_k6"), Meeting("k3", "other_k3")))


def _former(column: str) -> Level:
    other = "other_" + column
    return Level("former", (Meeting(column + "_canon", other), Meeting(other, other)))


def _name(column: str, *more: Level) -> Comparison:
    return Comparison(
        column,
        (column,),
        (
            _same("exact", column, frequency=True),
            _same("canon", column + "_canon", frequency=True),
            _same("one_letter", column + "_del1"),
            _same("word", column + "_words"),
            *more,
            _former(column),
            _same("skeleton", column + "_skel", frequency=True),
            _same("skeleton_first", column + "_skel1", frequency=True),
            SWAPPED,
            DISAGREE,
        ),
    )


def _plain(column: str, *, frequency: bool) -> Comparison:
    exact = _same("exact", column, frequency=frequency)
    return Comparison(column, (column,), (exact, DISAGREE))


BIRTH_DATE = Comparison(
    "birth_date",
    ("dob", "dob_my", "dob_dy", "dob_dm"),
    (
        _same("exact", "dob", frequency=True),
        Level("day_month_swapped", (Meeting("dob", "dob_swapped"),)),
        _same("month_year", "dob_my"),
        _same("day_year", "dob_dy"),
        _same("day_month", "dob_dm", frequency=True),
        DISAGREE,
    ),
)
ADDRESS = Comparison(
    "address",
    ("plz",),
    (
        _same("exact", "addr", frequency=True),
        _same("street", "street"),
        _same("postcode", "plz", frequency=True),
        DISAGREE,
    ),
)
COMPARISONS = (
    _name("given", ALIAS),
    _name("family"),
    BIRTH_DATE,
    ADDRESS,
    _plain("sex", frequency=False),
    _plain("nat", frequency=True),
    _plain("pob", frequency=True),
    _plain("azr", frequency=False),
)

FREQUENCY_COLUMNS = tuple(
    sorted({level.frequency for c in COMPARISONS for level in c.levels if level.frequency})
)
NAME_COLUMNS = tuple(
    name + suffix
    for name in ("given", "family")
    for suffix in ("", "_canon", "_words", "_del1", "_skel", "_skel1")
)
TOKEN_COLUMNS = (
    *NAME_COLUMNS,
    *("other_given", "other_family"),
    *("dob", "dob_swapped", "dob_my", "dob_dy", "dob_dm"),
    *("addr", "street", "plz", "sex", "nat", "pob", "azr"),
)
