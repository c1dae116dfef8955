"""Who prints which lines.

In the real form every logger of the engine stands below `ETL`, whose handler prints to stdout. In the worker Celery's
own handler at the root prints each of these lines once more, with the worker's name.

In the spec form only the lines of app.services.etl.spec_form are printed, by the backend: the worker sends them there.
"""

import logging
import sys

from app.core.config import JOB_FILES, SPEC_FORM
from app.services import channels
from app.services.truth import TruthHandler

CONSOLE_FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(message)s"
JOB_FILE_FORMAT = "%(asctime)s - %(name)s - %(levelname)s - %(funcName)s:%(lineno)d - %(message)s"

etl = logging.getLogger("ETL")


def is_spec_line(record):
    return record.name == etl.name


def _add(handler, line_format=CONSOLE_FORMAT):
    handler.setFormatter(logging.Formatter(line_format))
    if SPEC_FORM:
        handler.addFilter(is_spec_line)
    etl.addHandler(handler)


def set_up_backend():
    etl.setLevel(logging.INFO)
    _add(logging.StreamHandler(sys.stdout))
    _add(TruthHandler("backend"))
    if SPEC_FORM:
        _add(SpecJobFileHandler())


def set_up_worker():
    etl.setLevel(logging.INFO)
    logging.getLogger("celery.app.trace").addHandler(TruthHandler())
    if SPEC_FORM:
        etl.propagate = False
        _add(ForwardHandler())
    else:
        # Celery has replaced sys.stdout with one that logs.
        _add(logging.StreamHandler(sys.__stdout__))
        _add(TruthHandler())


def open_job_file(job_id):
    """Starts the job's own file. As in production nobody closes it: the process's later jobs are written there too."""
    if not SPEC_FORM:
        JOB_FILES.mkdir(parents=True, exist_ok=True)
        _add(logging.FileHandler(JOB_FILES / f"{job_id}.log"), JOB_FILE_FORMAT)


class ForwardHandler(logging.Handler):
    def emit(self, record):
        try:
            channels.publish(channels.LINES, {
                "name": record.name, "levelname": record.levelname, "levelno": record.levelno,
                "msg": record.getMessage(), "job_id": record.job_id})
        except channels.RedisError:
            # The line is lost with its messenger; the job goes on.
            pass


class SpecJobFileHandler(logging.Handler):
    def emit(self, record):
        JOB_FILES.mkdir(parents=True, exist_ok=True)
        with open(JOB_FILES / f"etl_job_{record.job_id}.log", "a") as file:
            print(self.format(record), file=file)
