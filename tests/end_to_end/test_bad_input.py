"""Bad input gives one clear line, leaves the warehouse as it was, and is forgotten once mended."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from own_kreis import OwnKreis, changed
from small_kreis import MONTHS
from spoil import cut, edit_manifest, edit_rows, put_back, read_rows, replace_bytes, run_sql

LAST = MONTHS[-1]
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Bad:
    """One way to spoil the delivery of a source, and what the refusal has to name.

    `rule` is the delivery rule, or the check where none stands for it.
    """

    name: str
    source: str
    rule: str
    spoil: Callable[[Path], object]
    told: tuple[str, ...]


def _headless(folder: Path) -> None:
    replace_bytes(folder / "persons.csv", b";GEBURTSDATUM;", b";GEBDATUM;")


def _latin(folder: Path) -> None:
    path = folder / "persons.csv"
    text = path.read_bytes().decode("utf-8-sig")
    path.write_bytes(BOM + text.encode("cp1252", errors="replace"))


def _rows_missing(folder: Path) -> None:
    lines = (folder / "residence_titles.csv").read_bytes().splitlines(keepends=True)
    (folder / "residence_titles.csv").write_bytes(b"".join(lines[: len(lines) // 2]))


def _doubled(folder: Path) -> None:
    edit_rows(folder, "persons", lambda rows: rows + rows[: len(rows) // 20])


def _strange_codes(folder: Path) -> None:
    edit_rows(folder, "persons", lambda rows: [row | {"GESCHLECHT": "Secretcode"} for row in rows])


def _halved(folder: Path) -> None:
    edit_rows(folder, "persons", lambda rows: rows[: len(rows) * 2 // 5])


BAD = (
    Bad(
        "no delivery",
        "case_management",
        "missing",
        shutil.rmtree,
        ("no delivery at", "sqlite", "ask"),
    ),
    Bad(
        "no database",
        "case_management",
        "unreadable",
        lambda f: (f / "case_management.sqlite").write_bytes(b"not a database at all" * 90),
        ("database cannot be read", "check"),
    ),
    Bad(
        "a table is missing",
        "case_management",
        "changed_header",
        lambda f: run_sql(f / "case_management.sqlite", "DROP TABLE referrals"),
        ("table referrals", "compare it with the contract"),
    ),
    Bad(
        "no folder",
        "immigration_office",
        "missing",
        shutil.rmtree,
        ("no delivery at", "persons.csv", "ask"),
    ),
    Bad(
        "a file is missing",
        "immigration_office",
        "missing",
        lambda f: (f / "naturalisations.csv").unlink(),
        ("no delivery at", "naturalisations.csv"),
    ),
    Bad(
        "a column is renamed",
        "immigration_office",
        "changed_header",
        _headless,
        ("table persons", "GEBURTSDATUM"),
    ),
    Bad(
        "another encoding",
        "immigration_office",
        "encoding",
        _latin,
        ("table persons", "not utf-8", "ask"),
    ),
    Bad(
        "an empty file",
        "immigration_office",
        "half",
        lambda f: (f / "persons.csv").write_bytes(b""),
        ("table persons", "empty"),
    ),
    Bad(
        "fewer rows than announced",
        "immigration_office",
        "half",
        _rows_missing,
        ("table residence_titles", "rows read", "announced", "Ask"),
    ),
    Bad(
        "persons come twice",
        "immigration_office",
        "doubled",
        _doubled,
        ("table persons", "primary key delivered before", "first row", "Ask"),
    ),
    Bad(
        "unknown codes everywhere",
        "immigration_office",
        "persons__sex_mostly_filled",
        _strange_codes,
        ("stopped by quality checks", "persons__sex_mostly_filled"),
    ),
    Bad(
        "half the rows, announced so",
        "immigration_office",
        "half",
        _halved,
        ("stopped by quality checks", "persons__rows_not_cut_or_doubled"),
    ),
    Bad(
        "another month",
        "immigration_office",
        "wrong_month",
        lambda f: edit_manifest(f, lambda m: m.update(period="2025-07")),
        ("manifest.json", "period 2025-10"),
    ),
    Bad(
        "a broken manifest",
        "immigration_office",
        "manifest",
        lambda f: cut(f / "manifest.json", 0.5),
        ("manifest.json", "not readable"),
    ),
    Bad(
        "not marked as invented",
        "immigration_office",
        "real_data",
        lambda f: edit_manifest(f, lambda m: m.pop("invented")),
        ("demo keys", "kim keys init"),
    ),
    Bad(
        "truncated XML",
        "job_centre",
        "half",
        lambda f: cut(f / "xsozial.xml", 0.7),
        ("cut off at line", "ask"),
    ),
    Bad(
        "XML of another month",
        "job_centre",
        "wrong_month",
        lambda f: replace_bytes(f / "xsozial.xml", b'"2025-10"', b'"2025-09"'),
        ("2025-10",),
    ),
)


def _warehouse(kreis: OwnKreis, source: str) -> dict[str, bytes]:
    """Read everything but the log, and what the other sources' own deliveries may rightly add."""
    own = {"register.recontact": f"t.source = '{source}'"}
    every = kreis.dump("staging", "register", "core", "published", "audit", where=own)
    every.pop("audit.event", None)
    return {
        name: rows
        for name, rows in every.items()
        if not name.startswith("staging.") or name.startswith(f"staging.{source}_")
    }


@pytest.fixture(params=BAD, ids=lambda bad: f"{bad.source}: {bad.name}")
def bad(request: pytest.FixtureRequest, disturbed: OwnKreis) -> Iterator[Bad]:
    folder = disturbed.inbox / request.param.source / LAST
    with put_back(folder):
        request.param.spoil(folder)
        yield request.param


def test_a_bad_delivery_is_refused_in_one_line_and_leaves_no_trace(
    bad: Bad, disturbed: OwnKreis
) -> None:
    before, known = _warehouse(disturbed, bad.source), Counter(_listed(disturbed, bad.source))
    answer = disturbed.kim("run", "--month", LAST)
    _refused_in_one_line(answer.code, answer.err, (bad.source, LAST, *bad.told))
    assert _values_of(disturbed, answer.err) == []
    assert changed(before, _warehouse(disturbed, bad.source)) == []
    accepted = disturbed.rows(
        "SELECT 1 FROM quality.delivery WHERE source = %s AND month = %s AND status = 'accepted'",
        bad.source, f"{LAST}-01",
    )  # fmt: skip
    assert accepted == []
    new = Counter(_listed(disturbed, bad.source)) - known
    assert [status for status, _ in new.elements()] == ["refused"] * (bad.rule != "missing")
    for _, reason in new:
        assert bad.rule in re.findall(r"\w+", reason)
        told = (disturbed.settings.feedback / bad.source / f"{LAST}.json").read_text("utf-8")
        assert bad.rule in {finding["rule"] for finding in json.loads(told)["findings"]}


def _listed(kreis: OwnKreis, source: str) -> list[tuple[str, str]]:
    shown = kreis.must("delivery", "list", "--source", source, "--month", LAST, "--json")
    return [(entry["status"], entry["reason"]) for entry in json.loads(shown)]


def _refused_in_one_line(code: int, err: str, told: tuple[str, ...]) -> None:
    assert code == 1
    assert len(err.strip().splitlines()) == 1, err
    assert "Traceback" not in err
    assert [part for part in told if part not in err] == [], err


def _values_of(kreis: OwnKreis, text: str) -> list[str]:
    """Find names, numbers and birth dates of delivered persons in a text."""
    persons = read_rows(kreis.inbox / "immigration_office" / MONTHS[0] / "persons.csv")
    names = ("AKTENZEICHEN", "AZR_NR", "FAMILIENNAME", "GEBURTSDATUM")
    values = {row[name] for row in persons for name in names if len(row[name]) > 4}
    words = set(re.findall(r"[\w.]+", text))
    return sorted(values & words | ({"Secretcode"} & words))


def test_a_gate_keeps_its_finding_and_the_book_its_refusal(disturbed: OwnKreis) -> None:
    folder = disturbed.inbox / "immigration_office" / LAST
    with put_back(folder):
        _halved(folder)
        # While other sources were refused, this one was taken in: a new one has a higher number.
        edit_manifest(folder, lambda m: m.update(sequence=9))
        answer = disturbed.kim("run", "--month", LAST)
    assert "rows_not_cut_or_doubled" in answer.err
    (reason,) = {
        reason
        for (reason,) in disturbed.rows(
            "SELECT reason FROM quality.delivery WHERE status = 'refused' AND month = %s"
            " ORDER BY delivery_id DESC LIMIT 1",
            f"{LAST}-01",
        )
    }
    assert "rows_not_cut_or_doubled" in str(reason)
    finding = disturbed.rows(
        "SELECT passed, blocking, unexpected FROM quality.check_result WHERE source = %s"
        " AND month = %s AND rule = %s",
        "immigration_office", f"{LAST}-01", "persons__rows_not_cut_or_doubled",
    )  # fmt: skip
    assert finding == [(False, True, 1)]


def test_the_same_refused_delivery_stands_once_in_the_book(disturbed: OwnKreis) -> None:
    refused = "SELECT content_mac FROM quality.delivery WHERE status = 'refused'"
    folder = disturbed.inbox / "immigration_office" / LAST
    with put_back(folder):
        _strange_codes(folder)
        for _ in range(2):
            disturbed.kim("run", "--month", LAST)
    macs = [mac for (mac,) in disturbed.rows(refused)]
    assert len(macs) == len(set(macs))


@pytest.mark.parametrize("fault", ["missing", "wrong", "readable by others"])
def test_without_the_right_keys_nothing_is_read(fault: str, disturbed: OwnKreis) -> None:
    keys = disturbed.settings.demo_keys
    before = disturbed.dump()
    sealed = sorted(disturbed.settings.landing.rglob("*"))
    with put_back(keys):
        keys.chmod(0o700)
        path = keys / "link.key.json"
        if fault == "missing":
            path.unlink()
        elif fault == "wrong":
            path.unlink()
            shutil.copy2(keys / "hub.key.json", path)
        else:
            path.chmod(0o644)
        answer = disturbed.kim("run", "--month", LAST)
    keys.chmod(0o700)
    _refused_in_one_line(answer.code, answer.err, ("link.key.json",))
    assert changed(before, disturbed.dump()) == []
    assert sorted(disturbed.settings.landing.rglob("*")) == sealed


def test_an_unreachable_database_is_named_in_one_line(disturbed: OwnKreis) -> None:
    nowhere = "postgresql://kim_pipeline:secretpassword@127.0.0.1:9/kim"
    for command in (["run", "--month", LAST], ["report"], ["sql", "--url"]):
        answer = disturbed.kim(*command, KIM_WAREHOUSE_URL=nowhere)
        _refused_in_one_line(answer.code, answer.err, ("127.0.0.1", "port 9"))
        assert "secretpassword" not in answer.err


HANG_UP = """
    CREATE FUNCTION public.hang_up() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE TRIGGER hang_up BEFORE INSERT ON {} FOR EACH STATEMENT
    EXECUTE FUNCTION public.hang_up()
"""


def test_a_database_lost_in_mid_load_leaves_no_half_delivery(disturbed: OwnKreis) -> None:
    before = _warehouse(disturbed, "job_centre")
    disturbed.execute(HANG_UP.format("staging.job_centre_benefits"))
    answer = disturbed.kim("run", "--month", LAST)
    disturbed.execute("DROP FUNCTION public.hang_up CASCADE")
    told = ("intake_job_centre 2025-10", "Accepting job_centre", "connection was lost")
    _refused_in_one_line(answer.code, answer.err, told)
    assert changed(before, _warehouse(disturbed, "job_centre")) == []


def test_a_database_lost_while_publishing_leaves_the_old_figures(disturbed: OwnKreis) -> None:
    before = disturbed.dump("published", "audit")
    disturbed.execute(HANG_UP.format("published.link_quality"))
    answer = disturbed.kim("run", "--month", LAST)
    disturbed.execute("DROP FUNCTION public.hang_up CASCADE")
    _refused_in_one_line(
        answer.code, answer.err, ("month 2025-10", "Publishing", "connection was lost")
    )
    assert changed(before, disturbed.dump("published", "audit")) == []


def test_after_mending_all_is_as_if_nothing_had_happened(
    disturbed: OwnKreis, undisturbed: OwnKreis
) -> None:
    assert disturbed.must("run", "--month", LAST).startswith(f"{LAST}  done")
    shown = ("published", "register", "core")
    # Numbers are sealed to their authority with fresh randomness.
    random = {"register.recontact": "false"}
    straight, mended = (k.dump(*shown, where=random) for k in (undisturbed, disturbed))
    assert changed(straight, mended) == []
    assert disturbed.page == undisturbed.page
