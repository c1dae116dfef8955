"""What really happened to a job, for tests only: counts taken from the data, and every message as it was logged."""

import json
import logging
import threading

from app.core.config import TRUTH

_writing = threading.Lock()


class Truth:
    # A process has one job at a time (the backend runs previews one after the other): lines carry no job id.
    active = None

    def __init__(self, job_id):
        self._path = TRUTH / f"{job_id}.jsonl"

    def __enter__(self):
        Truth.active = self
        return self

    def __exit__(self, *_):
        Truth.active = None

    def write(self, **facts):
        with _writing, open(self._path, "a") as file:
            file.write(json.dumps(facts, ensure_ascii=False) + "\n")


class TruthHandler(logging.Handler):
    def __init__(self, worker=None):
        super().__init__()
        self._worker = worker

    def emit(self, record):
        truth = Truth(record.job_id) if hasattr(record, "job_id") else Truth.active
        if truth:
            message = record.getMessage()
            if record.exc_info:
                message += "\n" + logging.Formatter().formatException(record.exc_info)
            truth.write(t=record.created, worker=self._worker or record.processName, level=record.levelname,
                        message=message)
