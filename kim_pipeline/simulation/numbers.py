"""Numbers that offices give: unlike the order of the people, equal for equal people."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions

# The hundred segments: a Kreis each, those who are registered twice, those who move.
_TWICE, _MOVERS = 98, 99
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
    """Return the number of a household's benefit community: job centre, BG and nine digits."""
    office = int(assumptions().number("first_job_centre_number")) + household % 7
    return f"{office}BG{household * 10 + index:09d}"


def client_number(index: int) -> str:
    """Return a case management's client number."""
    return f"K{_scrambled(index, 10**8):08d}"


def grant_name(index: int) -> str:
    """Return a name for a grant that is unique in all towns; no office uses it."""
    return f"AL{_scrambled(index, 10**9, 345678901):09d}"


def grant_number(running: int) -> str:
    """Return the number of a town's grant: each social office counts from 1 and knows no other."""
    return f"AL{running:06d}"


def register_number(registered: date, segment: int, index: int) -> str:
    """Return a central register number: date of the first registration and six digits.

    A segment of a hundred has ten thousand numbers for each day.
    """
    mixed = (index * 7919 + registered.toordinal() * 104_729) % 10**4
    return f"{registered:%y%m%d}{segment:02d}{mixed:04d}"


def second_register_number(registered: date, person: int) -> str:
    """Return the number of a person whom the central register took for a new one."""
    return register_number(registered, _TWICE, person)


def procedure_number(person: int) -> str:
    """Return the number of a naturalisation procedure."""
    return f"EB{_scrambled(person, 10**8):08d}"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The running numbers of one block of people: none is given in another block."""

    segment: int
    first: int
    first_index: int = 0


# So many persons and households may be invented in a block, the rejected ones included.
PER_BLOCK = 400_000
PER_PAIR = 20_000


def of_block(block: int) -> Numbers:
    """Return the numbers of a Kreis."""
    return Numbers(block, 1 + block * PER_BLOCK)


def of_movers(block: int) -> Numbers:
    """Return the numbers of those who move from a Kreis to the next one."""
    return Numbers(_MOVERS, 1 + (_MOVERS + 1) * PER_BLOCK + block * PER_PAIR, block * 100)
