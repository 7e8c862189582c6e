"""What to do about a check that failed, in English and German: one remedy per gate and shape."""

from dataclasses import dataclass

from assets.freshness import NEWEST_DUE
from quality_checks.rule import Rule


@dataclass(frozen=True)
class Remedy:
    """What whoever sees a failed check does next."""

    en: str
    de: str


_LATE = Remedy(
    "Ask the authority for the delivery; when it is there, run the intake job of the source for "
    "that month, then the job month.",
    "Die Lieferung bei der Behörde anmahnen; sobald sie da ist, den Lauf der Quelle für den Monat "
    "starten, danach den Monatslauf.",
)
_INCOMING = Remedy(
    "Tell the authority what its feedback of this month says, and take in the corrected delivery "
    "under a higher number; if the delivery is right, change the contract and run the month again.",
    "Der Behörde die Rückmeldung des Monats geben und die berichtigte Lieferung mit höherer Nummer "
    "einlesen; stimmt die Lieferung, den Vertrag ändern und den Monat erneut laufen lassen.",
)
_COLUMNS = Remedy(
    "Compare the delivery with its contract (kim contract test); a new version of the contract "
    "takes renamed columns in.",
    "Die Lieferung mit dem Vertrag vergleichen (kim contract test); eine neue Vertragsversion "
    "nimmt umbenannte Spalten auf.",
)
_INCOMING_WARNING = Remedy(
    "Nothing stops. The feedback of the month tells the authority; watch the plot over the months.",
    "Nichts wird angehalten. Die Rückmeldung des Monats sagt es der Behörde; den Verlauf über die "
    "Monate beobachten.",
)
_LINKS = Remedy(
    "Look at the plots of link_candidates and at the fill of the linking fields in the newest "
    "deliveries. If a delivery is at fault, withdraw it and run the month again; if the change is "
    "right, materialise person_links of this month alone: started so, it has no gate.",
    "Die Verläufe von link_candidates und die Füllung der Abgleichfelder in den neuesten "
    "Lieferungen ansehen. Liegt es an einer Lieferung, sie zurückziehen und den Monat erneut "
    "laufen lassen; ist die Änderung richtig, person_links dieses Monats allein starten.",
)
_LINKS_WARNING = Remedy(
    "The links stand; the estimated quality of the pair of sources is not published while it "
    "lasts. Look at docs/calibration.md, or learn a new model (kim link train).",
    "Die Verknüpfungen gelten; die geschätzte Güte des Quellenpaars wird solange nicht "
    "veröffentlicht. Siehe docs/calibration.md, oder ein neues Modell lernen (kim link train).",
)
_CORE = Remedy(
    "Find the rows as analyst (kim sql) in the core table that the check names, and their delivery "
    "by known_from; withdraw or correct that delivery, or mend the query in kim_pipeline/core, and "
    "run the month again.",
    "Die Zeilen in der genannten core-Tabelle suchen (kim sql) und über known_from ihre Lieferung; "
    "diese zurückziehen oder berichtigen, oder die Abfrage in kim_pipeline/core berichtigen, und "
    "den Monat erneut laufen lassen.",
)
_CORE_WARNING = Remedy(
    "Nothing stops. Find the rows as analyst (kim sql) in the core table that the check names; the "
    "authority mends them at the source.",
    "Nichts wird angehalten. Die Zeilen in der genannten core-Tabelle suchen (kim sql); die "
    "Behörde berichtigt sie in der Quelle.",
)
_PUBLISHED = Remedy(
    "Write no report by hand from this month. Undo the last change of catalogue or protection "
    "rules and publish again; if there was none, ask who keeps kim_pipeline/disclosure.",
    "Aus diesem Monat keinen Bericht von Hand erstellen. Die letzte Änderung an Katalog oder "
    "Schutzregeln zurücknehmen und erneut veröffentlichen; gab es keine, die Verantwortlichen für "
    "kim_pipeline/disclosure fragen.",
)
# By asset, for rules that stop the run and for those that warn.
_BY_ASSET = {
    "link_candidates": (_LINKS, _LINKS_WARNING),
    "person_spells": (_CORE, _CORE_WARNING),
    "person_month": (_CORE, _CORE_WARNING),
    "indicator_values": (_PUBLISHED, _PUBLISHED),
}


def remedy_of(asset: str, rule: Rule) -> Remedy:
    """Say what to do when a rule of an asset failed."""
    if rule.name == NEWEST_DUE:
        return _LATE
    if rule.expectation == "ExpectTableColumnsToMatchSet":
        return _COLUMNS
    stops, warns = _BY_ASSET.get(asset, (_INCOMING, _INCOMING_WARNING))
    return stops if rule.blocking else warns
