"""One visit of one stage of a job: its time and its counts, for the truth and for the spec form's lines."""

import threading
import time

from app.core.config import SPEC_FORM
from app.services.etl import spec_form


class Stage:
    def __init__(self, job_id, truth, name, **counts):
        self.job_id = job_id
        self.name = name
        self.counts = counts
        self.start = self.end = None
        self._truth = truth
        self._errors = []
        self._counting = threading.Lock()

    def __enter__(self):
        self.start = time.time()
        self._tell(spec_form.started)
        return self

    def __exit__(self, _kind, error, _traceback):
        self.end = time.time()
        if error is not None:
            self._errors.append(str(error))
        self._truth.write(stage=self.name, start=self.start, end=self.end, **self.counts, errors=self._errors)
        if error is None:
            self._tell(spec_form.completed)

    @property
    def took(self):
        return self.end - self.start

    def add(self, **counts):
        with self._counting:
            for name, count in counts.items():
                self.counts[name] = self.counts.get(name, 0) + count

    def fails(self, message):
        with self._counting:
            self._errors.append(message)
        self._tell(spec_form.failed, message)

    def retries(self, message):
        self.add(retries=1)
        self._tell(spec_form.retried, message)

    def opens_breaker(self):
        self.counts["breaker_opened"] = True
        self._tell(spec_form.breaker_opened)

    def _tell(self, line, *values):
        if SPEC_FORM:
            line(self, *values)
