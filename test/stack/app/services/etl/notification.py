"""Tells ntfy how a job has ended. Nobody waits for it: a notification that fails is told of and forgotten."""

import logging

import requests

from app.core.config import NTFY_URL

log = logging.getLogger("ETL.NTFY")


def notify(topic, text):
    try:
        answer = requests.post(f"{NTFY_URL}/{topic}", data=text.encode(), timeout=2)
    except requests.RequestException as error:
        log.error("NTFY sync error: %s", error)
        return
    if not answer.ok:
        log.error("NTFY failed: %d", answer.status_code)
