"""Everything that production reaches over the internet: Snowflake on one port, idiCORE and CCC on another.

What each of them answers is the behaviour of the campaign that a call belongs to (see campaign.py). Tests set it with
POST /campaigns/NAME, and let Snowflake's port be closed with POST /snowflake.
"""

import json
import re
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dnc_list
from campaign import Behaviour, Campaign

SNOWFLAKE_PORT = 9443
PORT = 9000
HANG_SECONDS = 30
DNC_FILE = Path("/dnc/dnc.db")
IDICORE_TOKEN = "idi-token"
QUERY_TIMEOUT_SECONDS = 300  # what Snowflake says; how long it really took is query_seconds


class World:
    """The campaigns, and whom a session, an address or a phone belongs to."""

    def __init__(self):
        self.campaigns = {}
        self.sessions = {}
        self.person_at = {}
        self.campaign_of_phone = {}

    def add(self, name: str, given: dict) -> Campaign:
        behaviour = Behaviour.of(given)
        known = self.campaigns.get(name)
        if known and known.behaviour == behaviour:
            for person in known.people:
                person.attempts = 0
            return known
        campaign = self.campaigns[name] = Campaign(name, behaviour)
        for person in campaign.people:
            self.person_at[person.lead["ADDRESS"]] = campaign, person
            self.campaign_of_phone.update(dict.fromkeys(person.phones, campaign))
        return campaign


world = World()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self._dispatch({})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._dispatch(json.loads(body or "{}"))

    def _dispatch(self, body):
        url = urlsplit(self.path)
        for pattern, method in self.ROUTES.items():
            match = re.fullmatch(pattern, url.path)
            if match:
                return method(self, body, parse_qs(url.query), *map(unquote, match.groups()))
        self._answer({"error": "no such path"}, 404)

    def _answer(self, answer, status=200):
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self):
        self.close_connection = True

    def log_message(self, *args):
        pass


class Snowflake(Handler):
    def login(self, body, _):
        campaign = world.campaigns[body["session_parameters"]["QUERY_TAG"]]
        behaviour = campaign.behaviour
        if behaviour.login == "dropped":
            return self._drop()
        if behaviour.login == "refused":
            return self._refuse("250001", "08001", f"Failed to connect to DB: {body['account']}. "
                                                   "Incorrect username or password was specified.")
        token = uuid.uuid4().hex
        world.sessions[token] = campaign
        self._answer({"success": True, "data": {"token": token}})

    def query(self, body, _):
        sql = body["sqlText"]
        named = re.search(r"CAMPAIGN = '([^']*)'", sql)
        campaign = world.campaigns.get(named and named[1])
        if campaign is None:
            return self._refuse("002003", "02000", "SQL compilation error:\nObject 'LEADS' does not exist or not "
                                                   "authorized.")
        if "PHONE_BLACKLIST" in sql:
            return self._rows([{"PHONE": phone} for phone in campaign.blacklisted])
        if "PROCESSED_LEADS" in sql:
            time.sleep(campaign.behaviour.filter_seconds)
            return self._rows([{"LEAD_ID": person.lead["LEAD_ID"]} for person in campaign.processed])
        self._main_query(campaign, body)

    def _main_query(self, campaign, body):
        behaviour = campaign.behaviour
        describe = body.get("describeOnly", False)
        if not describe:
            time.sleep(behaviour.query_seconds)
        if behaviour.query_error == ("optimization" if describe else "main"):
            return self._refuse("001003", "42000", "SQL compilation error:\nsyntax error line 3 at position 2 "
                                                   "unexpected 'FORM'.\nsyntax error line 4 at position 8 unexpected '='.")
        if behaviour.query_timeout and not describe:
            return self._refuse("000630", "57014", "Statement reached its statement or warehouse timeout of "
                                                   f"{QUERY_TIMEOUT_SECONDS} second(s) and was canceled.")
        leads = [person.lead for person in campaign.people]
        self._rows(leads[:1] if describe else leads[:body.get("rowLimit")])

    def bulk_load(self, body, _):
        campaign = world.sessions[self.headers["Authorization"]]
        behaviour, rows = campaign.behaviour, body["rows"]
        time.sleep(behaviour.upload_seconds)
        if behaviour.upload_error:
            return self._refuse("253003", None, f"Failed to upload to stage @%{body['table']}: HTTP 403 Forbidden")
        loaded = rows[:max(0, len(rows) - behaviour.upload_row_errors)]
        campaign.stored += loaded
        self._answer({"success": True, "data": {"loaded": len(loaded), "errors": len(rows) - len(loaded)}})

    def _rows(self, rows):
        self._answer({"success": True, "data": {"rows": rows}})

    def _refuse(self, code, state, message):
        self._answer({"success": False, "code": code, "sqlState": state, "queryId": str(uuid.uuid4()),
                      "message": message})

    ROUTES = {"/session/v1/login-request": login, "/queries/v1/query-request": query, "/bulk-load": bulk_load}


class Outside(Handler):
    def idicore_token(self, body, _):
        campaign = world.campaigns[body["reference"]]
        status = campaign.behaviour.idicore_token
        self._answer({"token": IDICORE_TOKEN} if status == 200 else {"error": "invalid client"}, status)

    def idicore_search(self, body, _):
        campaign, person = world.person_at[body["address"]]
        behaviour = campaign.behaviour
        time.sleep(behaviour.idicore_seconds)
        person.attempts += 1
        limited = behaviour.idicore_429_people
        if person.attempts <= behaviour.idicore_429 and (limited is None or person.index < limited):
            return self._answer({"error": "rate limit"}, 429)
        if person.index < behaviour.idicore_500_people:
            return self._answer({"error": "internal"}, 500)
        if person.index < behaviour.idicore_hang_people:
            time.sleep(HANG_SECONDS)
            return self._drop()
        self._answer({"phones": person.phones})

    def ccc_scrub(self, _, query):
        phones = query["phoneList"][0].split(",")
        campaign = world.campaign_of_phone[phones[0]]
        behaviour = campaign.behaviour
        time.sleep(behaviour.ccc_seconds)
        if behaviour.ccc_hang:
            time.sleep(HANG_SECONDS)
            return self._drop()
        if any(map(campaign.ccc_fails, phones)):
            return self._answer({"error": "scrub failed"}, behaviour.ccc_status)
        self._answer([{"Phone": p, "ResultCode": "L" if p in campaign.flagged else "C"} for p in phones])

    def set_campaign(self, body, _, name):
        try:
            campaign = world.add(name, body)
        except (ValueError, TypeError) as error:
            return self._answer({"error": str(error)}, 400)
        self._answer({"campaign": campaign.name, "people": len(campaign.people)})

    def stored(self, _body, _query, name):
        self._answer({"stored": len(world.campaigns[name].stored)})

    def snowflake(self, body, _):
        (snowflake_port.open if body["listening"] else snowflake_port.close)()
        self._answer({})

    def health(self, *_):
        self._answer({"status": "healthy"})

    ROUTES = {"/idicore/token": idicore_token, "/idicore/search": idicore_search, "/ccc/scrub": ccc_scrub,
              "/campaigns/([^/]+)": set_campaign, "/campaigns/([^/]+)/stored": stored, "/snowflake": snowflake,
              "/health": health}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class SnowflakePort:
    server = None

    def open(self):
        if self.server is None:
            self.server = Server(("127.0.0.1", SNOWFLAKE_PORT), Snowflake)
            threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


snowflake_port = SnowflakePort()

if __name__ == "__main__":
    if not any(path.exists() for path in (DNC_FILE, dnc_list.away(DNC_FILE))):
        dnc_list.create(DNC_FILE)
    snowflake_port.open()
    print(f"outside listens on {PORT} and {SNOWFLAKE_PORT}", flush=True)
    Server(("127.0.0.1", PORT), Outside).serve_forever()
