"""PHONE_CACHE in Snowflake: what CCC has answered. A cache that fails is told of and done without."""

import logging

from app.services.etl.snowflake import SnowflakeConnection

log = logging.getLogger("ETL.PhoneCache")


class PhoneCache:
    def __init__(self, campaign):
        self._connection = SnowflakeConnection("phone", campaign)
        self._usable = None

    def known(self, phones):
        """By the phone: whether it is a litigator's."""
        if self._usable is None:
            self._usable = self._connection.connect() is not None
            if not self._usable:
                log.warning("Error loading phone cache: no connection")
        if not self._usable:
            return {}
        rows = self._connection.execute_for_each("SELECT PHONE, LITIGATOR FROM PHONE_CACHE WHERE PHONE = ?", phones)
        if rows is None:
            log.warning("Error loading phone cache: the statement failed")
        return {row["PHONE"]: row["LITIGATOR"] for row in rows or []}

    def remember(self, answers):
        if self._usable and self._connection.execute_for_each("MERGE INTO PHONE_CACHE USING (SELECT ?)", answers) is None:
            log.warning("Error saving phone cache: the statement failed")
