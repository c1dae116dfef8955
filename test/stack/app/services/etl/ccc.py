"""The litigator check at CCC: a phone that could not be checked counts as not a litigator's."""

import logging

import requests

from app.core.config import CCC_LOGIN_ID, CCC_URL
from app.services.etl.circuit_breaker import OPEN, CircuitBreaker
from app.services.etl.phone_cache import PhoneCache
from app.services.etl.retries import RateLimitError, with_retries

log = logging.getLogger("ETL.CCCAPI")

REQUEST = 50  # phones
TIMEOUT_SECONDS = 2


class CCCAPI:
    def __init__(self, campaign):
        self._cache = PhoneCache(campaign)
        self._breaker = CircuitBreaker(log)
        self._http = requests.Session()

    def litigators(self, phones, stage):
        """Those of the phones that are in CCC's list."""
        answers = self._cache.known(phones)
        misses = [phone for phone in phones if phone not in answers]
        log.info("Cache stats: %d hits, %d misses out of %d phones", len(phones) - len(misses), len(misses), len(phones))
        stage.add(requests=0, retries=0)
        new = {}
        for start in range(0, len(misses), REQUEST):
            new.update(self._check(misses[start:start + REQUEST], stage))
        self._cache.remember(new)
        answers.update(new)
        # A phone that two people share was asked about twice, and counts twice.
        checked = sum(phone in answers for phone in phones)
        found = [phone for phone in phones if answers.get(phone)]
        stage.add(checked=checked, flagged=len(found))
        log.info("Litigator check completed: %d/%d successful, %d found in list", checked, len(phones), len(found))
        return set(found)

    def _check(self, phones, stage):
        if self._breaker.is_open:
            log.error("⚠️ Circuit breaker open, skipping batch: %s", OPEN)
            stage.fails("circuit breaker open, batch skipped")
            return {}
        stage.add(requests=1)
        try:
            rows = with_retries(lambda: self._scrub(phones), log, stage)
        except (requests.RequestException, RateLimitError) as error:
            log.error("Error in batch phone check: %s", error)
            stage.fails(str(error))
            self._breaker.failed(error, stage)
            return {}
        return {row["Phone"]: row["ResultCode"] == "L" for row in rows}

    def _scrub(self, phones):
        answer = self._http.get(CCC_URL, timeout=TIMEOUT_SECONDS,
                                params={"loginId": CCC_LOGIN_ID, "phoneList": ",".join(phones)})
        log.info('HTTP Request: GET %s "HTTP/1.1 %d %s"', answer.url, answer.status_code, answer.reason)
        answer.raise_for_status()
        return answer.json()
