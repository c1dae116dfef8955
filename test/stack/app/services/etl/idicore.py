"""Phone numbers of people, from idiCORE: caches, some threads, retries, and a circuit breaker."""

import logging
from concurrent.futures import ThreadPoolExecutor

import requests

from app.core.config import IDICORE_URL
from app.services.etl.circuit_breaker import OPEN, CircuitBreaker
from app.services.etl.person_cache import PersonCache
from app.services.etl.retries import with_retries

log = logging.getLogger("ETL.IdiCOREAPI")

THREADS = 8
TIMEOUT_SECONDS = 2


class IdiCoreAPI:
    def __init__(self, campaign):
        self._campaign = campaign
        self._cache = PersonCache(campaign)
        self._breaker = CircuitBreaker(log)
        self._http = requests.Session()
        self._http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=THREADS))
        self._token = None

    def find_phones(self, people, stage):
        """All phones of each person, in the order of people; none for whoever could not be looked up."""
        log.info("🔧 Processing batch of %d people for idiCORE lookup using %d threads with caching", len(people), THREADS)
        found = self._cache.phones_of(people)
        uncached = [person for person in people if person.key not in found]
        log.info("Cache lookup complete: %d hits, %d misses", len(people) - len(uncached), len(uncached))
        stage.add(cache_hits=len(people) - len(uncached), api_calls=len(uncached), retries=0, failed=0)
        if uncached:
            found.update(self._call(uncached, stage))
        else:
            log.info("All people found in cache, no API calls needed")
        self._cache.processed(people)
        return [found[person.key] for person in people]

    def _call(self, people, stage):
        log.info("Making API calls for %d uncached people", len(people))
        self._authenticate()
        with ThreadPoolExecutor(THREADS) as threads:
            phones = list(threads.map(lambda person: self._look_up(person, stage), people))
        answers = {person.key: found for person, found in zip(people, phones)}
        self._cache.remember(people, phones)
        total = sum(map(len, phones))
        stage.add(phones=total)
        log.info("✅ Parallel API calls completed: %d people, %d phones found", len(people), total)
        return answers

    def _look_up(self, person, stage):
        if self._breaker.is_open:
            log.error("⚠️ Circuit breaker open for %s: %s", person.name, OPEN)
            stage.add(failed=1)
            return []
        try:
            if self._token is None:
                raise PermissionError("Failed to obtain authentication token")
            return with_retries(lambda: self._search(person), log, stage)
        except Exception as error:
            log.error("❌ Error looking up phones for %s: %s", person.name, error)
            stage.add(failed=1)
            stage.fails(str(error))
            self._breaker.failed(error, stage)
            return []

    def _search(self, person):
        answer = self._http.post(f"{IDICORE_URL}/search", timeout=TIMEOUT_SECONDS, headers={"X-Token": self._token}, json={
            "reference": self._campaign, "first": person.first, "last": person.last, "address": person.address})
        answer.raise_for_status()
        return answer.json()["phones"]

    def _authenticate(self):
        """Once a job, if it succeeds; else once a batch."""
        if self._token:
            return
        url = f"{IDICORE_URL}/token"
        try:
            answer = self._http.post(url, json={"reference": self._campaign}, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            log.exception("❌ Failed to get authentication token: %s", error)
            return
        log.info('HTTP Request: POST %s "HTTP/1.1 %d %s"', url, answer.status_code, answer.reason)
        if answer.ok:
            self._token = answer.json()["token"]
            return
        log.error("❌ Auth failed with status %d: %s", answer.status_code, answer.text)
        log.error("❌ Failed to get authentication token (HTTP %d): %s", answer.status_code, answer.text)
