"""The ETL engine: Snowflake, then per batch idiCORE, CCC and the DNC list, then the upload to Snowflake.

A client that fails says so in the log and answers with less; the engine goes on with that, as production's does. Only an
EtlError ends a job in an orderly way. Anything else escapes to the task.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from app.core.config import DNC_DATABASE
from app.services.etl.ccc import CCCAPI
from app.services.etl.dnc import DNCChecker
from app.services.etl.errors import EtlError
from app.services.etl.idicore import IdiCoreAPI
from app.services.etl.snowflake import SnowflakeConnection
from app.services.etl.stage import Stage
from app.services.job_events import emit

log = logging.getLogger("ETL.ETLEngine")

BATCH = 200
PREVIEW_ROWS = 10


@dataclass
class Person:
    lead_id: str
    first: str
    last: str
    address: str
    email: str
    phones: list = field(default_factory=list)
    litigator: bool = False
    dnc: bool = False

    @classmethod
    def of(cls, row):
        return cls(row["LEAD_ID"], row["FIRST_NAME"].strip(), row["LAST_NAME"].strip(), row["ADDRESS"].strip(),
                   row["EMAIL"])

    @property
    def name(self):
        return f"{self.first} {self.last}"

    @property
    def key(self):
        return f"{self.name}, {self.address}".lower()

    @property
    def result(self):
        return {"lead_id": self.lead_id, "name": self.name, "address": self.address, "email": self.email,
                "phones": self.phones, "litigator": self.litigator, "dnc": self.dnc}


class ETLEngine:
    def __init__(self, job, script, database, truth):
        self.job = job
        self.script = script
        self.database = database
        self.truth = truth
        self.snowflake = SnowflakeConnection()
        self.idicore = IdiCoreAPI(database, script["name"])
        self.ccc = CCCAPI()
        self.dnc = DNCChecker(DNC_DATABASE)

    def execute(self):
        """Runs the job and answers its statistics. Raises EtlError if it ended early."""
        start = time.monotonic()
        log.info("🚀 Starting ETL job")
        try:
            statistics = self._run()
            log.info("✅ Completed ETL job")
            return statistics
        except EtlError as error:
            log.error("%s", error)
            log.error("❌ Failed ETL job")
            raise
        finally:
            log.info("⏱️  Job duration: %s", timedelta(seconds=time.monotonic() - start))

    def preview(self):
        """The script's first rows; nothing is enriched or stored."""
        with self._stage("connect") as stage:
            self.snowflake.connect(self.script["name"], stage)
        with self._stage("snowflake") as stage:
            rows = self.snowflake.execute(self.script["content"], stage, self.job["row_limit"] or PREVIEW_ROWS)
            stage.add(rows=len(rows))
        return rows

    def log_step(self, step, message, level="INFO"):
        text = f"📋 {step}: {message}"
        log.log(logging.getLevelName(level), text)
        self.database.run("INSERT INTO job_logs (job_id, level, message) VALUES (%s, %s, %s)", self.job["id"], level, text)
        emit(self.job["id"], "job_log", {"level": level, "message": text})

    def _run(self):
        self._connect()
        rows = self._filter(*self._query())
        self._progress(10, f"{len(rows)} new records")
        people = self._process(rows)
        statistics = self._statistics(people)
        if people:
            self._upload(people)
        return statistics

    def _connect(self):
        self.log_step("Database Connections", "Establishing connections")
        with self._stage("connect") as stage:
            self.snowflake.connect(self.script["name"], stage)

    def _query(self):
        name, sql = self.script["name"], self.script["content"]
        with self._stage("snowflake", rows=0) as stage:
            self.log_step("SQL Optimization", f"Building filtered query for {name}")
            if self.snowflake.describe(sql, stage) is None:
                raise EtlError(f"Query optimization failed: Query returned no results for script {name}")
            start = time.monotonic()
            self.log_step("SQL Execution", "Executing optimized query with filtering")
            rows = self.snowflake.execute(sql, stage, self.job["row_limit"])
            stage.add(rows=len(rows))
        return rows, start

    def _filter(self, rows, start):
        with self._stage("prefilter", records=len(rows), kept=0) as stage:
            processed = set(self.snowflake.values(
                f"SELECT LEAD_ID FROM PROCESSED_LEADS WHERE CAMPAIGN = '{self.script['name']}'", stage))
            new = [row for row in rows if row["LEAD_ID"] not in processed]
            stage.add(kept=len(new))
        took = time.monotonic() - start
        self.log_step("Data Filtering", f"Retrieved {len(new)} unprocessed records in {took:.2f}s")
        return new

    def _process(self, rows):
        if not rows:
            self.log_step("Batch Processing", "0 new records to process")
            return []
        batches = [rows[start:start + BATCH] for start in range(0, len(rows), BATCH)]
        self.log_step("Batch Processing", f"Processing {len(rows)} records in {len(batches)} batches of {BATCH}")
        blacklist = self._blacklist()
        people = []
        for number, batch in enumerate(batches, 1):
            first = len(people) + 1
            self.log_step("Batch Processing", f"Processing batch {number}/{len(batches)} - "
                                              f"Records {first} to {first + len(batch) - 1}")
            people += self._process_batch(batch, blacklist)
            emit(self.job["id"], "batch_progress", {"current_batch": number, "total_batches": len(batches),
                                                    "processed": len(people), "total": len(rows)})
            self._progress(10 + 80 * number // len(batches), f"Processed {len(people)} of {len(rows)} records")
        return people

    def _blacklist(self):
        with self._stage("blacklist") as stage:
            phones = self.snowflake.values(
                f"SELECT PHONE FROM PHONE_BLACKLIST WHERE CAMPAIGN = '{self.script['name']}'", stage)
            stage.add(phones=len(phones))
        return set(phones)

    def _process_batch(self, batch, blacklist):
        people = [Person.of(row) for row in batch]
        with self._stage("idicore", records=len(people), phones=0) as stage:
            for person, phones in zip(people, self.idicore.find_phones(people, stage)):
                person.phones = phones
                stage.add(phones=len(phones))

        phones = [phone for person in people for phone in person.phones]
        unknown = [phone for phone in phones if phone not in blacklist]
        with self._stage("ccc", phones=len(unknown), blacklisted=len(phones) - len(unknown)) as stage:
            self.log_step("Litigator Check", f"Checking {len(unknown)} phones against litigator list "
                                             f"(skipped {len(phones) - len(unknown)} blacklisted)")
            litigators = self.ccc.litigators(unknown, stage) | blacklist
        with self._stage("dnc", phones=len(phones)) as stage:
            self.log_step("DNC Check", f"Checking {len(phones)} phones against DNC list")
            listed = self.dnc.listed(phones, stage)

        for person in people:
            person.litigator = not litigators.isdisjoint(person.phones)
            person.dnc = not listed.isdisjoint(person.phones)
            emit(self.job["id"], "row_processed", person.result)
        return people

    def _statistics(self, people):
        kinds = Counter((person.litigator, person.dnc) for person in people)
        statistics = {
            "total": len(people),
            "litigator": sum(person.litigator for person in people),
            "dnc": sum(person.dnc for person in people),
            "both": kinds[True, True],
            "clean": kinds[False, False],
        }
        self.truth.write(statistics=statistics)
        self.log_step("Statistics", "Total: {total}, Litigator: {litigator}, DNC: {dnc}, Both: {both}, Clean: {clean}"
                      .format(**statistics))
        return statistics

    def _upload(self, people):
        table = self.job["table_id"]
        self.log_step("Final Upload", f"Uploading ALL {len(people)} processed records to {table}")
        with self._stage("upload", records=len(people), stored=0) as stage:
            count = self.snowflake.upload(table, [person.result for person in people], stage)
        self.log_step("Upload Complete", f"Successfully stored {count} records in Snowflake")

    def _progress(self, percent, message):
        self.database.update_job(self.job["id"], progress=percent, message=message)
        emit(self.job["id"], "job_progress", {"progress": percent, "message": message})

    def _stage(self, name, **counts):
        return Stage(self.job["id"], self.truth, name, **counts)
