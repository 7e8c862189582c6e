"""Rules of the calibration: what speaks against the estimated quality of links.

None of them blocks: the links may be as good as ever. A rule that fails takes the estimates it
concerns out of publication.
"""

from kim_pipeline.linkage.alarms import FAMILIES
from quality_checks.rule import Rule

_TEXTS = {
    "agreement": (
        "agreement_unchanged",
        "Linked records agree in their fields just as the month before.",
        "Verknüpfte Datensätze stimmen in ihren Angaben ebenso überein wie im Vormonat.",
    ),
    "coverage": (
        "coverage_possible",
        "As many records have a partner in another source as can be, and as the month before.",
        "Nicht mehr Datensätze als möglich haben einen Partner in einer anderen Quelle, und etwa so"
        " viele wie im Vormonat.",
    ),
    "duplicates": (
        "duplicates_few",
        "Few people stand twice inside a source, as many as the month before.",
        "Nur wenige Personen stehen doppelt in einer Quelle, etwa so viele wie im Vormonat.",
    ),
    "relinked": (
        "hidden_partners_not_replaced",
        "Records whose partner is hidden find no other.",
        "Probe: Fehlt der richtige Datensatz, wird nur selten ein falscher dafür verknüpft.",
    ),
    "curve": (
        "curve_falls",
        "The more a pair agrees, the rarer it is wrong.",
        "Je besser zwei Datensätze übereinstimmen, desto seltener ist ihre Verknüpfung falsch.",
    ),
    "triangle": (
        "recall_below_its_bound",
        "Estimated recall is not above what a third source allows.",
        "Der Anteil gefundener Verknüpfungen ist nicht höher geschätzt, als der Vergleich mit einer"
        " dritten Quelle zulässt.",
    ),
    "identifier": (
        "recall_fits_azr_numbers",
        "Estimated recall lies in the interval that AZR numbers give.",
        "Der geschätzte Anteil gefundener Verknüpfungen passt zu den Datensätzen mit AZR-Nummer.",
    ),
}
ALARM_RULES = {family: Rule(*_TEXTS[family], blocking=False) for family in FAMILIES}
