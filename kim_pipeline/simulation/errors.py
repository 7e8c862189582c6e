"""What clerks do to names, dates and codes: each error once per record, by the table of rates."""

import unicodedata
from calendar import monthrange
from dataclasses import replace
from functools import cache

from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.identity import Identity, PartialDate
from kim_pipeline.simulation.names import variants
from kim_pipeline.simulation.tables import table

PARTICLES = (
    "Al-",
    "El-",
    "Al ",
    "El ",
    "Abd ",
    "Abdul ",
    "Abu ",
    "Ben ",
    "Ait ",
    "van ",
    "de ",
    "Da ",
    "Dos ",
)
_SUBSTITUTES = str.maketrans(
    {
        "ı": "i",
        "İ": "I",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ə": "e",
        "Ə": "E",
        "æ": "ae",
        "ß": "ss",
        "ɛ": "e",
        "Ɛ": "E",
        "ɔ": "o",
        "Ɔ": "O",
        "’": "'",
        "ʼ": "'",
    }
)
_GERMAN_STYLE = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ş": "sch",
        "Ş": "Sch",
        "š": "sch",
        "Š": "Sch",
        "ç": "tsch",
        "Ç": "Tsch",
        "č": "tsch",
    }
)
_OFTEN_SWAPPED = frozenset({"tigrinya", "somali", "persian", "south_asian"})
_FATHERS_NAMES = frozenset({"tigrinya", "somali", "arabic", "bulgarian"})
_SINGLE_NAMES = frozenset({"persian", "south_asian"})
_PLACEHOLDERS = ("-", "+", "X", "unbekannt", "FNU")


@cache
def rates(source: str) -> dict[tuple[str, str], float]:
    """Return (error, group) → rate of a source."""
    return {(row["error"], row["group"]): float(row[source]) for row in table("error_rates.csv")}


def strip_diacritics(text: str, german_style: bool) -> str:
    """Write a name in plain letters, by substitution (ö to oe) or by dropping marks (ö to o)."""
    styled = text.translate(_GERMAN_STYLE) if german_style else text
    parts = unicodedata.normalize("NFKD", styled.translate(_SUBSTITUTES))
    return "".join(c for c in parts if not unicodedata.combining(c))


def fit_windows_1252(text: str) -> str:
    """Write a text in the letters of windows-1252; the others lose their marks."""
    return text if text.isascii() else _fitted(text)


@cache
def _fitted(text: str) -> str:
    return "".join(c if _encodable(c) else strip_diacritics(c, False) for c in text)


@cache
def _encodable(letter: str) -> bool:
    try:
        letter.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True


def vary_spelling(rng: Stream, name: str, source: str, doubled: bool) -> str:
    """Replace words of a name by equally good spellings of the same word."""
    known = variants()
    found = known.get(name)
    if found is None and " " in name:
        return " ".join(vary_spelling(rng, word, source, doubled) for word in name.split(" "))
    if found is None:
        return name
    script, others = found
    rate = rates(source)["spelling_variant", script] * (2 if doubled else 1)
    return rng.choice(others) if rng.random() < rate else name


def handle_particle(rng: Stream, name: str) -> str:
    """Join, drop or move the particle of a name."""
    particle = next((p for p in PARTICLES if name.startswith(p)), "")
    rest = name[len(particle) :]
    if not particle or not rest:
        return name
    bare = particle.strip("- ")
    return rng.choice(
        (f"{bare}{rest.lower()}", rest, f"{bare} {rest}", f"{bare}-{rest}", f"{rest} {bare}")
    )


def mistype(rng: Stream, name: str) -> str:
    """Insert, drop, change or transpose one letter."""
    if len(name) < 3:
        return name
    at = rng.randrange(1, len(name) - 1)
    letter = rng.choice("abcdefghiklmnoprstuvwz")
    return rng.choice(
        (
            name[:at] + letter + name[at:],
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )
    )


def keep_one_word(rng: Stream, name: str) -> str:
    """Keep one of several words."""
    words = name.split(" ")
    return words[0] if rng.random() < 0.7 else words[-1]


def wrong_names(rng: Stream, who: Identity, source: str, region: str, doubled: bool) -> Identity:
    """Apply the errors in names."""
    rate = rates(source)
    given, family, at_birth = (
        vary_spelling(rng, name, source, doubled)
        for name in (who.given, who.family, who.birth_name)
    )
    if who.birth_name == who.family:
        at_birth = family
    given, family = _wrong_parts(rng, given, family, source, region)
    if rng.random() < rate["typing", ""]:
        first = rng.random() < 0.5
        given, family = (mistype(rng, given), family) if first else (given, mistype(rng, family))
    if rng.random() < rate["placeholder", "often" if region in _SINGLE_NAMES else ""]:
        given = rng.choice(_PLACEHOLDERS)
    if rng.random() < rate["names_swapped", "often" if region in _OFTEN_SWAPPED else ""]:
        given, family = family, given
    if rng.random() < rate["diacritics_lost", ""]:
        style = source != "case_management" and rng.random() < 0.6
        given, family, at_birth = (strip_diacritics(n, style) for n in (given, family, at_birth))
    return replace(who, given=given, family=family, birth_name=at_birth)


def _wrong_parts(rng: Stream, given: str, family: str, source: str, region: str) -> tuple[str, str]:
    """Apply the errors in names of several words."""
    rate = rates(source)
    if rng.random() < rate["particle", ""]:
        family = handle_particle(rng, family)
    if " " in given and rng.random() < rate["partial_name", ""]:
        given = keep_one_word(rng, given)
    if " " in family and rng.random() < rate["partial_name", ""]:
        family = keep_one_word(rng, family)
    if region in _FATHERS_NAMES and " " in given and rng.random() < rate["fathers_name", ""]:
        given, family = given.split(" ", 1)
    return given, family


def wrong_birth(rng: Stream, birth: PartialDate, source: str, new_year_share: float) -> PartialDate:
    """Apply the errors in birth dates."""
    rate = rates(source)
    if (
        new_year_share > 0.02
        and rng.random() < rate["new_year_date_added", ""] * new_year_share * 4
    ):
        return PartialDate(birth.year, 1, 1)
    if (
        birth.day <= 12
        and birth.day != birth.month
        and rng.random() < rate["day_month_swapped", ""]
    ):
        return PartialDate(birth.year, birth.day, birth.month)
    if rng.random() < rate["date_digit", ""]:
        return _wrong_digit(rng, birth)
    if rng.random() < rate["date_partial", ""]:
        return PartialDate(birth.year, 0 if rng.random() < 0.75 else birth.month, 0)
    return birth


def _wrong_digit(rng: Stream, birth: PartialDate) -> PartialDate:
    draw = rng.random()
    if draw < 0.5:
        last = monthrange(birth.year, birth.month)[1]
        return PartialDate(
            birth.year, birth.month, min(last, max(1, birth.day % 10 + rng.choice((0, 10, 20))))
        )
    if draw < 0.75:
        return PartialDate(birth.year, rng.randint(1, 12), min(28, birth.day))
    year = birth.year + rng.choice((-8, -7, -2, -1, 1, 2, 7, 10, -10))
    return PartialDate(year, birth.month, min(28, birth.day))


def wrong_codes(rng: Stream, who: Identity, source: str) -> Identity:
    """Apply the errors in sex, nationality and register number."""
    rate = rates(source)
    sex, nationality, azr = who.sex, who.nationality, who.register_number
    if rng.random() < rate["sex_wrong", ""]:
        sex = "w" if sex == "m" else "m"
    if rng.random() < rate["nationality_other", ""]:
        nationality = _other_nationality(rng, nationality)
    if rng.random() < rate["azr_missing", ""]:
        azr = ""
    elif rng.random() < rate["azr_digit", ""]:
        at = rng.randrange(6, 12)
        azr = azr[:at] + str((int(azr[at]) + rng.randint(1, 9)) % 10) + azr[at + 1 :]
    return replace(who, sex=sex, nationality=nationality, register_number=azr)


def _other_nationality(rng: Stream, code: str) -> str:
    dissolved = {"170": "132", "150": "170", "140": "132", "166": "160", "160": "159", "169": "160"}
    if code in dissolved and rng.random() < 0.6:
        return dissolved[code]
    if code == "000":
        return code
    return rng.choices(("998", "000", "999", "163", "475"), (50, 20, 10, 10, 10))[0]
