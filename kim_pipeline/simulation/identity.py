"""An identity as a clerk wrote it down, right or wrong."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date of which month or day may be unknown (0)."""

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """Make one from a full date."""
        return cls(day.year, day.month, day.day)

    def german(self) -> str:
        """Write it as dd.mm.yyyy, with 00 for unknown parts."""
        return f"{self.day:02d}.{self.month:02d}.{self.year:04d}"

    def iso(self) -> str:
        """Write it as yyyy-mm-dd, with 00 for unknown parts."""
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Names, birth and nationality in a record."""

    family: str
    birth_name: str
    given: str
    birth: PartialDate
    birth_place: str
    sex: str
    nationality: str
    register_number: str
    former_names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
