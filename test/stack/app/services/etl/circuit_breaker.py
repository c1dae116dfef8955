import threading

import requests

OPEN = "Circuit breaker is OPEN. Service unavailable."


class CircuitBreaker:
    """Opens after so many refused connections and timeouts, and stays open for the rest of the job."""

    def __init__(self, log, failures=10):
        self._log = log
        self._limit = failures
        self._failures = 0
        self._counting = threading.Lock()

    @property
    def is_open(self):
        return self._failures >= self._limit

    def failed(self, error, stage):
        """Counts it, unless it is an answer: an HTTP error shows that the service is up."""
        if not isinstance(error, (requests.ConnectionError, requests.Timeout)):
            return
        with self._counting:
            self._failures += 1
            opened = self._failures == self._limit
        if opened:
            self._log.error("Circuit breaker OPENED after %d failures", self._limit)
            stage.opens_breaker()
