import logging
import os
import time
import uuid
from datetime import datetime, timezone
from multiprocessing import current_process

import psycopg2

from app.core.config import SPEC_FORM
from app.core.database import Database
from app.core.logs import open_job_file
from app.services.etl.engine import ETLEngine
from app.services.etl.errors import EtlError
from app.services.job_events import emit
from app.services.truth import Truth
from app.workers.celery_app import celery

log = logging.getLogger("ETL.Tasks")

TASK_NAME = "etl_job" if SPEC_FORM else "app.workers.etl_tasks.run_etl_job"
RETRY_SECONDS = 3


@celery.task(bind=True, name=TASK_NAME, max_retries=10)
def run_etl_job(self, job_id):
    try:
        database = Database()
    except psycopg2.OperationalError as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS)
    with database:
        open_job_file(job_id)
        truth = Truth(job_id)
        truth.write(started=time.time(), worker=current_process().name, pid=os.getpid(), task_id=self.request.id)
        success = False
        try:
            result = run(job_id, database, truth)
            success = result["success"]
        finally:
            truth.write(ended=time.time(), success=success)
    return None if SPEC_FORM else result


def run(job_id, database, truth):
    job, source = begin(job_id, database)
    try:
        if source is None:
            raise ValueError(f"FileSource {job['file_source_id']} not found")
        statistics = ETLEngine(job, source, database, truth).execute()
    except EtlError as error:
        fail(job_id, database, error)
        if SPEC_FORM:
            raise
        return {"script_name": source["name"], "success": False, "error": str(error)}
    except Exception as error:
        try:
            fail(job_id, database, error)
        except psycopg2.Error:
            pass  # The connection itself is what failed: the row stays as it is.
        raise
    complete(job_id, database, statistics)
    return {"script_name": source["name"], "success": True, **statistics}


def begin(job_id, database):
    table_id = f"ETL_RESULTS_{uuid.uuid4().hex[:12].upper()}"
    log.info("Generated table_id for job %s: %s", job_id, table_id)
    job = database.row("SELECT * FROM etl_jobs WHERE id = %s", job_id)
    source = source_of(job, database)
    database.update_job(job_id, status="running", table_id=table_id, table_title=f"Results of {source and source['name']}")
    log.info("Updated job %s status to running", job_id)
    log.info("Executing %s ETL job %s", "file-based" if job["file_source_id"] else "Snowflake-based", job_id)
    return {**job, "table_id": table_id}, source


def source_of(job, database):
    if job["file_source_id"]:
        return database.row("SELECT * FROM file_sources WHERE id = %s", job["file_source_id"])
    return database.row("SELECT * FROM sql_scripts WHERE id = %s", job["script_id"])


def complete(job_id, database, statistics):
    database.update_job(
        job_id, status="completed", completed_at=datetime.now(timezone.utc), progress=100,
        message=f"{statistics['named']} new records processed", total_rows_processed=statistics["named"],
        litigator_count=statistics["litigator"], dnc_count=statistics["dnc"], both_count=statistics["both"],
        clean_count=statistics["clean"])
    emit(job_id, "job_complete", {"status": "completed", **statistics})


def fail(job_id, database, error):
    database.update_job(job_id, status="failed", completed_at=datetime.now(timezone.utc), error_message=str(error))
    emit(job_id, "job_error", {"error": str(error)})
