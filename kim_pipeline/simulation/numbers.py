"""Numbers that offices give: unlike the order of the people, equal for equal people."""

from datetime import date

from kim_pipeline.simulation.assumptions import assumptions

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _scrambled(number: int, size: int, factor: int = 7654321) -> int:
    """Map numbers one to one onto 0 … size-1; the size must be a power of ten."""
    return (number * factor + 1234567) % size


def file_number(index: int) -> str:
    """Return the immigration office's file number."""
    return f"A{_scrambled(index, 10**8):08d}"


def customer_number(index: int) -> str:
    """Return a job centre's customer number."""
    digits = f"{_scrambled(index, 10**9, 987654321):09d}"
    return f"{digits[:3]}{_LETTERS[index % len(_LETTERS)]}{digits[3:]}"


def community_number(household: int, index: int) -> str:
    """Return the number of a household's benefit community: job centre, BG and seven digits."""
    office = int(assumptions().number("first_job_centre_number")) + household % 7
    return f"{office}BG{household * 10 + index:07d}"


def client_number(index: int) -> str:
    """Return a case management's client number."""
    return f"K{_scrambled(index, 10**7):07d}"


def register_number(person: int, registered: date) -> str:
    """Return a central register number: date of the first registration and six digits."""
    return f"{registered:%y%m%d}{_scrambled(person, 10**6):06d}"


def procedure_number(person: int) -> str:
    """Return the number of a naturalisation procedure."""
    return f"EB{_scrambled(person, 10**7):07d}"
