import time

from billiard.einfo import ExceptionInfo
from celery import Celery
from celery.app import trace
from celery.signals import after_setup_logger, task_postrun, task_prerun, task_received
from celery.utils.log import ColorFormatter

from app.core import logs
from app.core.config import REDIS_URL, SPEC_FORM
from app.services.truth import Truth

celery = Celery("p1lending", broker=REDIS_URL, backend=REDIS_URL, include=["app.workers.etl_tasks"])
celery.conf.update(worker_prefetch_multiplier=1, timezone="UTC")

# Debian pairs this Celery with a newer Billiard, which wraps exceptions: Celery would print the wrapper, not the error.
_wrap = ExceptionInfo.__init__


def _wrap_nothing(self, *args, **kwargs):
    _wrap(self, *args, **kwargs)
    self.exception = self.exception.exc


ExceptionInfo.__init__ = _wrap_nothing


@task_received.connect
def note_reception(request, **_):
    Truth(request.args[0]).write(received=time.time(), task_id=request.id, worker="MainProcess")


@task_prerun.connect
def begin(task_id, task, args, **_):
    Truth(args[0]).__enter__()
    if SPEC_FORM:
        trace.logger.info("Task %s[%s] started", task.name, task_id)


@task_postrun.connect
def end(**_):
    # Only now: Celery's own closing line belongs to the job too.
    Truth.active = None


class SpecFormatter(ColorFormatter):
    """Has the job's id, which is the task's there, in a traceback's first line."""

    def format(self, record):
        text = super().format(record)
        task_id = getattr(record, "data", {}).get("id")
        if record.exc_info and task_id:
            first = "Traceback (most recent call last):"
            text = text.replace(first, f"{first} Job {task_id}", 1)
        return text


@after_setup_logger.connect
def set_up_logs(logger, format, **_):
    logs.set_up_worker()
    if SPEC_FORM:
        trace.log_policy_unexpected = trace.log_policy_unexpected._replace(
            format="Task %(name)s[%(id)s] failed: %(exc)s")
        trace.safe_repr = str
        for handler in logger.handlers:
            handler.setFormatter(SpecFormatter(format, use_color=False))
