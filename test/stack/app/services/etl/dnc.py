"""The do-not-call check against an SQLite file: without that file every phone counts as not on the list."""

import logging
import sqlite3

log = logging.getLogger("ETL.DNCChecker")

CHUNK = 500
LOCK_SECONDS = 1


class DNCChecker:
    def __init__(self, path):
        self._path = path
        self._problem = self._verify()

    def _verify(self):
        if not self._path.exists():
            log.warning("DNC database not found at %s. DNC checking will be disabled.", self._path)
            return "database not found"
        try:
            self._query("SELECT phone FROM dnc_list LIMIT 1")
        except sqlite3.Error as error:
            log.error("Error verifying DNC database: %s. DNC checking will be disabled.", error)
            return str(error)
        return None

    def listed(self, phones, stage):
        """Those of the phones that are on the list."""
        stage.add(listed=0, checked=0)
        found = set()
        if self._problem:
            stage.fails(self._problem)
        else:
            for number, start in enumerate(range(0, len(phones), CHUNK), 1):
                found.update(self._check(number, phones[start:start + CHUNK], stage))
        log.info("✅ DNC check completed (batched): %d/%d phones found in DNC list (%d successful checks)",
                 len(found), len(phones), len(phones))
        return found

    def _check(self, number, chunk, stage):
        marks = ",".join("?" * len(chunk))
        try:
            listed = [row[0] for row in self._query(f"SELECT phone FROM dnc_list WHERE phone IN ({marks})", *chunk)]
        except sqlite3.Error as error:
            log.error("Error querying DNC chunk %d: %s", number, error)
            stage.fails(str(error))
            return []
        stage.add(checked=len(chunk), listed=len(listed))
        return listed

    def _query(self, sql, *values):
        database = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, timeout=LOCK_SECONDS)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()
