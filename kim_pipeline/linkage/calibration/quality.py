"""What calibration says about a run: estimated quality of the links, and the facts behind it.

Values only, counts and shares; how they are found stands in the other modules of the package.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class QualityEstimate:
    """Estimated precision and recall of the links of a source pair and nationality group.

    source, other_source: in alphabetical order, equal for links inside a source, both empty for
      all links. nationality_group: empty for all.
    pairs: pairs of records that lie in one person.
    precision, recall: shares of 1, each with its systematic band.
    identified: False where the method cannot know, however the figures look.
    """

    source: str
    other_source: str
    nationality_group: str
    pairs: int
    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float
    identified: bool


@dataclass(frozen=True)
class CalibrationFacts:
    """What the alarms look at. Keys `a -> b` are ordered pairs of sources, `a + b` (a <= b) not.

    coverage: share of a's records estimated to have a partner in b, before any bound is put on it.
    duplicates: share of a source's records estimated to have another record of their person there.
    hidden, relinked: records whose partner was hidden for the knock-out test, and how many of these
      found another one.
    triangle_recall: share of the pairs linked through a third source that are also linked directly,
      an upper bound of recall.
    identifier_recall: recall by a strong identifier that was not used (estimate, low, high).
    monotone: no curve of a source pair had to be bent to fall.
    fitted_pairs: pairs the final curve was fitted on.
    """

    coverage: dict[str, float] = field(default_factory=dict)
    duplicates: dict[str, float] = field(default_factory=dict)
    hidden: int = 0
    relinked: int = 0
    triangle_recall: dict[str, float] = field(default_factory=dict)
    identifier_recall: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    monotone: bool = True
    fitted_pairs: int = 0
