"""The upload to Snowflake's MASTER_PROCESSED_DB.

Its connection is opened once in the life of a worker process and never again, as in production.
"""

import itertools
import logging
import tempfile

from app.services.etl.snowflake import SnowflakeConnection

log = logging.getLogger("ETL.SnowflakeStorage")

TABLE = "MASTER_PROCESSED_DB"
INSERT_ROWS = 500
COLUMNS = ["FIRST_NAME", "LAST_NAME", "ADDRESS", "CITY", "STATE", "ZIP", "EMAIL"]
COLUMNS += [f"{name}_{number}" for number in range(1, 14) for name in ("PHONE", "LITIGATOR", "DNC")]
COLUMNS += ["CLEAN_PHONES"]


class ResultsTable:
    _connection = None

    @classmethod
    def store(cls, rows, job, source, parameters, stage):
        """True unless there is no connection: what becomes of the rows only the log tells."""
        if parameters["FIRST_OF_PROCESS"]:
            cls._connection = None
        if cls._connection is None:
            cls._connect(source["name"], stage)
        if cls._connection is None:
            log.error("Cannot store results - not connected")
            return False
        upload = Upload(cls._connection, rows, source["name"], stage)
        if parameters["BULK_UPLOAD"]:
            upload.bulk(job["table_id"])
        else:
            upload.insert()
        return True

    @classmethod
    def _connect(cls, campaign, stage):
        connection = SnowflakeConnection("upload", campaign)
        if connection.connect(stage) is None:
            return
        connection.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (JOB_ID TEXT)", tag=campaign)
        for column in COLUMNS:
            connection.execute(f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS {column} TEXT", tag=campaign)
        log.info("Ensured table %s exists", TABLE)
        cls._connection = connection


class Upload:
    def __init__(self, connection, rows, campaign, stage):
        self._connection = connection
        self._rows = rows
        self._campaign = campaign
        self._stage = stage

    def bulk(self, table_id):
        try:
            self._copy(table_id)
        except Exception as error:
            log.error("Bulk upload failed: %s", error)
            self._stage.add(fell_back=True)
            log.info("Falling back to standard INSERT method")
            self.insert()

    def _copy(self, table_id):
        log.info("Using bulk upload (COPY INTO) for %d records", len(self._rows))
        with tempfile.NamedTemporaryFile(prefix=f"{table_id}_", suffix=".csv") as file:
            log.info("Created temp file %s with %d records", file.name, len(self._rows))
            put = self._run(f"PUT file://{file.name} @%{TABLE}", bindings=self._rows)
            log.info("Staged file %s", file.name)
        loaded = self._run(f"COPY INTO {TABLE} FROM @%{TABLE}")
        if loaded is not None:
            # An empty stage gives no row, and is taken for a success.
            answer = loaded[0] if loaded else {"rows_loaded": len(self._rows), "errors_seen": 0}
            log.info("Bulk upload complete: %d rows loaded, %d errors", answer["rows_loaded"], answer["errors_seen"])
            if put is not None:
                self._stage.add(stored=answer["rows_loaded"], row_errors=answer["errors_seen"])
        log.info("Bulk uploaded %d records to %s", len(self._rows), TABLE)

    def insert(self):
        rows = iter(self._rows)
        while batch := list(itertools.islice(rows, INSERT_ROWS)):
            if self._run(f"INSERT INTO {TABLE} SELECT * FROM VALUES ?", bindings=batch) is None:
                log.error("Failed to store batch - SQL execution returned None")
            else:
                self._stage.add(stored=len(batch))
                log.info("Stored batch of %d records (standard method)", len(batch))

    def _run(self, sql, **options):
        return self._connection.execute(sql, self._stage, tag=self._campaign, **options)
