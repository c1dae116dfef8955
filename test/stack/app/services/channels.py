"""The two Redis channels from the worker to the backend: job events, and in the spec form log lines."""

import json

import redis
from redis.exceptions import RedisError  # noqa: F401 (for those who publish)

from app.core.config import REDIS_URL

EVENTS = "job_events"
LINES = "engine_lines"

_redis = redis.Redis.from_url(REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def publish(channel, message):
    _redis.publish(channel, json.dumps(message))
