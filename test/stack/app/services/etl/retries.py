"""Calls again after an HTTP error and after a timeout. A connection that is refused or closed is not tried again."""

import time

import requests

RETRIES = 4
BACKOFF_SECONDS = 0.02


class RateLimitError(Exception):
    pass


def with_retries(call, log, stage):
    for attempt in range(1, RETRIES + 2):
        try:
            return call()
        except (requests.HTTPError, requests.ReadTimeout) as error:
            limited = isinstance(error, requests.HTTPError) and error.response.status_code == 429
            if attempt > RETRIES:
                raise RateLimitError(f"Rate limit exceeded after {RETRIES} retries") if limited else error
            delay = BACKOFF_SECONDS * 2 ** (attempt - 1)
            log.warning("⚠️ Attempt %d/%d failed: %s. Retrying in %.2fs...%s", attempt, RETRIES, error, delay,
                        " [RATE LIMIT]" if limited else "")
            stage.retries(f"{_answer(error)}, attempt {attempt}/{RETRIES}")
            time.sleep(delay)


def _answer(error):
    answer = getattr(error, "response", None)
    return error if answer is None else f"{answer.status_code} {answer.reason}"
