"""A small client of Snowflake's HTTP interface. The query, the caches and the upload each have a connection of their own."""

import logging

import requests

from app.core.config import SNOWFLAKE_ACCOUNT, SNOWFLAKE_URL, SNOWFLAKE_USER

log = logging.getLogger("ETL.Snowflake")

LOGIN_SECONDS = 10
QUERY_SECONDS = 300


class SnowflakeError(Exception):
    def __init__(self, code, message, state=None, query_id=None):
        text = f"{code} ({state}): {query_id}: {message}" if state else f"{code}: {message}"
        super().__init__(text)


FAILURES = (SnowflakeError, requests.RequestException)


class SnowflakeConnection:
    def __init__(self, purpose, campaign):
        self._http = requests.Session()
        self._purpose = purpose
        self._campaign = campaign

    def connect(self, stage=None):
        """The session's parameters, or None if there is no connection, which the log tells."""
        log.info("Connecting to Snowflake account: %s", SNOWFLAKE_ACCOUNT)
        try:
            data = self._post("/session/v1/login-request", LOGIN_SECONDS, account=SNOWFLAKE_ACCOUNT, user=SNOWFLAKE_USER,
                              session_parameters={"QUERY_TAG": self._campaign, "PURPOSE": self._purpose})
        except FAILURES as error:
            log.error("❌ Failed to connect to Snowflake: %s", error)
            if stage:
                stage.fails(str(error))
            return None
        self._http.headers["Authorization"] = data["token"]
        log.info("✅ Successfully connected to Snowflake!")
        return data["parameters"]

    def execute(self, sql, stage=None, **options):
        """All rows of a statement, or None if it fails, which only the log tells."""
        rows = self._try(sql, stage, **options)
        if rows is not None:
            log.info("✅ SQL executed successfully, returned %d rows", len(rows))
        return rows

    def execute_for_each(self, sql, things):
        """Like `execute` once for each of the things: the lines are the same, but all go in one request."""
        rows = self._try(sql, None, bindings=things)
        if rows is not None:
            for _ in things:
                log.info("✅ SQL executed successfully, returned 1 rows")
        return rows

    def ask(self, sql, **options):
        """The rows of a statement that no line tells of. Raises one of FAILURES."""
        return self._post("/queries/v1/query-request", QUERY_SECONDS, sqlText=sql, **options)["rows"]

    def _try(self, sql, stage, **options):
        try:
            return self.ask(sql, **options)
        except FAILURES as error:
            log.error("❌ SQL execution failed: %s", error)
            if stage:
                stage.fails(str(error))
            return None

    def _post(self, path, timeout, **body):
        answer = self._http.post(SNOWFLAKE_URL + path, json=body, timeout=timeout).json()
        if not answer["success"]:
            raise SnowflakeError(answer["code"], answer["message"], answer["sqlState"], answer["queryId"])
        return answer["data"]
