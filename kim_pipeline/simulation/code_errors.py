"""What clerks do to sex, nationality and register number."""

from dataclasses import replace

from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.identity import Identity
from kim_pipeline.simulation.rates import Rates

_DISSOLVED = {"170": "132", "150": "170", "140": "132", "166": "160", "160": "159", "169": "160"}
REGISTER_DIGITS = 12


def wrong_codes(rng: Stream, who: Identity, rates: Rates) -> Identity:
    """Write sex, nationality and register number with the errors of one record."""
    sex, nationality, azr = who.sex, who.nationality, who.register_number
    if rng.random() < rates["sex_wrong"]:
        sex = "w" if sex == "m" else "m"
    elif rng.random() < rates["sex_missing"]:
        sex = ""
    if rng.random() < rates["nationality_other"]:
        nationality = _other_nationality(rng, nationality)
    if rng.random() < rates["azr_missing"]:
        azr = ""
    elif azr and rng.random() < rates["azr_digit"]:
        at = rng.randrange(6, REGISTER_DIGITS)
        azr = azr[:at] + str((int(azr[at]) + rng.randint(1, 9)) % 10) + azr[at + 1 :]
    return replace(who, sex=sex, nationality=nationality, register_number=azr)


def _other_nationality(rng: Stream, code: str) -> str:
    """Return a second nationality, that of a state that is gone, or none that is clear."""
    if code in _DISSOLVED and rng.random() < 0.6:
        return _DISSOLVED[code]
    if code == "000":
        return code
    return rng.choices(("998", "000", "999", "163", "475"), (50, 20, 10, 10, 10))[0]
