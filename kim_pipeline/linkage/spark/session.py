"""A Spark session for one linkage run: private, on this machine's loopback, gone afterwards.

What Spark spills is encrypted under a key of the run and lies in a folder that only we can read
and that is removed at the end. There is no UI, no event log and no catalogue on disk.
"""

import logging
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Any

from kim_pipeline.errors import LinkError

HERE = "127.0.0.1"
EVERY_CORE = "local[*]"
NEEDS_PYSPARK = (
    "KIM_LINK_ENGINE=spark needs the extra [spark]: run `make spark`, or install"
    " requirements-spark.lock into the environment, or link with KIM_LINK_ENGINE=duckdb."
)
NEEDS_JAVA = (
    "KIM_LINK_ENGINE=spark needs Java 17 or newer (Debian: apt install openjdk-17-jre-headless),"
    " found on PATH or under JAVA_HOME; or link with KIM_LINK_ENGINE=duckdb."
)
GAVE_UP = Template(
    "Spark gave up ($error): see that it has memory and disk, or link with KIM_LINK_ENGINE=duckdb."
)
SECONDS_TO_STOP = 30
SMALL_TABLE = "64m"


@dataclass(frozen=True)
class Size:
    """How large Spark is made: the heap of the driver, and the parts of a shuffled table.

    With a local master the driver is all of Spark.
    """

    gigabytes: int
    partitions: int

    @classmethod
    def of(cls, records: int) -> "Size":
        """Choose for a number of records."""
        return cls(2 + records // 100_000, max(4, records // 20_000))


@contextmanager
def spark_session(folder: Path, master: str, size: Size) -> Iterator[Any]:
    """Open a `pyspark.sql.SparkSession` and take everything of it away again.

    Args:
        folder: an existing folder; a private temporary folder in it holds what Spark spills.
        master: where Spark computes, in Spark's words, such as `local[*]`.
        size: how large to make it.

    Raises:
        LinkError: pyspark or Java is missing, or Spark gave up on a query.
    """
    if find_spec("pyspark") is None:
        raise LinkError(NEEDS_PYSPARK)
    gave_up = (
        import_module("pyspark.errors").PySparkException,
        import_module("py4j.protocol").Py4JError,
    )
    with ExitStack() as stack:
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="spark-", dir=folder))
        gateway = stack.enter_context(_gateway(place, size))
        stack.enter_context(_quiet())
        try:
            yield stack.enter_context(_session(gateway, _choices(place, master, size)))
        except gave_up as error:
            raise LinkError(GAVE_UP.substitute(error=type(error).__name__)) from None


@contextmanager
def _gateway(place: str, size: Size) -> Iterator[Any]:
    """Start Java and stop it; its words go nowhere, for they could hold rows."""
    pyspark, starter = import_module("pyspark"), import_module("pyspark.java_gateway")
    start = pyspark.SparkConf(loadDefaults=False)
    start.set("spark.driver.memory", f"{size.gigabytes}g")
    start.set("spark.driver.extraJavaOptions", f"-Djava.io.tmpdir={place} -XX:-UsePerfData")
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": place}
    try:
        gateway = starter.launch_gateway(start, popen_kwargs=silent)
    except import_module("pyspark.errors").PySparkRuntimeError:
        raise LinkError(NEEDS_JAVA) from None
    try:
        gateway.jvm.org.apache.spark.util.Utils.setCustomHostname(HERE)
        yield gateway
    finally:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(SECONDS_TO_STOP)
        context = pyspark.SparkContext  # forgets, or the next run would talk to the dead one
        context._gateway = context._jvm = None


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what pyspark logs of a failed query, which quotes the plan."""
    log = logging.getLogger("SQLQueryContextLogger")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


@contextmanager
def _session(gateway: Any, choices: dict[str, str]) -> Iterator[Any]:
    """Open the session; the secret reaches Java over the gateway, never a command line."""
    pyspark, sql = import_module("pyspark"), import_module("pyspark.sql")
    conf = pyspark.SparkConf(loadDefaults=False, _jvm=gateway.jvm)
    conf.setAll(list(choices.items()))
    context = pyspark.SparkContext(conf=conf, gateway=gateway)
    try:
        yield sql.SparkSession(context)
    finally:
        context.stop()


def _choices(place: str, master: str, size: Size) -> dict[str, str]:
    return {
        "spark.app.name": "kim-links",
        "spark.master": master,
        "spark.driver.host": HERE,
        "spark.driver.bindAddress": HERE,
        "spark.ui.enabled": "false",
        "spark.eventLog.enabled": "false",
        "spark.log.level": "OFF",
        "spark.local.dir": place,
        "spark.sql.warehouse.dir": f"{place}/warehouse",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.authenticate": "true",
        "spark.authenticate.secret": secrets.token_hex(32),
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(size.partitions),
        "spark.default.parallelism": str(size.partitions),
        "spark.sql.autoBroadcastJoinThreshold": SMALL_TABLE,
    }
