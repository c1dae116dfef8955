"""Prints what a service would have logged: `lines.py noise COUNT SERVICE` or `lines.py job ID COUNT SERVICE`."""

import sys
from datetime import datetime, timezone

OTHER = "0e6f2b7c-8f0a-4d1e-9a53-1d2c3b4a5f60"
TASK = "c1d86f0e-2b7a-4e0c-8f5d-93ab6f1e2d40"


def stamp():
    now = datetime.now(timezone.utc)
    return now.strftime("%Y-%m-%d %H:%M:%S,") + f"{now.microsecond // 1000:03d}"


def both(logger, text, process="ForkPoolWorker-2"):
    time = stamp()
    print(f"{time} - {logger} - INFO - {text}")
    print(f"[{time}: INFO/{process}] {text}")


def noise(count, service):
    for i in range(count // (2 if service == "celery-worker" else 1)):
        if service == "celery-worker":
            both("ETL.JobEvents", f"Job event: row_processed for job {OTHER}: {{'lead_id': '{i}', 'litigator': False, 'dnc': False, 'phones': 3}}", "ForkPoolWorker-1")
        else:
            print(f'INFO:     172.18.0.1:{40000 + i % 20000} - "GET /api/v1/jobs/{OTHER}/events?page={i}&since=2026-01-15T09:30:00.000Z&verbose=true&format=json HTTP/1.1" 200 OK request took {i % 90} ms in all')


def job(job, count, service):
    if service != "celery-worker":
        print(f'INFO:     172.18.0.1:51544 - "GET /api/v1/jobs/{job} HTTP/1.1" 200 OK')
        return noise(count, service)
    print(f"[{stamp()}: INFO/MainProcess] Task app.workers.etl_tasks.run_etl_job[{TASK}] received")
    both("ETL.Tasks", f"Generated table_id for job {job}: ETL_RESULTS_1")
    both("ETL.ETLEngine", "📋 Database Connections: Establishing connections")
    both("ETL.ETLEngine", "📋 SQL Execution: Executing optimized query with filtering")
    both("ETL.Snowflake", "✅ SQL executed successfully, returned 245 rows")
    both("ETL.ETLEngine", "📋 Data Filtering: Retrieved 198 unprocessed records in 1.87s")
    both("ETL.ETLEngine", "📋 Batch Processing: Processing batch 1/1 - Records 1 to 198")
    both("ETL.IdiCore", "🔧 Processing batch of 198 people for idiCORE lookup using 8 threads")
    noise(count, service)
    both("ETL.IdiCore", "✅ Parallel API calls completed: 198 people, 594 phones found")
    both("ETL.ETLEngine", "📋 Litigator Check: Checking 594 phones against litigator list (skipped 0 blacklisted)")
    both("ETL.CCCAPI", "Litigator check completed: 594/594 successful, 12 found in list")
    both("ETL.ETLEngine", "📋 DNC Check: Checking 594 phones against DNC list")
    both("ETL.DNC", "✅ DNC check completed (batched): 45/594 phones found in DNC list (594 successful checks)")
    both("ETL.ETLEngine", "📋 Final Upload: Uploading ALL 198 processed records to ETL_RESULTS_1")
    both("ETL.Snowflake", "Bulk upload complete: 198 rows loaded, 0 errors")
    both("ETL.ETLEngine", "📋 Upload Complete: Successfully stored 198 records in Snowflake")
    both("ETL.ETLEngine", "✅ Completed ETL job")
    print(f"[{stamp()}: INFO/ForkPoolWorker-2] Task app.workers.etl_tasks.run_etl_job[{TASK}] succeeded in 45.22s: {{'success': True}}")


if sys.argv[1] == "noise":
    noise(int(sys.argv[2]), sys.argv[3])
else:
    job(sys.argv[2], int(sys.argv[3]), sys.argv[4])
