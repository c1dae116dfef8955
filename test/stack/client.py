"""A user of the stack. `job` runs it inside the backend's container, where the API and the fakes are within reach.

    start CAMPAIGN BEHAVIOUR JOB_TYPE | wait JOB SECONDS | status JOB | cancel JOB | join JOB SECONDS
    stored CAMPAIGN | forget CAMPAIGN | snowflake away|back
"""

import asyncio
import json
import sys
import time

import requests
import websockets

API = "http://127.0.0.1:8000/api/v1"
OUTSIDE = "http://127.0.0.1:9000"
ENDED = {"completed", "failed", "cancelled"}
POLL_SECONDS = 0.3


def ask(method, url, body=None):
    answer = requests.request(method, url, json=body, timeout=30)
    if not answer.ok:
        sys.exit(f"job: {method} {url} answered {answer.status_code}: {answer.text}")
    return answer.json()


def start(campaign, behaviour, job_type):
    made = ask("POST", f"{OUTSIDE}/campaigns/{campaign}", json.loads(behaviour))
    if made["file"] is not None:
        return start_from_file(campaign, made["file"])
    script = ask("POST", f"{API}/scripts", {"name": campaign, "content": (
        f'SELECT "Lead ID", "First Name", "{made["last_name_column"]}", "{made["address_column"]}", "City", "State", "Zip", '
        f'"Email"\nFROM LEADS\nWHERE CAMPAIGN = \'{campaign}\'\nORDER BY "Lead ID"')})
    print(ask("POST", f"{API}/jobs", {"script_id": script["id"], "job_type": job_type})["id"])


def start_from_file(campaign, rows):
    source = ask("POST", f"{API}/file-sources", {"name": campaign, "file_name": f"{campaign}.csv", "rows": rows})
    print(ask("POST", f"{API}/jobs", {"file_source_id": source["id"], "job_type": "file_source"})["id"])


def wait(job, seconds):
    deadline = time.monotonic() + float(seconds)
    state = None
    while time.monotonic() < deadline:
        try:
            answer = requests.get(f"{API}/jobs/{job}", timeout=5)
            state = answer.json()["status"] if answer.ok else f"HTTP {answer.status_code}"
        except requests.RequestException as error:
            state = str(error)
        if state in ENDED:
            return print(state)
        time.sleep(POLL_SECONDS)
    sys.exit(f"job: not ended after {seconds} seconds, last seen: {state}")


def status(job):
    print(json.dumps(ask("GET", f"{API}/jobs/{job}"), indent=2))


def cancel(job):
    print(ask("POST", f"{API}/jobs/{job}/cancel")["status"])


def join(job, seconds):
    async def watch():
        async with websockets.connect("ws://127.0.0.1:8000/ws") as socket:
            await socket.send(json.dumps({"job_id": job}))
            async for message in socket:
                print(message, flush=True)

    try:
        asyncio.run(asyncio.wait_for(watch(), float(seconds)))
    except asyncio.TimeoutError:
        pass


def stored(campaign):
    print(ask("GET", f"{OUTSIDE}/campaigns/{campaign}/stored")["stored"])


def forget(campaign):
    ask("POST", f"{OUTSIDE}/campaigns/{campaign}/forget")


def snowflake(state):
    ask("POST", f"{OUTSIDE}/snowflake", {"listening": state == "back"})


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {f.__name__: f for f in (start, wait, status, cancel, join, stored, forget, snowflake)}[command](*arguments)
