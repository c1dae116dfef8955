"""Phone numbers of people, from idiCORE: a cache, some threads, retries, and a circuit breaker."""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from app.core.config import IDICORE_URL
from app.services.etl.circuit_breaker import CircuitBreaker

log = logging.getLogger("ETL.IdiCOREAPI")

THREADS = 8
ATTEMPTS = 4
BACKOFF_SECONDS = 0.1
TIMEOUT_SECONDS = 2


class RateLimitError(Exception):
    pass


class IdiCoreAPI:
    def __init__(self, database, reference):
        self._database = database
        self._reference = reference
        self._breaker = CircuitBreaker(log)
        self._http = requests.Session()
        self._http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=THREADS))
        self._token = None
        self._authenticating = threading.Lock()

    def find_phones(self, people, stage):
        """The phones of each person, in the order of people; none for whoever could not be looked up."""
        log.info("🔧 Processing batch of %d people for idiCORE lookup using %d threads with caching", len(people), THREADS)
        found = self._cached(people)
        uncached = [person for person in people if person.key not in found]
        log.info("Cache lookup complete: %d hits, %d misses", len(found), len(uncached))
        stage.add(cache_hits=len(found), api_calls=len(uncached), requests=0, retries=0, failed=0)

        log.info("Making API calls for %d uncached people", len(uncached))
        with ThreadPoolExecutor(THREADS) as threads:
            answers = dict(zip((person.key for person in uncached),
                               threads.map(lambda person: self._look_up(person, stage), uncached)))
        self._cache({key: phones for key, phones in answers.items() if phones is not None})

        found.update(answers)
        phones = [found[person.key] or [] for person in people]
        log.info("✅ Parallel API calls completed: %d people, %d phones found", len(people), sum(map(len, phones)))
        return phones

    def _look_up(self, person, stage):
        if self._breaker.is_open:
            log.warning("Circuit breaker open for %s", person.name)
            stage.add(failed=1)
            return None
        try:
            return self._search(person, stage)
        except Exception as error:
            log.error("Error looking up phones for %s: %s", person.name, error)
            stage.add(failed=1)
            stage.fails(str(error))
            if not isinstance(error, RateLimitError):
                self._breaker.failed(stage)
            return None

    def _search(self, person, stage):
        token = self._authenticate()
        for attempt in range(1, ATTEMPTS + 1):
            stage.add(requests=1)
            answer = self._http.post(f"{IDICORE_URL}/search", timeout=TIMEOUT_SECONDS, headers={"X-Token": token},
                                     json={"first": person.first, "last": person.last, "address": person.address})
            if answer.status_code != 429:
                answer.raise_for_status()
                return answer.json()["phones"]
            stage.retries(f"429 Too Many Requests, attempt {attempt}/{ATTEMPTS}")
            if attempt < ATTEMPTS:
                delay = BACKOFF_SECONDS * 2 ** attempt
                log.warning("Attempt %d/%d failed: 429 Too Many Requests. Retrying in %.1fs", attempt, ATTEMPTS, delay)
                time.sleep(delay)
        raise RateLimitError(f"Rate limit exceeded after {ATTEMPTS} retries")

    def _authenticate(self):
        with self._authenticating:
            if self._token is None and not self._breaker.is_open:
                url = f"{IDICORE_URL}/token"
                try:
                    answer = self._http.post(url, json={"reference": self._reference}, timeout=TIMEOUT_SECONDS)
                    log.info('HTTP Request: POST %s "HTTP/1.1 %d %s"', url, answer.status_code, answer.reason)
                    answer.raise_for_status()
                except requests.RequestException as error:
                    log.error("Failed to obtain authentication token: %s", error)
                else:
                    self._token = answer.json()["token"]
        if self._token is None:
            raise PermissionError("Failed to obtain authentication token")
        return self._token

    def _cached(self, people):
        rows = self._database.rows("SELECT person, phones FROM person_cache WHERE person = ANY(%s)",
                                   [person.key for person in people])
        return {row["person"]: row["phones"] for row in rows}

    def _cache(self, answers):
        for person, phones in answers.items():
            self._database.run("INSERT INTO person_cache VALUES (%s, %s) ON CONFLICT DO NOTHING",
                               person, json.dumps(phones))
