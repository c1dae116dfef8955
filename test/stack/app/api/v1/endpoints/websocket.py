"""The bridge from the worker's job events to the browsers that watch a job."""

import asyncio
import json
import logging
import uuid
from collections import defaultdict

import redis.asyncio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.core.config import REDIS_URL, SPEC_FORM
from app.services import channels
from app.services.etl import spec_form

log = logging.getLogger("ETL.WebSocket")
router = APIRouter()
rooms = defaultdict(set)

RECONNECT_SECONDS = 1
SPEC_EVENTS = {"job_progress", "job_log", "job_complete", "job_error"}


@router.websocket("/ws")
async def watch(socket: WebSocket):
    await socket.accept()
    sid = uuid.uuid4().hex[:20]
    joined = set()
    try:
        while True:
            room = f"job_{(await socket.receive_json())['job_id']}"
            rooms[room].add(socket)
            joined.add(room)
            log.info("Client %s joined job room: %s", sid, room)
    except WebSocketDisconnect:
        for room in joined:
            rooms[room].discard(socket)


async def bridge():
    while True:
        try:
            async with redis.asyncio.Redis.from_url(REDIS_URL).pubsub() as subscription:
                await subscription.subscribe(channels.EVENTS, channels.LINES)
                async for message in subscription.listen():
                    if message["type"] == "message":
                        await pass_on(message["channel"].decode(), json.loads(message["data"]))
        except channels.RedisError as error:
            log.error("Redis subscriber lost its connection: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS)


async def pass_on(channel, message):
    if channel == channels.LINES:
        return spec_form.log.handle(logging.makeLogRecord(message))
    for socket in list(rooms[f"job_{message['job_id']}"]):
        try:
            await socket.send_json(message)
        except RuntimeError:
            pass  # It has just left.
    if SPEC_FORM and message["event"] in SPEC_EVENTS:
        progress = f" {message['data']['progress']}" if message["event"] == "job_progress" else ""
        spec_form.say(message["job_id"], f"socket emit {message['event']}{progress}")
