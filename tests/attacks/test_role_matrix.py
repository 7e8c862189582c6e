"""Every role can do what is declared for it, and nothing else (T14, T15)."""

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql
from small_kreis import SmallKreis
from traces import owner_url

from kim_pipeline.warehouse.engine import role_url
from kim_pipeline.warehouse.schema.base import SCHEMAS

# Written down anew, not read from the code: the design's own words, as a table.
READS = {
    "kim_analyst": {"core", "published", "quality", "meta"},
    "kim_report": {"published", "meta"},
    "kim_linkage": {"register"},
    "kim_audit": set(),
}
WRITES = {("kim_linkage", "register")}
SINGLE = {
    ("kim_audit", "audit", "release"),
    ("kim_audit", "audit", "release_audit"),
    ("kim_audit", "audit", "key_registry"),
    ("kim_audit", "audit", "review_log"),
    ("kim_audit", "audit", "event"),
    ("kim_audit", "audit", "export"),
}
APPENDED = {("register", name) for name in ("review_decision", "recontact", "erased")}
ROLES = sorted(READS)
ACTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")

_RELATIONS = """
SELECT n.nspname, c.relname, c.relkind::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY 1, 2
"""
_FUNCTIONS = """
SELECT n.nspname, p.proname, p.oid::regprocedure::text, p.prosecdef
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = ANY(%s) ORDER BY 1, 2
"""
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def owner(small_kreis: SmallKreis) -> Iterator[Connection]:
    with psycopg.connect(owner_url(small_kreis), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def roles(small_kreis: SmallKreis) -> Iterator[dict[str, Connection]]:
    made = {role: _connect(small_kreis, role) for role in ROLES}
    yield made
    for connection in made.values():
        connection.close()


def _connect(kreis: SmallKreis, role: str, database: str | None = None) -> Connection:
    url = sa.make_url(role_url(kreis.settings, role)).set(drivername="postgresql")
    url = url.set(database=database) if database else url
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _may(role: str, act: str, schema: str, name: str) -> bool:
    if (role, schema, name) in SINGLE:
        return act == "SELECT"
    if act == "SELECT":
        return schema in READS[role]
    if act == "UPDATE" and (schema, name) in APPENDED:
        return False
    return act in ("INSERT", "UPDATE") and (role, schema) in WRITES


def _refused(connection: Connection, statement: sql.Composable | str, *values: object) -> bool:
    """Tell whether a statement is refused, for want of rights or since nobody can do it.

    What it does is undone.
    """
    query = sql.SQL(statement) if isinstance(statement, str) else statement
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(query, values or None)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState):
        return True
    return False


def test_the_catalog_grants_exactly_what_is_declared(owner: Connection) -> None:
    relations = owner.execute(_RELATIONS, (list(SCHEMAS),)).fetchall()
    assert len(relations) > 40
    wrong = [
        f"{role} {act} {schema}.{name}"
        for schema, name, _ in relations
        for role in ROLES
        for act in ACTS
        if _granted(owner, role, act, str(schema), str(name))
        != _may(role, act, str(schema), str(name))
    ]
    assert wrong == []


def _granted(owner: Connection, role: str, act: str, schema: str, name: str) -> bool:
    """Ask the catalog for the right on the relation, and on any single column of it."""
    relation = f'"{schema}"."{name}"'
    usage = owner.execute("SELECT has_schema_privilege(%s, %s, 'USAGE')", (role, schema)).fetchone()
    asked = ["SELECT has_table_privilege(%s, %s, %s)"]
    if act in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
        asked.append("SELECT has_any_column_privilege(%s, %s, %s)")
    rights = [owner.execute(query, (role, relation, act)).fetchone() for query in asked]
    return usage == (True,) and (True,) in rights


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_and_writes_what_it_may_and_is_refused_the_rest(
    role: str, owner: Connection, roles: dict[str, Connection]
) -> None:
    wrong = []
    for schema, name, kind in owner.execute(_RELATIONS, (list(SCHEMAS),)).fetchall():
        relation = sql.Identifier(str(schema), str(name))
        acts = {
            "SELECT": sql.SQL("SELECT * FROM {} LIMIT 0").format(relation),
            "INSERT": sql.SQL("INSERT INTO {} SELECT * FROM {} WHERE false").format(
                relation, relation
            ),
            "DELETE": sql.SQL("DELETE FROM {} WHERE false").format(relation),
            "TRUNCATE": sql.SQL("TRUNCATE {}").format(relation),
        }
        for act, statement in acts.items():
            if (kind in ("v", "m") and act in ("INSERT", "TRUNCATE")) or (
                kind == "S" and act != "SELECT"
            ):
                continue
            if _refused(roles[role], statement) == _may(role, act, str(schema), str(name)):
                wrong.append(f"{act} {schema}.{name}")
    assert wrong == []


def test_functions_show_no_more_than_their_tables(
    owner: Connection, roles: dict[str, Connection]
) -> None:
    functions = owner.execute(_FUNCTIONS, (list(SCHEMAS),)).fetchall()
    assert len(functions) >= 7
    for schema, _, signature, definer in functions:
        assert definer is False, f"{signature} runs with the rights of its owner"
        call = f"SELECT * FROM {str(signature).replace('timestamp with time zone', 'now()')}"
        for role in ROLES:
            assert _refused(roles[role], call) == (schema not in READS[role]), (role, signature)


def test_partitions_of_person_month_are_as_closed_as_the_whole(owner: Connection) -> None:
    query = "SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'"
    found = owner.execute(query).fetchone()
    assert found is not None
    assert int(str(found[0])) >= 3


FORBIDDEN = {
    "create a schema": "CREATE SCHEMA mine",
    "create in public": "CREATE TABLE public.mine (x int)",
    "create in core": "CREATE TABLE core.mine (x int)",
    "create in published": "CREATE TABLE published.mine (x int)",
    "create in meta": "CREATE VIEW meta.mine AS SELECT 1",
    "create in register": "CREATE TABLE register.mine (x int)",
    "temporary table": "CREATE TEMPORARY TABLE mine (x int)",
    "select into": "SELECT 1 INTO TEMPORARY mine",
    "create a function": "CREATE FUNCTION core.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "write a file": "COPY (SELECT 1) TO '/tmp/kim-attack'",
    "read a file": "COPY published.indicator FROM '/etc/hostname'",
    "pg_read_file": "SELECT pg_read_file('postgresql.conf')",
    "pg_ls_dir": "SELECT pg_ls_dir('.')",
    "pg_ls_waldir": "SELECT * FROM pg_ls_waldir()",
    "pg_stat_file": "SELECT pg_stat_file('postgresql.conf')",
    "lo_import": "SELECT lo_import('/etc/hostname')",
    "keep a large object": "SELECT lo_from_bytea(0, 'x')",
    "become the owner": "SET ROLE kim_pipeline",
    "become the superuser": "SET ROLE postgres",
    "become the linkage": "SET SESSION AUTHORIZATION kim_pipeline",
    "create a role": "CREATE ROLE mine LOGIN",
    "create a database": "CREATE DATABASE mine",
    "change the server": "ALTER SYSTEM SET log_statement = 'all'",
    "log all statements": "SET log_statement = 'all'",
    "load a library": "LOAD '/tmp/kim-attack.so'",
    "read password hashes": "SELECT * FROM pg_authid",
    "read statistics of all": "SELECT * FROM pg_statistic",
    "end another session": "SELECT pg_terminate_backend(pg_backend_pid() + 0) FROM pg_authid",
    "own the registry": "ALTER TABLE audit.key_registry OWNER TO CURRENT_USER",
    "grant itself": "GRANT SELECT ON register.link TO CURRENT_USER",
    "raise its own limits": "ALTER ROLE kim_analyst BYPASSRLS",
    "replicate": "SELECT pg_create_physical_replication_slot('mine')",
}


@pytest.mark.parametrize("power", FORBIDDEN)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "kim_linkage"])
def test_no_role_has_powers_beyond_its_tables(
    role: str, power: str, roles: dict[str, Connection]
) -> None:
    connection = roles[role]
    statement = FORBIDDEN[power]
    if statement.startswith(("CREATE DATABASE", "ALTER SYSTEM")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
        return
    assert _refused(connection, statement)


@pytest.mark.parametrize("power", [p for p in FORBIDDEN if p != "grant itself"])
def test_the_linkage_role_writes_rows_and_makes_nothing(
    power: str, roles: dict[str, Connection]
) -> None:
    test_no_role_has_powers_beyond_its_tables("kim_linkage", power, roles)


def test_roles_have_no_attributes_and_no_memberships(owner: Connection) -> None:
    attributes = owner.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolcreaterole"
        " OR rolcreatedb OR rolreplication OR rolbypassrls)",
        (ROLES,),
    ).fetchall()
    members = owner.execute(
        "SELECT m.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
        " WHERE m.rolname = ANY(%s)",
        (ROLES,),
    ).fetchall()
    assert (attributes, members) == ([], [])


def test_the_pipeline_itself_is_no_superuser(owner: Connection) -> None:
    query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    assert owner.execute(query).fetchone() == (False,)


def test_statistics_of_the_register_are_hidden_from_analysts(
    roles: dict[str, Connection],
) -> None:
    query = "SELECT count(*) FROM pg_stats WHERE schemaname IN ('register', 'staging', 'audit')"
    assert roles["kim_analyst"].execute(query).fetchone() == (0,)


def test_a_new_table_opens_to_those_who_read_its_schema_alone(
    owner: Connection, roles: dict[str, Connection]
) -> None:
    for schema in SCHEMAS:
        table = sql.Identifier(schema, "made_later")
        owner.execute(sql.SQL("CREATE TABLE {} (x int)").format(table))
        try:
            for role in ROLES:
                refused = _refused(roles[role], sql.SQL("SELECT * FROM {}").format(table))
                assert refused == (schema not in READS[role]), (role, schema)
                assert _refused(roles[role], sql.SQL("DELETE FROM {}").format(table))
        finally:
            owner.execute(sql.SQL("DROP TABLE {}").format(table))


def test_a_new_function_opens_to_those_who_read_its_schema_alone(
    owner: Connection, roles: dict[str, Connection]
) -> None:
    for schema in SCHEMAS:
        name = sql.Identifier(schema, "made_later")
        owner.execute(
            sql.SQL("CREATE FUNCTION {}() RETURNS int LANGUAGE sql AS 'SELECT 1'").format(name)
        )
        try:
            for role in ROLES:
                refused = _refused(roles[role], sql.SQL("SELECT {}()").format(name))
                assert refused or schema in READS[role], (role, schema)
        finally:
            owner.execute(sql.SQL("DROP FUNCTION {}()").format(name))


@pytest.mark.parametrize("database", ["postgres", "template1"])
@pytest.mark.parametrize("role", ROLES)
def test_other_databases_take_nothing_from_a_role(
    role: str, database: str, small_kreis: SmallKreis
) -> None:
    try:
        connection = _connect(small_kreis, role, database)
    except psycopg.OperationalError:
        return
    with connection:
        assert _refused(connection, "CREATE TABLE public.mine (x int)")
        assert _refused(connection, "CREATE TEMPORARY TABLE mine (x int)")


def test_an_analyst_is_limited_from_the_first_statement(roles: dict[str, Connection]) -> None:
    told = {
        name: roles["kim_analyst"].execute("SELECT current_setting(%s)", (name,)).fetchone()
        for name in (
            "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "work_mem",
        )
    }  # fmt: skip
    assert told == {
        "statement_timeout": ("5min",),
        "lock_timeout": ("10s",),
        "idle_in_transaction_session_timeout": ("10min",),
        "work_mem": ("32MB",),
    }


def test_analysts_cannot_take_all_connections(owner: Connection) -> None:
    query = "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'kim_analyst'"
    assert owner.execute(query).fetchone() == (20,)


def test_noise_keys_are_kept_nowhere(owner: Connection) -> None:
    """They live in the pipeline's own session while it counts, and in no table (rule 6.3)."""
    query = (
        "SELECT n.nspname, c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attname LIKE '%%record_key%%'"
        " AND n.nspname = ANY(%s) AND a.attname <> 'record_key'"
    )
    assert owner.execute(query, (list(SCHEMAS),)).fetchall() == []
