"""All that a real worker writes of one healthy job: the mix of lines, their sizes and their disorder are those of a job of
test/stack, spread over the hours that such a job takes.

    job.py file|steps|row JOB START RECORDS    prints the job's own log file, its rows of job_logs, or its row of etl_jobs,
                                               the rows as psql's COPY reads them

START is in seconds since 1970. lines.py writes the same job's lines as the container's log has them.
"""

import functools
import itertools
import sys
from datetime import datetime, timezone

BATCH = 200
BATCH_SECONDS = 18.5
HEAD_SECONDS = 9.5
TAIL_SECONDS = 9.5
REQUEST = 50  # phones that CCC is asked about at once

FIRST_NAMES = ["Ada", "Ben", "Carla", "Grace", "Dmitri", "Elena", "Frank", "Tom", "Hana", "Ivan", "Julia", "Kofi"]
LAST_NAMES = ["Miller", "Nguyen", "Okafor", "Failed", "Petrov", "Quinn", "Rossi", "Error", "Silva", "Turner", "Weber"]
STREETS = ["Oak Street", "Maple Avenue", "Cedar Lane", "Elm Drive", "Pine Court"]
# How many phones idiCORE knows of a person, in turn; the engine keeps three. 22 of 25 people have one.
PHONES = [2, 1, 3, 1, 5, 2, 1, 3, 1, 2, 1, 3, 0, 2, 1, 5, 1, 0, 3, 1, 2, 1, 1, 0, 1]
KEPT = 3
# The handlers write to a pipe each: of three messages two have their copies side by side, the third is in a run of one form
# that the run of the other form follows.
RUNS = [1] * 90 + [2] * 4 + [6, 14, 25] + [1] * 60 + [3, 100]
RUN_SECONDS = 0.06

QUERY_DONE = "✅ SQL executed successfully, returned 1 rows"
TABLE_ID = "ETL_RESULTS_7C1E9A40B2D3"
# In the job's own file every line names the function that logged it.
PLACES = {"Tasks": "begin:71", "ETLEngine": "log_step:70", "JobEvents": "emit:16", "Snowflake": "execute:49",
          "IdiCOREAPI": "_call:64", "PersonCache": "processed:57", "CCCAPI": "litigators:42", "DNCChecker": "listed:44",
          "SnowflakeStorage": "_copy:72"}


@functools.lru_cache(1000)
def whole(second):
    return datetime.fromtimestamp(second, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def stamp(at):
    return f"{whole(int(at))},{int(at % 1 * 1000):03d}"


class Person:
    def __init__(self, index, masked):
        first, last = FIRST_NAMES[index % len(FIRST_NAMES)], LAST_NAMES[(index + index // 12) % len(LAST_NAMES)]
        known = PHONES[index % len(PHONES)]
        self.phones = ["[phone]" if masked else str(5_125_550_000 + 5 * index + i) for i in range(min(KEPT, known))]
        self.cached = index % 10 == 9
        self.found = 0 if self.cached else known
        self.refused = index % 20 == 3
        self.litigator = index % 50 == 1
        self.dnc = index % 25 in (2, 13) or index % 100 == 1
        self.result = {
            "name": "[name]" if masked else f"{first} {last}",
            "address": "[address]" if masked else f"{100 + index} {STREETS[index % len(STREETS)]} Unit 672738",
            "email": "[email]" if masked else f"{first}.{last}672738.{index}@example.com".lower(),
            "phones": self.phones, "litigator": self.litigator, "dnc": self.dnc}


class Job:
    def __init__(self, job, start, records, process="ForkPoolWorker-2", masked=False):
        self.id = job
        self.start = float(start)
        self.records = int(records)
        self.process = process
        self.task = f"app.workers.etl_tasks.run_etl_job[c1d86f0e-2b7a-4e0c-8f5d-{job[-12:]}]"
        self.batches = -(-self.records // BATCH)
        self.end = self.start + HEAD_SECONDS + BATCH_SECONDS * self.batches + TAIL_SECONDS
        self._masked = masked

    def people(self, batch):
        return [Person(i, self._masked) for i in range(BATCH * batch, min(self.records, BATCH * (batch + 1)))]

    def statistics(self):
        litigator = dnc = both = 0
        for person in (Person(i, True) for i in range(self.records)):
            litigator += person.litigator
            dnc += person.dnc
            both += person.litigator and person.dnc
        return {"total": self.records, "litigator": litigator, "dnc": dnc, "both": both,
                "clean": self.records - litigator - dnc + both}

    def messages(self):
        """In their order: second since 1970, logger, level, text."""
        at = self.start
        for part in self._head(), *map(self._batch, range(self.batches)), self._tail():
            for second, logger, text in part:
                yield at + second, logger, "WARNING" if "Attempt" in text else "INFO", text
            at += BATCH_SECONDS if at > self.start else HEAD_SECONDS

    def _step(self, text):
        yield "ETLEngine", f"📋 {text}"
        yield self._event("job_log", {"level": "INFO", "message": f"📋 {text}"})

    def _event(self, kind, data):
        return "JobEvents", f"Job event: {kind} for job {self.id}: {data}"

    def _head(self):
        count = self.records
        cells = "[name]" if self._masked else "Ada   "
        yield from at(0.1, ("Tasks", f"Generated table_id for job {self.id}: {TABLE_ID}"),
                      ("Tasks", f"Updated job {self.id} status to running"),
                      ("Tasks", f"Executing Snowflake-based ETL job {self.id}"), ("ETLEngine", "🚀 Starting ETL job"),
                      *self._step("Database Connections: Establishing connections"), *connecting())
        yield from at(0.9, ("Snowflake", "✅ Successfully connected to Snowflake!"),
                      *self._step("SQL Optimization: Building filtered query for Refinance leads"))
        yield from at(1.1, ("Snowflake", QUERY_DONE), *self._step("Column Detection: Found address column: 'Address'"),
                      *self._step("SQL Execution: Executing optimized query with filtering"))
        rule = "+----------+------------+"
        yield from at(9.1, ("Snowflake", f"✅ SQL executed successfully, returned {count} rows"),
                      ("Snowflake", "\n".join(["Sample of the result:", rule, "| Lead ID  | First Name |", rule,
                                               *(f"| 672738-{i} | {cells}     |" for i in range(5)), rule])),
                      *self._step(f"Data Filtering: Retrieved {count} unprocessed records in 8.02s"),
                      self._event("job_progress", {"progress": 10, "message": f"{count} new records"}),
                      *self._step(f"Batch Processing: Processing {count} records in {self.batches} batches of {BATCH}"))

    def _batch(self, batch):
        people = self.people(batch)
        first, count = BATCH * batch, len(people)
        asked = [person.phones[0] for person in people if person.phones]
        phones = sum(len(person.phones) for person in people)
        calls = sum(not person.cached for person in people)
        yield from at(0.1, *self._step(f"Batch Processing: Processing batch {batch + 1}/{self.batches} - "
                                       f"Records {first + 1} to {first + count}"),
                      ("IdiCOREAPI", f"🔧 Processing batch of {count} people for idiCORE lookup using 8 threads with caching"))
        yield from at(0.3, ("Snowflake", f"✅ SQL executed successfully, returned {count - calls} rows"),
                      ("IdiCOREAPI", f"Cache lookup complete: {count - calls} hits, {calls} misses"),
                      ("IdiCOREAPI", f"Making API calls for {calls} uncached people"))
        user = "[password]" if self._masked else "p1lending:idi-secret"
        yield from (one for i, person in enumerate(people) if person.refused for one in at(0.5 + 0.05 * i, (
            "IdiCOREAPI", f"⚠️ Attempt 1/4 failed: 429 Client Error: Too Many Requests for url: http://{user}@127.0.0.1:9000"
                          "/idicore/search. Retrying in 0.02s... [RATE LIMIT]")))
        yield from queries(11.5, calls)
        yield from at(12.0, ("IdiCOREAPI", f"✅ Parallel API calls completed: {calls} people, "
                                           f"{sum(person.found for person in people)} phones found"))
        yield from at(12.3, ("Snowflake", f"✅ SQL executed successfully, returned {count} rows"),
                      ("PersonCache", f"Bulk added {count} addresses to PERSON_CACHE"),
                      *self._step(f"Litigator Check: Checking {len(asked)} phones against litigator list (skipped 0 blacklisted)"))
        yield from queries(12.6, len(asked))
        yield from at(12.9, ("CCCAPI", f"Cache stats: 0 hits, {len(asked)} misses out of {len(asked)} phones"))
        for i in range(0, len(asked), REQUEST):
            query = "loginId=[secret]&phoneList=[phone]" if self._masked else (
                "loginId=CCC-7f3a91d2&phoneList=" + "%2C".join(asked[i:i + REQUEST]))
            yield from at(14 + i / REQUEST, ("CCCAPI", f'HTTP Request: GET http://127.0.0.1:9000/ccc/scrub?{query} "HTTP/1.1 200 OK"'))
        yield from queries(17.1, len(asked))
        yield from at(17.4, ("CCCAPI", f"Litigator check completed: {len(asked)}/{len(asked)} successful, "
                                       f"{sum(person.litigator for person in people)} found in list"),
                      *self._step(f"DNC Check: Checking {phones} phones against DNC list"))
        yield from at(18.0, ("DNCChecker", f"✅ DNC check completed (batched): {sum(person.dnc for person in people)}/{phones} "
                                           f"phones found in DNC list ({phones} successful checks)"))
        for i, person in enumerate(people):
            yield 18.1 + 0.0005 * i, *self._event("row_processed", person.result)
        done = first + count
        yield from at(18.3, self._event("batch_progress", {"current_batch": batch + 1, "total_batches": self.batches,
                                                           "processed": done, "total": self.records}),
                      self._event("job_progress", {"progress": 10 + 80 * (batch + 1) // self.batches,
                                                   "message": f"Processed {done} of {self.records} records"}))

    def _tail(self):
        count, statistics = self.records, self.statistics()
        file = f"/tmp/{TABLE_ID}_l3cmyrqn.csv"
        told = ", ".join(f"{name.capitalize() if name != 'dnc' else 'DNC'}: {number}" for name, number in statistics.items())
        yield from at(0.1, *self._step(f"Statistics: {told}"),
                      *self._step(f"Final Upload: Uploading ALL {count} processed records to MASTER_PROCESSED_DB"), *connecting())
        yield from at(0.9, ("Snowflake", "✅ Successfully connected to Snowflake!"))
        yield from queries(1.0, 48)
        yield from at(1.2, ("SnowflakeStorage", "Ensured table MASTER_PROCESSED_DB exists"),
                      ("SnowflakeStorage", f"Using bulk upload (COPY INTO) for {count} records"),
                      ("SnowflakeStorage", f"Created temp file {file} with {count} records"))
        yield from at(4.1, ("Snowflake", QUERY_DONE), ("SnowflakeStorage", f"Staged file {file}"))
        yield from at(9.0, ("Snowflake", QUERY_DONE), ("SnowflakeStorage", f"Bulk upload complete: {count} rows loaded, 0 errors"),
                      ("SnowflakeStorage", f"Bulk uploaded {count} records to MASTER_PROCESSED_DB"),
                      *self._step(f"Upload Complete: Successfully stored {count} records in Snowflake"),
                      ("ETLEngine", "✅ Completed ETL job"), ("ETLEngine", "⏱️  Job duration: 2:34:28.496720"))
        yield from at(9.2, self._event("job_complete", {"status": "completed", **statistics, "named": count}))

    def container_lines(self):
        """As Docker has them: second since 1970, line, stream."""
        yield self.start + 0.01, f"[{stamp(self.start + 0.01)}: INFO/MainProcess] Task {self.task} received", "stderr"
        run, lengths = [], itertools.cycle(RUNS)
        length = next(lengths)
        for message in self.messages():
            if run and (len(run) >= length or message[0] - run[0][0] > RUN_SECONDS):
                yield from self._copies(run, length)
                run, length = [], next(lengths)
            run.append(message)
        yield from self._copies(run, length)
        took = f"{self.end - self.start:.2f}s: {{'script_name': 'Refinance leads', 'success': True, 'total': {self.records}}}"
        yield self.end, f"[{stamp(self.end)}: INFO/{self.process}] Task {self.task} succeeded in {took}", "stderr"

    def _copies(self, run, length):
        """Of a run the application's copies, and then Celery's; of a long one the other way round."""
        ours = [(f"{stamp(at)} - ETL.{logger} - {level} - {text}", "stdout") for at, logger, level, text in run]
        celery = [(f"[{stamp(at)}: {level}/{self.process}] {text}", "stderr") for at, _, level, text in run]
        late = run[-1][0] + 0.0002
        for message, stream in celery + ours if length > 3 else ours + celery:
            for line in message.split("\n"):
                yield late, line, stream
                late += 0.000003

    def file(self):
        for second, logger, level, text in self.messages():
            yield f"{stamp(second)} - ETL.{logger} - {level} - {PLACES[logger]} - {text}"

    def steps(self):
        """Second since 1970 and text of each row of job_logs."""
        return ((second, text) for second, logger, _, text in self.messages() if logger == "ETLEngine" and text.startswith("📋"))

    def row(self):
        """The columns of its row of etl_jobs."""
        found = self.statistics()
        return {"id": self.id, "job_type": "single_script", "status": "completed", "progress": 100, "table_id": TABLE_ID,
                "total_rows_processed": self.records, "litigator_count": found["litigator"], "dnc_count": found["dnc"],
                "both_count": found["both"], "clean_count": found["clean"], "created_at": utc(self.start),
                "started_at": utc(self.start + 0.02), "completed_at": utc(self.end)}


def at(second, *messages):
    """These messages, a millisecond apart."""
    for i, (logger, text) in enumerate(messages):
        yield second + 0.001 * i, logger, text


def queries(second, count):
    """What is executed for each of some people or phones."""
    for i in range(count):
        yield second + 0.0005 * i, "Snowflake", QUERY_DONE


def connecting():
    yield "Snowflake", "Connecting to Snowflake account: p1lending.us-east-1"


def utc(second):
    return f"{stamp(second).replace(',', '.')}+00"


def main(form, job, start, records):
    job = Job(job, start, records)
    if form == "file":
        sys.stdout.writelines(f"{line}\n" for line in job.file())
    elif form == "steps":
        sys.stdout.writelines(f"{job.id}\tINFO\t{text}\t{utc(second)}\n" for second, text in job.steps())
    else:
        print(",".join(job.row()), "\t".join(map(str, job.row().values())), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
