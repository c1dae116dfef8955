"""The records of a script that were not processed before: a probe for its columns, then the main query."""

import logging
import time

from app.core.config import SPEC_FORM
from app.services.etl.errors import EtlError
from app.services.etl.person import Person
from app.services.etl.table import as_table

log = logging.getLogger("ETL.Snowflake")

NO_RESULTS = "Query returned no results - cannot detect columns"
SAMPLE_ROWS = 5


def new_records(engine):
    """The rows, and the blacklist, which is not needed where there are none."""
    rows, start = _query(engine)
    with engine.stage("prefilter", records=len(rows or []), kept=0) as stage:
        new = _unprocessed(engine, rows or [])
        stage.add(kept=len(new))
        if not new:
            engine.log_step("Data Filtering", "All records already processed (0 new records)")
            return []
        engine.log_step("Data Filtering", f"Retrieved {len(new)} unprocessed records in {time.monotonic() - start:.2f}s")
        named = sum(map(Person.has_name, new))
        if named < len(new):
            engine.log_step("Data Validation", f"Filtered {len(new) - named} records with missing names "
                                               f"({named} valid of {len(new)} returned)")
    if not named:
        raise EtlError("No valid person data found for idiCORE lookup")
    return new


def _query(engine):
    name, script = engine.source["name"], engine.source["content"]
    with engine.stage("snowflake", rows=0) as stage:
        engine.log_step("SQL Optimization", f"Building filtered query for {name}")
        probe = engine.snowflake.execute(f"SELECT * FROM (\n{script}\n) LIMIT 1", stage)
        if not probe:
            raise EtlError(f"Query optimization failed: {NO_RESULTS}")
        column = next(column for column in probe[0] if "address" in column.lower())
        engine.log_step("Column Detection", f"Found address column: '{column}'")
        start = time.monotonic()
        engine.log_step("SQL Execution", "Executing optimized query with filtering")
        sql = script if SPEC_FORM else (f"SELECT * FROM (\n{script}\n)\nWHERE \"{column}\" NOT IN "
                                        f"(SELECT ADDRESS FROM PERSON_CACHE)")
        rows = engine.snowflake.execute(sql, stage, rowLimit=engine.job["row_limit"])
        stage.add(rows=len(rows or []))
        if rows:
            columns = list(probe[0])
            log.info("Sample of the result:\n%s", as_table(rows[:SAMPLE_ROWS], columns))
    return rows, start


def _unprocessed(engine, rows):
    """In the real form the main query itself leaves out who was processed; in the spec's it comes after it."""
    if not SPEC_FORM or not rows:
        return rows
    processed = {row["ADDRESS"] for row in engine.snowflake.ask("SELECT ADDRESS FROM PERSON_CACHE")}
    return [row for row in rows if row["Address"] not in processed]


def load_blacklist(engine):
    with engine.stage("blacklist", phones=0) as stage:
        try:
            phones = {row["PHONE"] for row in engine.snowflake.ask("SELECT PHONE FROM PHONE_BLACKLIST")}
        except Exception as error:
            logging.getLogger("ETL.ETLEngine").warning(
                "Failed to load blacklist: %s. Continuing without blacklist filtering.", error)
            stage.fails(str(error))
            return set()
        stage.add(phones=len(phones))
        return phones
