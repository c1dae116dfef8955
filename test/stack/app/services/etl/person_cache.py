"""PERSON_CACHE in Snowflake and person_cache.csv beside it: what idiCORE has answered, and who was processed.

Neither is needed for the work: a cache that fails is told of and done without.
"""

import csv
import fcntl
import json
import logging

from app.core.config import PERSON_CACHE_FILE
from app.services.etl.snowflake import FAILURES, SnowflakeConnection

log = logging.getLogger("ETL.PersonCache")


class PersonCache:
    def __init__(self, campaign):
        self._answers = SnowflakeConnection("person", campaign)
        self._processed = SnowflakeConnection("bulk", campaign)
        self._usable = None
        self._bulk_usable = None

    def phones_of(self, people):
        """By the key of the person: those whom either cache knows. Nobody is known without an address."""
        if self._usable is None:
            self._usable = self._answers.connect() is not None
            if not self._usable:
                log.warning("Could not initialize Snowflake cache: no connection. Cache operations will be skipped.")
        keys = {person.key for person in people if person.address}
        found = {key: phones for key, phones in self._file() if key in keys}
        if self._usable:
            try:
                rows = self._answers.ask("SELECT PERSON, PHONES FROM PERSON_CACHE WHERE PERSON IN (?)", bindings=sorted(keys))
            except FAILURES as error:
                log.warning("Error batch checking Snowflake cache: %s", error)
            else:
                log.info("✅ SQL executed successfully, returned %d rows", len(rows))
                found.update((row["PERSON"], row["PHONES"]) for row in rows)
        return found

    def remember(self, people, phones):
        """Also who could not be looked up: without phones."""
        answers = {person.key: found for person, found in zip(people, phones) if person.address}
        with open(PERSON_CACHE_FILE, "a", newline="") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            csv.writer(file).writerows((key, json.dumps(phones)) for key, phones in answers.items())
        if self._usable and self._answers.execute_for_each("MERGE INTO PERSON_CACHE USING (SELECT ?)", answers) is None:
            log.warning("Error caching to Snowflake: the statement failed")

    def processed(self, people):
        """From now on the main query leaves these addresses out."""
        if self._bulk_usable is None:
            self._bulk_usable = self._processed.connect() is not None
        if self._bulk_usable:
            self._processed.execute("MERGE INTO PERSON_CACHE USING (VALUES ?)", bindings=[person.address for person in people])
            log.info("Bulk added %d addresses to PERSON_CACHE", len(people))

    @staticmethod
    def _file():
        if not PERSON_CACHE_FILE.exists():
            return
        with open(PERSON_CACHE_FILE, newline="") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            for key, phones in csv.reader(file):
                yield key, json.loads(phones)
