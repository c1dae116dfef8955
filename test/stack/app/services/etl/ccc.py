"""The litigator check at CCC: a phone that could not be checked counts as not a litigator's."""

import logging

import requests

from app.core.config import CCC_LOGIN_ID, CCC_URL
from app.services.etl.circuit_breaker import CircuitBreaker

log = logging.getLogger("ETL.CCCAPI")

BATCH = 50
TIMEOUT_SECONDS = 2


class CCCAPI:
    def __init__(self):
        self._breaker = CircuitBreaker(log)
        self._http = requests.Session()

    def litigators(self, phones, stage):
        """Those of the phones that are in CCC's list."""
        stage.add(flagged=0, checked=0, requests=0)
        found = set()
        for start in range(0, len(phones), BATCH):
            found.update(self._check(phones[start:start + BATCH], stage))
        log.info("Litigator check completed: %d/%d successful, %d found in list",
                 stage.counts["checked"], len(phones), len(found))
        return found

    def _check(self, batch, stage):
        if self._breaker.is_open:
            log.warning("Circuit breaker open, skipping batch")
            stage.fails("circuit breaker open, batch skipped")
            return []
        stage.add(requests=1)
        try:
            answer = self._http.get(CCC_URL, timeout=TIMEOUT_SECONDS,
                                    params={"loginId": CCC_LOGIN_ID, "phoneList": ",".join(batch)})
            log.info('HTTP Request: GET %s "HTTP/1.1 %d %s"', answer.url, answer.status_code, answer.reason)
            answer.raise_for_status()
        except requests.RequestException as error:
            log.error("Error in batch phone check: %s", error)
            stage.fails(str(error))
            self._breaker.failed(stage)
            return []
        flagged = [row["Phone"] for row in answer.json() if row["ResultCode"] == "L"]
        stage.add(checked=len(batch), flagged=len(flagged))
        return flagged
