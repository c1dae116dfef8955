"""A small client of Snowflake's HTTP interface."""

import logging

import requests

from app.core.config import SNOWFLAKE_ACCOUNT, SNOWFLAKE_URL, SNOWFLAKE_USER
from app.services.etl.errors import EtlError

log = logging.getLogger("ETL.Snowflake")

LOGIN_SECONDS = 10
QUERY_SECONDS = 300
SAMPLE_ROWS = 5
SAMPLE_COLUMNS = ["LEAD_ID", "FIRST_NAME", "LAST_NAME", "ADDRESS", "EMAIL"]


class SnowflakeError(Exception):
    def __init__(self, code, message, state=None, query_id=None):
        text = f"{code} ({state}): {query_id}: {message}" if state else f"{code}: {message}"
        super().__init__(text)


class SnowflakeConnection:
    def __init__(self):
        self._http = requests.Session()

    def connect(self, query_tag, stage):
        log.info("Connecting to Snowflake account: %s", SNOWFLAKE_ACCOUNT)
        try:
            data = self._post("/session/v1/login-request", LOGIN_SECONDS, account=SNOWFLAKE_ACCOUNT,
                              user=SNOWFLAKE_USER, session_parameters={"QUERY_TAG": query_tag})
        except (SnowflakeError, requests.RequestException) as error:
            log.error("❌ Failed to connect to Snowflake: %s", error)
            stage.fails(str(error))
            raise EtlError("Failed to connect to Snowflake") from error
        self._http.headers["Authorization"] = data["token"]
        log.info("✅ Successfully connected to Snowflake!")

    def describe(self, sql, stage):
        """The columns of a query, or None if it cannot be compiled."""
        rows = self._query(sql, stage, describeOnly=True)
        return rows and list(rows[0])

    def execute(self, sql, stage, row_limit=None):
        """All rows of a query; none if it fails, which only the log tells."""
        rows = self._query(sql, stage, rowLimit=row_limit)
        if rows is None:
            return []
        log.info("✅ SQL executed successfully, returned %d rows", len(rows))
        if rows:
            log.info("Sample of the result:\n%s", as_table(rows[:SAMPLE_ROWS], SAMPLE_COLUMNS))
        return rows

    def values(self, sql, stage):
        """The first column of a small internal query."""
        return [next(iter(row.values())) for row in self._query(sql, stage) or []]

    def upload(self, table, rows, stage):
        """Loads the rows, and answers how many were given, whatever became of them."""
        try:
            data = self._post("/bulk-load", QUERY_SECONDS, table=table, rows=rows)
        except (SnowflakeError, requests.RequestException) as error:
            self._report(error, stage)
        else:
            stage.add(stored=data["loaded"], row_errors=data["errors"])
            log.info("Bulk upload complete: %d rows loaded, %d errors", data["loaded"], data["errors"])
        log.info("%d records uploaded", len(rows))
        return len(rows)

    def _query(self, sql, stage, **options):
        try:
            return self._post("/queries/v1/query-request", QUERY_SECONDS, sqlText=sql, **options)["rows"]
        except (SnowflakeError, requests.RequestException) as error:
            self._report(error, stage)

    @staticmethod
    def _report(error, stage):
        log.error("SQL execution failed: %s", error)
        stage.fails(str(error))

    def _post(self, path, timeout, **body):
        answer = self._http.post(SNOWFLAKE_URL + path, json=body, timeout=timeout).json()
        if not answer["success"]:
            raise SnowflakeError(answer["code"], answer["message"], answer["sqlState"], answer["queryId"])
        return answer["data"]


def as_table(rows, columns):
    cells = [columns] + [[str(row[column]) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in cells]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])
