"""How an address is typed: abbreviated streets, house numbers with or without letter, postcodes."""

from dataclasses import replace

from kim_pipeline.simulation.addresses import Address
from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.letters import System
from kim_pipeline.simulation.rates import Rates

ERRORS = ("address_style", "house_number", "postcode_wrong")


def address_error(draw: float, rates: Rates) -> str:
    """Return the error of an address, if any, by a number from 0 to 1."""
    for error in ERRORS:
        if draw < rates[error]:
            return error
        draw -= rates[error]
    return ""


def flawless_address(address: Address, system: System) -> Address:
    """Write an address with the habits of a program."""
    if system.street != "abbreviated":
        return address
    return replace(address, street=_abbreviated(address.street))


def wrong_address(rng: Stream, address: Address, error: str) -> Address:
    """Write an address with one error."""
    if error == "address_style":
        return replace(address, street=_other_style(rng, address.street))
    if error == "house_number":
        return replace(address, house_number=_other_number(rng, address.house_number))
    last = (int(address.postcode[-1]) + rng.randint(1, 9)) % 10
    return replace(address, postcode=f"{address.postcode[:-1]}{last}")


def _abbreviated(street: str) -> str:
    return street.replace("straße", "str.").replace("Straße", "Str.")


def _other_style(rng: Stream, street: str) -> str:
    plain = street.replace("ß", "ss")
    styles = (_abbreviated(street), plain, street.upper().replace("ẞ", "SS"))
    parted = street.replace("straße", " Straße").replace("weg", " Weg").strip()
    at = rng.randrange(1, max(2, len(street) - 1))
    return rng.choice((*styles, parted, _abbreviated(street), street[:at] + street[at + 1 :]))


def _other_number(rng: Stream, number: str) -> str:
    digits = number.rstrip("abcd")
    if digits != number:
        return rng.choice((digits, f"{digits} {number[-1]}", f"{digits}{number[-1].upper()}", ""))
    return rng.choice(("", f"{digits}a", f"0{digits}", f"{digits}{rng.randint(0, 9)}"))
