"""Invented people whose data are like no others', planted into deliveries to be looked for later.

Each is delivered by all three sources under numbers of its own, with a note that names somebody.
Names hold umlauts, ß, apostrophes, rare letters, Cyrillic and Arabic script.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path
from xml.sax.saxutils import escape

BOM = "\ufeff"


@dataclass(frozen=True)
class Canary:
    """One planted person; every text is an identifier that must not outlive the intake."""

    family: str
    given: str
    former: str
    alias: str
    birth_date: str  # ISO
    birth_place: str
    street: str
    mentioned: str  # whom the note names
    note: str
    file_number: str
    azr_number: str
    application: str
    customer: str
    community: str
    client: str

    @property
    def german_birth_date(self) -> str:
        year, month, day = self.birth_date.split("-")
        return f"{day}.{month}.{year}"

    @property
    def case(self) -> str:
        return f"{self.client}-F1"

    def texts(self) -> list[str]:
        """List every identifier as delivered."""
        return [
            *(str(getattr(self, entry.name)) for entry in fields(self)),
            self.german_birth_date,
            self.case,
        ]


CANARIES = (
    Canary(
        "Quäßenbörger-Füchßle", "Jörghild Zäzilie", "Wöllnüßkötter", "Päßlöwenick",
        "1923-07-19", "Würmßteinmünde", "Kanarienvögelgäßchen",
        "Zwölfnütz-Kämperßen",
        "Termin nur mit Betreuerin Frau Zwölfnütz-Kämperßen, Tel. 0211 98765431",
        "A99371846", "230719947361", "EB9473615", "977Q846193", "31709BG9417385", "K9471836",
    ),
    Canary(
        "Жщурбанюківський", "Ґвіндолена-Їжак", "Цвіркуновська", "Щебетунова",
        "1924-11-27", "Переяславцівка", "Дзвіночкова вулиця",
        "Жовтобрюхенко Ярополк",
        "Dolmetscher Жовтобрюхенко Ярополк anrufen",
        "A99402817", "241127918273", "EB9182736", "976R918274", "31709BG9528496", "K9582947",
    ),
    Canary(
        "القثظعبلانيوي", "ذوالضحىغيثان", "الخنفشاريزاد", "الزعنفطوطي",
        "1925-02-23", "ضغطوطستانيه", "شارعالخنافسالزرقاء",
        "غضنفرالزمهريري",
        "Bruder heißt غضنفرالزمهريري",
        "A99513928", "250223827364", "EB8273645", "975S827365", "31709BG9639507", "K9693058",
    ),
    Canary(
        "O'Xhydrañezque", "D’Qwénthylla", "Mc'Zyngbrathel", "N'Gqubwéthani",
        "1926-08-30", "Xochiltépequez", "Allée d'Yquêmbert",
        "Hûzquerville-Oœyx",
        "Vermieterin: Mme d'Hûzquerville-Oœyx; Schlüssel dort",
        "A99624039", "260830736455", "EB7364554", "974T736456", "31709BG9740618", "K9704169",
    ),
    Canary(
        "Łżęğıŋþǫvićđæő", "Ŵøĥĺŧśķýņţħéž", "Ǧřžëšŭğņďęłő", "Ħåþƶëķșțŏươə",
        "1922-12-14", "Ņỹǵħōżđŧřĭňķ", "Șŧŕåďă Ľĕţĭŋğþøřņ",
        "Ģŕīęžŧħŏłđ Ŷŋğvæř",
        "kommt mit Nachbar Ģŕīęžŧħŏłđ Ŷŋğvæř",
        "A99735140", "221214645546", "EB6455463", "973U645547", "31709BG9851729", "K9815270",
    ),
    Canary(
        "Mustervogelschrei", "Kreszenzwaldine", "Doppelganghofner", "Zaunkoenigrieder",
        "1921-04-25", "Krottenmuehlbach", "Zilpzalpsteigerweg",
        "Hupfauerlinde Brezensalzer",
        "ruft an fuer Cousine Hupfauerlinde Brezensalzer, mail hupfauerlinde@brezensalzer.example",
        "A99846251", "210425554637", "EB5546372", "972V554638", "31709BG9962830", "K9926381",
    ),
)  # fmt: skip


def plant(inbox: Path) -> None:
    """Add every canary to every delivery of an inbox, and to the counts of its manifests."""
    for folder in sorted(inbox.glob("immigration_office/*")):
        _announce(folder, _plant_files(folder))
    for folder in sorted(inbox.glob("job_centre/*")):
        _announce(folder, _plant_xml(folder / "xsozial.xml"))
    for folder in sorted(inbox.glob("case_management/*")):
        _announce(folder, _plant_database(folder / "case_management.sqlite"))


def _announce(folder: Path, added: dict[str, int]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    for table, rows in added.items():
        manifest["tables"][table]["rows"] += rows
    path.write_text(json.dumps(manifest, indent=1), "utf-8")


def _plant_files(folder: Path) -> dict[str, int]:
    persons = [_person(canary) for canary in CANARIES]
    titles = [
        {
            "AKTENZEICHEN": canary.file_number,
            "LFD_NR": "1",
            "LISTE": "niederlassungserlaubnis",
            "SCHLUESSEL": _settled(folder),
            "ERTEILT_AM": "14.03.2011",
        }
        for canary in CANARIES
    ]
    procedures = [
        {
            "ANTRAGSNR": canary.application,
            "AKTENZEICHEN": canary.file_number,
            "ANTRAG_AM": "02.06.2025",
            "ERGEBNIS": "OFFEN",
            "GRUNDLAGE": "P10",
            "AUFNAHMEWEG": "KREIS",
            "AGS": "05158004",
        }
        for canary in CANARIES
    ]
    added = {"persons": persons, "residence_titles": titles, "naturalisations": procedures}
    for table, rows in added.items():
        _append(folder / f"{table}.csv", rows)
    return {table: len(rows) for table, rows in added.items()}


def _person(canary: Canary) -> dict[str, str]:
    return {
        "AKTENZEICHEN": canary.file_number,
        "AZR_NR": canary.azr_number,
        "FAMILIENNAME": canary.family,
        "GEBURTSNAME": canary.family,
        "VORNAMEN": canary.given,
        "FRUEHERE_NAMEN": canary.former,
        "ALIASNAMEN": f"{canary.alias}, {canary.given}",
        "GEBURTSDATUM": canary.german_birth_date,
        "GEBURTSORT": canary.birth_place,
        "GESCHLECHT": "w",
        "STAATSANGEHOERIGKEIT": "166",
        "FAMILIENSTAND": "VW",
        "STRASSE": canary.street,
        "HAUSNUMMER": "17",
        "PLZ": "40112",
        "AGS": "05158004",
        "EINREISE_DEUTSCHLAND": "14.03.2001",
        "ZUZUG_KREIS": "14.03.2001",
        "AKTE": "A",
        "BEMERKUNG": canary.note,
    }


def _settled(folder: Path) -> str:
    """Take a code of a settlement permit that the office uses itself."""
    rows = _rows(folder / "residence_titles.csv")
    return next(r["SCHLUESSEL"] for r in rows if r["LISTE"] == "niederlassungserlaubnis")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    text = path.read_text("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text), delimiter=";")


def _append(path: Path, rows: list[dict[str, str]]) -> None:
    header = path.read_text("utf-8").removeprefix(BOM).partition("\n")[0].strip().split(";")
    lines = io.StringIO()
    writer = csv.DictWriter(lines, header, restval="", delimiter=";", lineterminator="\r\n")
    writer.writerows(rows)
    with path.open("a", encoding="utf-8", newline="") as stream:
        stream.write(lines.getvalue())


def _plant_xml(path: Path) -> dict[str, int]:
    """Add persons and their communities; letters the encoding lacks become references."""
    text = path.read_text("cp1252")
    people = "\n".join(map(_xml_person, CANARIES))
    communities = "\n".join(
        f"<Bedarfsgemeinschaft><BGNummer>{c.community}</BGNummer><Groesse>1</Groesse>"
        "<AGS>05158004</AGS><Antragsdatum>2024-02-01</Antragsdatum></Bedarfsgemeinschaft>"
        for c in CANARIES
    )
    head, mark, rest = text.partition("<Person>")
    text = f"{head}{people}\n{mark}{rest}".replace("</XSozial>", f"{communities}\n</XSozial>")
    path.write_bytes(text.encode("cp1252", "xmlcharrefreplace"))
    return dict.fromkeys(("persons", "benefits", "benefit_communities"), len(CANARIES))


def _xml_person(canary: Canary) -> str:
    elements = {
        "Kundennummer": canary.customer,
        "Familienname": canary.family,
        "Vorname": canary.given,
        "Geburtsname": canary.former,
        "Geburtsdatum": canary.birth_date,
        "Geburtsort": canary.birth_place,
        "Geschlecht": "2",
        "Staatsangehoerigkeit": "166",
        "Familienstand": "VW",
        "Strasse": canary.street,
        "Hausnummer": "17",
        "PLZ": "40112",
        "AGS": "05158004",
        "Aufenthaltsstatus": "NIEDERLASSUNGSERLAUBNIS",
        "BGNummer": canary.community,
        "Rolle": "HV",
    }
    texts = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
    benefit = (
        "<Leistung><LfdNr>1</LfdNr><Art>SGB2</Art><Beginn>2024-02-01</Beginn><Ende/>"
        "<Betrag>563,00</Betrag></Leistung>"
    )
    return f"<Person>{texts}{benefit}</Person>"


def _plant_database(path: Path) -> dict[str, int]:
    clients = [
        (c.client, c.given, c.family, c.former, c.birth_date, c.birth_place, "w", "166", c.street,
         "17", "40112", "05158004", c.azr_number, c.note)
        for c in CANARIES
    ]  # fmt: skip
    cases = [
        (c.case, c.client, "KREIS", "05158004", "ABH", "2025-03-03", "2025-03-20", "2025-04-01",
         "2025-04-11", None, None, None, 50, None)
        for c in CANARIES
    ]  # fmt: skip
    consents = [(f"{c.client}-E1", c.client, "VERKNUEPFUNG", "2025-03-04", None) for c in CANARIES]
    with closing(sqlite3.connect(path)) as database, database:
        _insert(database, "clients", clients)
        _insert(database, "cases", cases)
        _insert(database, "consents", consents)
    return dict.fromkeys(("clients", "cases", "consents"), len(CANARIES))


def _insert(database: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
