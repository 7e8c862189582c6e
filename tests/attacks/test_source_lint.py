"""The product hashes with keys, runs nothing it reads, and puts no SQL together (T35)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("kim_pipeline", "sources", "assets", "quality_checks")
BANNED_MODULES = {
    "hashlib", "hmac", "pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal",
    "xml.etree", "xml.dom", "xml.sax", "random", "tempfile.mktemp", "telnetlib", "ftplib",
}  # fmt: skip
BANNED_CALLS = {
    "eval", "exec", "compile", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system",
    "os.popen", "pd.read_pickle", "pandas.read_pickle", "np.load", "numpy.load",
    "pd.util.hash_array", "pd.util.hash_pandas_object", "tempfile.mktemp",
    "tempfile.NamedTemporaryFile",
}  # fmt: skip
BANNED_HASHES = {"MD5", "MD4", "MD2", "SHA1", "SHA", "RIPEMD160"}
# Chance of the simulation is no secret; a checksum of a path names a folder, not a person; a broken
# archive tells so by zlib's error.
ALLOWED = {
    ("kim_pipeline/simulation/", "random"),
    ("kim_pipeline/simulation/", "zlib"),
    ("sources/readers/archive.py", "zlib"),
    ("kim_pipeline/warehouse/server_folders.py", "zlib"),
    ("kim_pipeline/warehouse/server_place.py", "zlib"),
}
# Hashed here: headers of sealed files, keys, a public table, a model, a file to compare with the
# checksum its sender states. No person, and nothing of it is kept.
UNKEYED = {
    "sources/transports/taking.py",
    "kim_pipeline/privacy/sealed_file.py", "kim_pipeline/privacy/pseudonyms.py",
    "kim_pipeline/disclosure/ptable.py", "kim_pipeline/linkage/model.py",
}  # fmt: skip
SQL_CALLS = ("sa.text", "sqlalchemy.text", "sql.SQL")
SQL_METHODS = (".exec_driver_sql", ".execute", ".executemany")
SQL_STARTS = (
    "select ",
    "insert into",
    "update ",
    "delete ",
    "create ",
    "alter ",
    "drop ",
    "grant ",
)
SQL_WORDS = (" from ", " into ", " table ", " set ", " on ")


def _modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _allowed(path: Path, what: str) -> bool:
    return any(_name(path).startswith(place) and what == thing for place, thing in ALLOWED)


def _is_outside(path: Path) -> bool:
    """Tell whether this is the simulation, which plays an authority's own database program."""
    return _name(path).startswith("kim_pipeline/simulation/")


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _problems(source: str, path: Path) -> Iterator[str]:
    tree = ast.parse(source)
    for name in _imports(tree):
        top = name.split(".")[0]
        if (name in BANNED_MODULES or top in BANNED_MODULES) and not _allowed(path, top):
            yield f"imports {name}"
        if top == "zlib" and not _allowed(path, "zlib"):
            yield "imports zlib"
        if name.startswith("Crypto.Hash.") and name.split(".")[2] in BANNED_HASHES:
            yield f"imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call_problems(node, path)
        if isinstance(node, ast.JoinedStr) and _is_sql(node) and not _is_outside(path):
            yield f"SQL in an f-string, line {node.lineno}"


def _call_problems(node: ast.Call, path: Path) -> Iterator[str]:
    called = ast.unparse(node.func)
    if called in BANNED_CALLS:
        yield f"calls {called}, line {node.lineno}"
    if called == "SHA256.new" and _name(path) not in UNKEYED:
        yield f"hashes without a key, line {node.lineno}"
    if called == "hash":
        yield f"calls hash, line {node.lineno}"
    shell = [word for word in node.keywords if word.arg == "shell"]
    if any(not isinstance(w.value, ast.Constant) or w.value.value for w in shell):
        yield f"runs a shell, line {node.lineno}"
    is_sql = called in SQL_CALLS or called.endswith(SQL_METHODS)
    made = isinstance(node.args[0], ast.JoinedStr | ast.BinOp) if node.args else False
    if is_sql and made and not _is_outside(path):
        yield f"SQL put together, line {node.lineno}"


def _is_sql(node: ast.JoinedStr) -> bool:
    texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
    start = str(texts[0] if texts else "").lstrip().lower()
    return start.startswith(SQL_STARTS) and any(word in start for word in SQL_WORDS)


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_a_module_does_nothing_unsafe(path: Path) -> None:
    assert list(_problems(path.read_text("utf-8"), path)) == []


BAD = {
    "import hashlib": 1,
    "from hashlib import md5": 2,
    "import pickle": 1,
    "from Crypto.Hash import MD5": 1,
    "import zlib\nzlib.crc32(b'')": 1,
    "eval('1')": 1,
    "yaml.load(x)": 1,
    "SHA256.new(name)": 1,
    "hash(name)": 1,
    "subprocess.run(c, shell=True)": 1,
    "q = f'SELECT a FROM {table}'": 1,
    "connection.execute(sa.text('DROP TABLE ' + name))": 1,
    "connection.execute(f'DELETE FROM {t}')": 2,
}


@pytest.mark.parametrize("source", BAD)
def test_the_lint_finds_what_it_should(source: str) -> None:
    assert len(list(_problems(source, ROOT / "kim_pipeline" / "x.py"))) == BAD[source]
