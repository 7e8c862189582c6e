"""How two token records are compared: the levels of agreement per field, and the columns they read.

Only definitions live here. Training and scoring read the same conditions, so that a model means the
same in both. The levels are those measured as `exact2`, with two of this house: an own family name
that the other office keeps as a former one, and the AZR number where both offices hold it.
"""

from dataclasses import dataclass
from string import Template

ELSE = "ELSE"
KEY_COLUMNS = ("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8")
ID_COLUMN = "record_pseudonym"
POINTER_COLUMNS = ("same_as", "not_same_as")


@dataclass(frozen=True)
class Level:
    """One way to agree: `condition` in SQL over `*_l` and `*_r` token columns.

    `frequency` names the column whose token frequency replaces the average u of this level.
    """

    label: str
    condition: str
    frequency: str | None = None


@dataclass(frozen=True)
class Comparison:
    """The levels of one field, best first, disagreement last; `null` says "not comparable"."""

    name: str
    null: str
    levels: tuple[Level, ...]

    def value_of(self, position: int) -> int:
        """Say which number the level at this position carries: best highest, disagreement 0."""
        return len(self.levels) - 1 - position


def _equal(label: str, column: str, *, frequency: bool = False) -> Level:
    condition = Template("${column}_l = ${column}_r").substitute(column=column)
    return Level(label, condition, column if frequency else None)


def _share(label: str, column: str) -> Level:
    return Level(label, Template("list_has_any(${c}_l, ${c}_r)").substitute(c=column))


def _missing(column: str) -> str:
    return Template("(${c}_l IS NULL OR ${c}_r IS NULL)").substitute(c=column)


DISAGREE = Level("else", ELSE)
SWAPPED = Level(
    "swapped",
    "given_l = family_r OR family_l = given_r"
    " OR given_canon_l = family_canon_r OR family_canon_l = given_canon_r"
    " OR list_has_any(given_words_l, family_words_r)"
    " OR list_has_any(family_words_l, given_words_r)",
)
FORMER = Level(
    "former",
    "list_contains(other_family_r, family_canon_l) OR list_contains(other_family_l, family_canon_r)"
    " OR list_has_any(other_family_l, other_family_r)",
)


def _name(column: str, former: tuple[Level, ...] = ()) -> Comparison:
    return Comparison(
        column,
        _missing(column),
        (
            _equal("exact", column, frequency=True),
            _equal("canon", column + "_canon", frequency=True),
            _share("one_letter", column + "_del1"),
            _share("word", column + "_words"),
            *former,
            _equal("skeleton", column + "_skel", frequency=True),
            _equal("skeleton_first", column + "_skel1", frequency=True),
            SWAPPED,
            DISAGREE,
        ),
    )


def _plain(column: str, *, frequency: bool) -> Comparison:
    exact = _equal("exact", column, frequency=frequency)
    return Comparison(column, _missing(column), (exact, DISAGREE))


BIRTH_DATE = Comparison(
    "birth_date",
    " AND ".join((_missing("dob"), _missing("dob_my"), _missing("dob_dy"), _missing("dob_dm"))),
    (
        _equal("exact", "dob", frequency=True),
        Level("day_month_swapped", "dob_l = dob_swapped_r OR dob_swapped_l = dob_r"),
        _equal("month_year", "dob_my"),
        _equal("day_year", "dob_dy"),
        _equal("day_month", "dob_dm", frequency=True),
        DISAGREE,
    ),
)
ADDRESS = Comparison(
    "address",
    _missing("plz"),
    (
        _equal("exact", "addr", frequency=True),
        _equal("street", "street"),
        _equal("postcode", "plz", frequency=True),
        DISAGREE,
    ),
)
COMPARISONS = (
    _name("given"),
    _name("family", (FORMER,)),
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
    "other_family",
    *("dob", "dob_swapped", "dob_my", "dob_dy", "dob_dm"),
    *("addr", "street", "plz", "sex", "nat", "pob", "azr"),
)
