"""The ETL engine: Snowflake or a file, then per batch idiCORE, CCC and the DNC list, then the upload to Snowflake.

A client that fails says so in the log and answers with less; the engine goes on with that, as production's does. Only an
EtlError ends a job in an orderly way. Anything else escapes to the task.
"""

import logging
import time
from collections import Counter
from datetime import timedelta

from app.core.config import DNC_DATABASE
from app.services.etl import batches, file_source, query
from app.services.etl.ccc import CCCAPI
from app.services.etl.dnc import DNCChecker
from app.services.etl.errors import EtlError
from app.services.etl.idicore import IdiCoreAPI
from app.services.etl.notification import notify
from app.services.etl.person import Person
from app.services.etl.results import TABLE, ResultsTable
from app.services.etl.snowflake import SnowflakeConnection
from app.services.etl.stage import Stage
from app.services.job_events import emit

log = logging.getLogger("ETL.ETLEngine")

PREVIEW_ROWS = 10
NOTHING = {"total": 0, "litigator": 0, "dnc": 0, "both": 0, "clean": 0, "named": 0}


class ETLEngine:
    def __init__(self, job, source, database, truth):
        self.job = job
        self.source = source
        self.database = database
        self.truth = truth
        self.snowflake = SnowflakeConnection("query", source["name"])
        self.idicore = IdiCoreAPI(source["name"])
        self.ccc = CCCAPI(source["name"])
        self.dnc = DNCChecker(DNC_DATABASE)
        self._parameters = {"FIRST_OF_PROCESS": False, "BULK_UPLOAD": True}

    def execute(self):
        """Runs the job and answers its statistics. Raises EtlError if it ended early."""
        start = time.monotonic()
        log.info("🚀 Starting ETL job")
        try:
            statistics = self._run_file() if self.job["file_source_id"] else self._run_query()
            log.info("✅ Completed ETL job")
            return statistics
        except EtlError as error:
            log.error("%s", error)
            log.error("❌ Failed ETL job")
            raise
        finally:
            log.info("⏱️  Job duration: %s", timedelta(seconds=time.monotonic() - start))
            notify(self.source["name"], "ETL job ended")

    def preview(self):
        """The script's first rows; nothing is enriched or stored."""
        self._connect()
        with self.stage("snowflake") as stage:
            limit = self.job["row_limit"] or PREVIEW_ROWS
            rows = self.snowflake.execute(self.source["content"], stage, rowLimit=limit) or []
            stage.add(rows=len(rows))
        return rows

    def log_step(self, step, message, level="INFO"):
        text = f"📋 {step}: {message}"
        log.log(logging.getLevelName(level), text)
        self.database.run("INSERT INTO job_logs (job_id, level, message) VALUES (%s, %s, %s)", self.job["id"], level, text)
        emit(self.job["id"], "job_log", {"level": level, "message": text})

    def progress(self, percent, message):
        self.database.update_job(self.job["id"], progress=percent, message=message)
        emit(self.job["id"], "job_progress", {"progress": percent, "message": message})

    def stage(self, name, **counts):
        return Stage(self.job["id"], self.truth, name, **counts)

    def _run_query(self):
        self.log_step("Database Connections", "Establishing connections")
        self._connect()
        rows = query.new_records(self)
        self.progress(10, f"{len(rows)} new records")
        if not rows:
            return NOTHING
        blacklist = query.load_blacklist(self)
        people = batches.process(self, [row for row in rows if Person.has_name(row)], blacklist)
        nameless = [Person.of(row) for row in rows if not Person.has_name(row)]
        statistics = self._statistics(people, nameless)
        results = people + nameless
        self.log_step("Final Upload", f"Uploading ALL {len(results)} processed records to {TABLE}")
        if self._store(results):
            self.log_step("Upload Complete", f"Successfully stored {len(results)} records in Snowflake")
        else:
            self.log_step("Upload Warning", "Upload may have failed - check Snowflake logs")
        return statistics

    def _run_file(self):
        rows = file_source.valid_records(self)
        self._connect()
        self.progress(10, f"{len(rows)} valid records")
        blacklist = query.load_blacklist(self)
        return self._statistics(batches.process(self, rows, blacklist, self._store_batch), [])

    def _connect(self):
        with self.stage("connect") as stage:
            parameters = self.snowflake.connect(stage)
            if parameters is None:
                raise EtlError("Failed to connect to Snowflake")
        self._parameters = parameters

    def _store_batch(self, number, batches, people):
        self.log_step("Batch Upload", f"Uploading batch {number}/{batches} to {TABLE} ({len(people)} records)")
        if self._store(people):
            self.log_step("Batch Upload Complete", f"Batch {number} stored in Snowflake: {len(people)} records")
        else:
            self.log_step("Upload Warning", "Upload may have failed - check Snowflake logs")
        self._parameters = {**self._parameters, "FIRST_OF_PROCESS": False}

    def _store(self, people):
        with self.stage("upload", records=len(people), stored=0) as stage:
            rows = [person.result for person in people]
            return ResultsTable.store(rows, self.job, self.source, self._parameters, stage)

    def _statistics(self, people, nameless):
        """Who has no name was not looked up, and counts as clean."""
        kinds = Counter((person.litigator, person.dnc) for person in people + nameless)
        statistics = {
            "total": len(people) + len(nameless),
            "litigator": kinds[True, False] + kinds[True, True],
            "dnc": kinds[False, True] + kinds[True, True],
            "both": kinds[True, True],
            "clean": kinds[False, False],
        }
        self.truth.write(statistics=statistics)
        self.log_step("Statistics", "Total: {total}, Litigator: {litigator}, DNC: {dnc}, Both: {both}, Clean: {clean}"
                      .format(**statistics))
        return {**statistics, "named": len(people)}
