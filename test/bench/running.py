"""Writes the lines of a job that runs into a container's log, as Docker's json-file driver keeps it: a batch every two seconds.

    running.py FILE JOB SECONDS [end]    end: it has no more batches than fit into the time, and ends well after them
"""

import json
import sys
import time
from datetime import datetime, timezone


def main(path, job, seconds, end=None):
    with open(path, "a") as log:

        def say(text, process="ForkPoolWorker-1", end=False):
            now = datetime.now(timezone.utc)
            stamp = now.strftime("%Y-%m-%d %H:%M:%S,") + f"{now.microsecond // 1000:03d}"
            # What Celery itself says stands there once.
            for line in (f"{stamp} - ETL.ETLEngine - INFO - {text}", f"[{stamp}: INFO/{process}] {text}")[end:]:
                docker = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "001Z"
                log.write(json.dumps({"log": line + "\n", "stream": "stdout", "time": docker}, ensure_ascii=False) + "\n")
            log.flush()

        batches = int(float(seconds) / 2) + (0 if end else 10)
        say(f"Generated table_id for job {job}: ETL_RESULTS_1")
        say("📋 SQL Execution: Executing optimized query with filtering")
        say(f"✅ SQL executed successfully, returned {200 * batches} rows")
        say(f"📋 Data Filtering: Retrieved {200 * batches} unprocessed records in 1.87s")
        over = time.monotonic() + float(seconds)
        batch = 0
        while batch < batches if end else time.monotonic() < over:
            batch += 1
            say(f"📋 Batch Processing: Processing batch {batch}/{batches} - Records {200 * batch - 199} to {200 * batch}")
            say("🔧 Processing batch of 200 people for idiCORE lookup using 8 threads with caching")
            for lead in range(20):
                say(f"Job event: row_processed for job {job}: {{'lead_id': '{lead}', 'phones': 3}}")
                time.sleep(0.06)
            say("✅ Parallel API calls completed: 200 people, 304 phones found")
            say("📋 Litigator Check: Checking 176 phones against litigator list (skipped 0 blacklisted)")
            time.sleep(0.4)
            say("Litigator check completed: 176/176 successful, 4 found in list")
            say("📋 DNC Check: Checking 312 phones against DNC list")
            time.sleep(0.4)
            say("✅ DNC check completed (batched): 18/312 phones found in DNC list (312 successful checks)")
        if end:
            say(f"📋 Final Upload: Uploading ALL {200 * batches} processed records to ETL_RESULTS_1")
            say(f"Bulk upload complete: {200 * batches} rows loaded, 0 errors")
            say(f"📋 Upload Complete: Successfully stored {200 * batches} records in Snowflake")
            say("✅ Completed ETL job")
            say(f"Task app.workers.etl_tasks.run_etl_job[c1d86f0e-2b7a-4e0c-8f5d-{job[-12:]}] succeeded in {seconds}.0s: {{'success': True}}", end=True)


main(*sys.argv[1:])
