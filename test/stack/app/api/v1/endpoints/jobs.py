import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from uuid import UUID

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel

from app.core.config import SPEC_FORM
from app.core.database import Database
from app.services.etl import spec_form
from app.services.etl.engine import ETLEngine
from app.services.etl.errors import EtlError
from app.services.truth import Truth
from app.workers.etl_tasks import run_etl_job

log = logging.getLogger("ETL.Jobs")
router = APIRouter()
previews = ThreadPoolExecutor(1)


class NewScript(BaseModel):
    name: str
    content: str


class NewFileSource(BaseModel):
    name: str
    file_name: str
    rows: list


class NewJob(BaseModel):
    script_id: UUID | None = None
    file_source_id: UUID | None = None
    job_type: str = "single_script"
    row_limit: int | None = None
    started_by: str = "admin"


@router.post("/scripts", status_code=201)
def save_script(script: NewScript):
    with Database() as database:
        return database.row("INSERT INTO sql_scripts (name, content) VALUES (%s, %s) "
                            "ON CONFLICT (name) DO UPDATE SET content = excluded.content RETURNING *",
                            script.name, script.content)


@router.post("/file-sources", status_code=201)
def save_file(new: NewFileSource):
    with Database() as database:
        return database.row("INSERT INTO file_sources (name, file_name, rows) VALUES (%s, %s, %s) RETURNING id",
                            new.name, new.file_name, json.dumps(new.rows))


@router.post("/jobs", status_code=201)
def create_job(new: NewJob):
    with Database() as database:
        script = script_of(database, new)
        job = database.row("INSERT INTO etl_jobs (job_type, script_id, file_source_id, row_limit, started_by) "
                           "VALUES (%s, %s, %s, %s, %s) RETURNING *", new.job_type, script and script["id"],
                           new.file_source_id and str(new.file_source_id), new.row_limit, new.started_by)
        job_id = job["id"]
        Truth(job_id).write(created=time.time(), job_type=new.job_type)
        if SPEC_FORM:
            database.update_job(job_id, name=script and script["name"])
            spec_form.say(job_id, "created over the API")
        if new.job_type == "preview":
            previews.submit(run_preview, job, script)
        else:
            run_etl_job.apply_async([job_id], task_id=job_id if SPEC_FORM else None)
        # The worker may have been quicker: what it has already made of the status stays.
        database.run("UPDATE etl_jobs SET started_at = %s, status = CASE status WHEN 'pending' THEN 'running' "
                     "ELSE status END WHERE id = %s", datetime.now(timezone.utc), job_id)
        return database.row("SELECT * FROM etl_jobs WHERE id = %s", job_id)


def script_of(database, new):
    """None for a job from a file: whether there is that file, the worker looks."""
    if new.file_source_id:
        return None
    script = database.row("SELECT * FROM sql_scripts WHERE id = %s", str(new.script_id))
    if script is None:
        raise HTTPException(404, "No such script")
    return script


@router.get("/jobs/{job_id}")
def get_job(job_id: UUID):
    with Database() as database:
        job = database.row("SELECT * FROM etl_jobs WHERE id = %s", str(job_id))
    if job is None:
        raise HTTPException(404, "No such job")
    return job


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: UUID):
    """Marks the row; nothing tells the worker."""
    with Database() as database:
        database.run("UPDATE etl_jobs SET status = 'cancelled' WHERE id = %s AND status IN ('pending', 'running')",
                     str(job_id))
    return get_job(job_id)


def run_preview(job, script):
    job_id = job["id"]
    with Database() as database, Truth(job_id) as truth:
        truth.write(started=time.time(), worker="backend")
        outcome = {"status": "completed"}
        try:
            rows = ETLEngine(job, script, database, truth).preview()
            outcome.update(preview_data=json.dumps(rows), total_rows_processed=len(rows), progress=100)
        except EtlError as error:
            outcome = {"status": "failed", "error_message": str(error)}
        database.update_job(job_id, completed_at=datetime.now(timezone.utc), **outcome)
        truth.write(ended=time.time(), success=outcome["status"] == "completed")
