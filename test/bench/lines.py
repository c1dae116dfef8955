"""Writes the log of one service as Docker's json-file driver keeps it, in the order of time.

    lines.py SERVICE LINES FROM TO JOB...

LINES lines of others lie evenly between FROM and TO (seconds since 1970). A JOB is ID@START+OTHERS: a healthy job of
45 seconds, beside which OTHERS more lines of others are written; or ID@START*RECORDS: one of so many records, with all
of its lines, as job.py knows them. Both forms of a Celery worker's line are there, as in the real system, and most of them
name no job.
"""

import heapq
import json
import sys

from job import Job, stamp

OTHER = "0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60"
TOOK = 45
LEADS = 198
# Second of the job, logger, words: one healthy job of the real form.
STEPS = [
    (0.1, "ETL.Tasks", "Generated table_id for job {job}: ETL_RESULTS_1"),
    (0.2, "ETL.ETLEngine", "📋 Database Connections: Establishing connections"),
    (0.3, "ETL.ETLEngine", "📋 SQL Execution: Executing optimized query with filtering"),
    (12.0, "ETL.Snowflake", "✅ SQL executed successfully, returned 198 rows"),
    (13.9, "ETL.ETLEngine", "📋 Data Filtering: Retrieved 198 unprocessed records in 1.87s"),
    (14.0, "ETL.ETLEngine", "📋 Batch Processing: Processing batch 1/1 - Records 1 to 198"),
    (14.1, "ETL.IdiCore", "🔧 Processing batch of 198 people for idiCORE lookup using 8 threads with caching"),
    (30.0, "ETL.IdiCore", "✅ Parallel API calls completed: 198 people, 326 phones found"),
    (30.1, "ETL.ETLEngine", "📋 Litigator Check: Checking 176 phones against litigator list (skipped 0 blacklisted)"),
    (38.2, "ETL.CCCAPI", "Litigator check completed: 176/176 successful, 12 found in list"),
    (38.3, "ETL.ETLEngine", "📋 DNC Check: Checking 318 phones against DNC list"),
    (40.0, "ETL.DNC", "✅ DNC check completed (batched): 45/318 phones found in DNC list (318 successful checks)"),
    (42.0, "ETL.ETLEngine", "📋 Final Upload: Uploading ALL 198 processed records to ETL_RESULTS_1"),
    (44.0, "ETL.Snowflake", "Bulk upload complete: 198 rows loaded, 0 errors"),
    (44.5, "ETL.ETLEngine", "📋 Upload Complete: Successfully stored 198 records in Snowflake"),
    (44.8, "ETL.ETLEngine", "✅ Completed ETL job"),
]

def both(at, logger, text, process):
    time = stamp(at)
    yield at, f"{time} - {logger} - INFO - {text}"
    yield at, f"[{time}: INFO/{process}] {text}"


def event(at, job, lead, process):
    words = f"Job event: row_processed for job {job}: {{'lead_id': '{lead}', 'litigator': False, 'dnc': False, 'phones': 3}}"
    return both(at, "ETL.JobEvents", words, process)


def request(at, job, number):
    path = f"/api/v1/jobs/{job}/events?page={number}&since=2026-01-15T09:30:00.000Z&verbose=true&format=json"
    yield at, f'INFO:     172.18.0.1:{40000 + number % 20000} - "GET {path} HTTP/1.1" 200 OK request took {number % 90} ms in all'


def others(service, count, start, end):
    lines = 2 if service == "celery-worker" else 1
    for i in range(count // lines):
        at = start + (end - start) * i * lines / count
        yield from event(at, OTHER, i, "ForkPoolWorker-99999") if lines == 2 else request(at, OTHER, i)


def pipeline(job, start, process):
    for second, logger, words in STEPS:
        yield from both(start + second, logger, words.format(job=job), process)


def leads(job, start, process):
    for lead in range(LEADS):
        yield from event(start + 15 + 14 * lead / LEADS, job, lead, process)


def main_process(job, start, process):
    task = f"app.workers.etl_tasks.run_etl_job[c1d86f0e-2b7a-4e0c-8f5d-{job[-12:]}]"
    yield start, f"[{stamp(start)}: INFO/MainProcess] Task {task} received"
    yield start + TOOK, f"[{stamp(start + TOOK)}: INFO/{process}] Task {task} succeeded in 45.22s: {{'success': True}}"


def job(service, told, number):
    name, _, when = told.partition("@")
    if "*" in when:
        start, records = when.split("*")
        yield Job(name, start, records).container_lines() if service == "celery-worker" else request(float(start), name, 0)
        return
    start, _, beside = when.partition("+")
    start, process = float(start), f"ForkPoolWorker-{number}"
    yield others(service, int(beside), start, start + TOOK)
    if service == "celery-worker":
        yield from (part(name, start, process) for part in (pipeline, leads, main_process))
    else:
        yield request(start, name, 0)


def main(service, count, start, end, *jobs):
    streams = [others(service, int(count), float(start), float(end))]
    for number, told in enumerate(jobs, 1):
        streams.extend(job(service, told, number))
    for at, line, *stream in heapq.merge(*streams, key=lambda entry: entry[0]):
        docker = f"{stamp(at).replace(' ', 'T').replace(',', '.')}{int(at % 1 * 1000000 % 1000):03d}001Z"
        text = json.dumps(line + chr(10), ensure_ascii=False)
        sys.stdout.write(f'{{"log":{text},"stream":"{stream[0] if stream else "stdout"}","time":"{docker}"}}\n')


main(*sys.argv[1:])
