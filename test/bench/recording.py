"""Prints a recording with every line of one healthy job, masked, or measures one.

    recording.py write JOB START RECORDS    as --record writes it of a job that is small enough to be kept whole
    recording.py size FILE                  the characters that count for its largest size: 40 a line beside its text;
                                            fails when it says that it was cut
"""

import gzip
import json
import sys

from job import Job, stamp, utc

SERVICES = ["celery-worker", "backend", "postgres", "redis"]
LINE_COSTS = 40


def answer(key, lines=(), exit_code=0, problem=None):
    for line in lines:
        print(json.dumps({"of": key, "out": line}, ensure_ascii=False))
    print(json.dumps({"of": key, "command": "docker compose …", "exit": exit_code, "seconds": 0.1, "timedOut": False, "problem": problem}))


def docker(second, line):
    return f"\x1b[2Kp1lending-new-celery-worker  | {stamp(second).replace(' ', 'T').replace(',', '.')}000001Z {line}"


def write(job, start, records):
    job = Job(job, start, records, masked=True)
    print(json.dumps({"recording": "trace-job/1", "job": job.id, "now": utc(job.end + 60).replace(" ", "T")[:-3] + "Z",
                      "masked": True, "docker": ["docker"], "compose": ["-p", "p1lending-new"], "services": {}}))
    ids = {service: f"{number}a" * 32 for number, service in enumerate(SERVICES)}
    answer("rows of etl_jobs", [json.dumps({**job.row(), "matches": 1})])
    answer("rows of sql_scripts")
    answer("rows of job_logs", (json.dumps({"level": "INFO", "message": text, "created_at": utc(second)}) for second, text in job.steps()))
    answer("rows of past steps")
    answer("containers", (json.dumps({"ID": ids[service][:12], "Name": f"p1lending-new-{service}", "Service": service,
                                      "State": "running", "ExitCode": 0}) for service in SERVICES))
    answer("state of containers", (json.dumps({
        "Id": ids[service], "Created": "2026-01-12T06:30:00Z", "StartedAt": "2026-01-12T06:30:02Z", "ExitCode": 0,
        "FinishedAt": "0001-01-01T00:00:00Z", "OOMKilled": False, "Status": "running", "Name": f"/p1lending-new-{service}",
        "Service": service, "Number": "1"}) for service in SERVICES))
    answer("log celery-worker", (docker(second, line) for second, line, _ in job.container_lines()))
    answer("log backend")
    answer("log of the other services")
    answer("file celery-worker:logs/jobs/{job}.log", (line for message in job.file() for line in message.split("\n")))
    answer("file backend:logs/etl_job_{job}.log", exit_code=1, problem="cat: No such file or directory")


def size(file):
    characters = 0
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            if "recording was cut" in (entry.get("problem") or ""):
                sys.exit("the recording was cut")
            if "out" in entry:
                characters += len(entry["out"]) + LINE_COSTS
    print(characters)


if __name__ == "__main__":
    {"write": write, "size": size}[sys.argv[1]](*sys.argv[2:])
