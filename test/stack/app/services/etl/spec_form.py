"""The lines of the form that the specification describes: each carries the job id, before the words."""

import logging

log = logging.getLogger("ETL")

STARTED = {
    "snowflake": "Snowflake query started",
    "idicore": "idiCORE enrichment started for {records} records",
    "ccc": "CCC litigator check started for {phones} phones",
    "dnc": "DNC check started for {phones} phones",
    "upload": "results upload started",
}
COMPLETED = {
    "snowflake": "Snowflake query returned {rows} records in {took:.1f}s",
    "prefilter": "pre-filtering kept {kept} new records of {records}",
    "idicore": "idiCORE enrichment completed: {records} records, {phones} phones found, {api_calls} API calls, "
               "took {took:.1f}s",
    "ccc": "CCC litigator check completed: {phones} phones checked, {flagged} flagged, took {took:.1f}s",
    "dnc": "DNC check completed: {phones} phones checked, {listed} in DNC, took {took:.1f}s",
    "upload": "results upload completed: {records} records saved, took {took:.1f}s",
}
FAILED = {
    "connect": "Snowflake connection failed: {message}",
    "snowflake": "Snowflake query failed: {message}",
    "prefilter": "pre-filtering failed: {message}",
    "idicore": "idiCORE error: {message}",
    "ccc": "CCC litigator check failed: {message}",
    "dnc": "DNC lookup failed: {message}",
    "upload": "results upload failed: {message}",
}
BREAKER_OPENED = {"idicore": "idiCORE circuit breaker OPEN", "ccc": "CCC circuit breaker OPEN"}


def say(job_id, message, level=logging.INFO):
    log.log(level, "Job %s: %s", job_id, message, extra={"job_id": job_id})


def started(stage):
    if stage.name in STARTED:
        say(stage.job_id, STARTED[stage.name].format(**stage.counts))


def completed(stage):
    if stage.name in COMPLETED:
        say(stage.job_id, COMPLETED[stage.name].format(took=stage.took, **stage.counts))


def failed(stage, message):
    if stage.name in FAILED:
        say(stage.job_id, FAILED[stage.name].format(message=message), logging.ERROR)


def retried(stage, message):
    say(stage.job_id, FAILED[stage.name].format(message=message), logging.WARNING)


def breaker_opened(stage):
    say(stage.job_id, BREAKER_OPENED[stage.name], logging.ERROR)
