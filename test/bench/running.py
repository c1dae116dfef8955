"""Writes the lines of a job that runs into a container's log, as Docker's json-file driver keeps it: a batch every two seconds.

    running.py FILE JOB SECONDS
"""

import json
import sys
import time
from datetime import datetime, timezone


def main(path, job, seconds):
    with open(path, "a") as log:

        def say(text, process="ForkPoolWorker-1"):
            now = datetime.now(timezone.utc)
            stamp = now.strftime("%Y-%m-%d %H:%M:%S,") + f"{now.microsecond // 1000:03d}"
            for line in (f"{stamp} - ETL.ETLEngine - INFO - {text}", f"[{stamp}: INFO/{process}] {text}"):
                docker = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f") + "001Z"
                log.write(json.dumps({"log": line + "\n", "stream": "stdout", "time": docker}, ensure_ascii=False) + "\n")
            log.flush()

        batches = int(float(seconds) / 2) + 10
        say(f"Generated table_id for job {job}: ETL_RESULTS_1")
        say("📋 SQL Execution: Executing optimized query with filtering")
        say(f"✅ SQL executed successfully, returned {200 * batches} rows")
        say(f"📋 Data Filtering: Retrieved {200 * batches} unprocessed records in 1.87s")
        end = time.monotonic() + float(seconds)
        batch = 0
        while time.monotonic() < end:
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


main(*sys.argv[1:])
