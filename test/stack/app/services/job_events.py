"""Events of a job for the people who watch it in a browser."""

import logging

from app.services import channels

log = logging.getLogger("ETL.JobEvents")


def emit(job_id, event, data):
    try:
        channels.publish(channels.EVENTS, {"event": event, "job_id": job_id, "data": data})
    except channels.RedisError as error:
        log.error("Failed to emit job event: %s", error)
    else:
        log.info("Job event: %s for job %s: %s", event, job_id, data)
