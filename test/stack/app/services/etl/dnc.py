"""The do-not-call check against an SQLite file: without that file every phone counts as not on the list."""

import logging
import sqlite3

log = logging.getLogger("ETL.DNCChecker")

LOCK_SECONDS = 1
DIGITS = 10


class DNCChecker:
    def __init__(self, path):
        self._path = path
        self._verify()

    def _verify(self):
        """Only looks: what it finds disables nothing."""
        if not self._path.exists():
            log.warning("DNC database not found at %s. DNC checking will be disabled.", self._path)
            return
        try:
            if not self._query("SELECT name FROM sqlite_master WHERE name = 'dnc_list'"):
                log.warning("DNC database exists but 'dnc_list' table not found. DNC checking will be disabled.")
        except sqlite3.Error as error:
            log.error("Error verifying DNC database: %s. DNC checking will be disabled.", error)

    def listed(self, phones, stage):
        """Those of the phones that are on the list."""
        stage.add(listed=0, checked=0)
        valid = [phone for phone in phones if len(phone) == DIGITS and phone.isdigit()]
        if not valid:
            log.warning("No valid phone numbers to check (all %d phones invalid)", len(phones))
            stage.fails("no valid phone numbers")
            return set()
        listed = self._check(valid, stage)
        found = [phone for phone in phones if phone in listed]
        stage.add(listed=len(found))
        # That the look-up failed is not known here any more.
        log.info("✅ DNC check completed (batched): %d/%d phones found in DNC list (%d successful checks)",
                 len(found), len(phones), len(valid))
        return listed

    def _check(self, phones, stage):
        """All phones of a batch are one chunk: it has at most 600."""
        if not self._path.exists():
            log.warning("DNC database not found at %s. DNC checking will be skipped.", self._path)
            stage.fails("database not found")
            return set()
        marks = ",".join("?" * len(phones))
        try:
            listed = {row[0] for row in self._query(f"SELECT phone FROM dnc_list WHERE phone IN ({marks})", *phones)}
        except sqlite3.Error as error:
            log.error("Error querying DNC chunk 1: %s", error)
            stage.fails(str(error))
            return set()
        stage.add(checked=len(phones))
        return listed

    def _query(self, sql, *values):
        database = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True, timeout=LOCK_SECONDS)
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()
