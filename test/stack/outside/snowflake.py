"""Snowflake: sessions, the few statements that the application sends, a stage for uploads.

Whose a statement is, its session's tag says; with the upload's session, which serves many jobs, the statement's own.
"""

import threading
import time
import uuid

from handler import Handler, Server
from refusals import COPY_FAILED, EXPIRED, NOT_STORED, NO_PRIVILEGE, NO_WAREHOUSE, PUT_REFUSED, SYNTAX_ERROR, TIMED_OUT, WRONG_PASSWORD
from world import world

PORT = 9443


class Session:
    def __init__(self, purpose, campaign):
        self.purpose = purpose
        self.campaign = campaign
        self.expired = False
        self.staged = []
        self.inserts = 0


class Snowflake(Handler):
    sessions = {}

    def login(self, body, _):
        purpose = body["session_parameters"]["PURPOSE"]
        campaign = world.campaigns[body["session_parameters"]["QUERY_TAG"]]
        behaviour = campaign.behaviour
        if purpose == "query" and behaviour.login == "dropped":
            return self._drop()
        if purpose == "query" and behaviour.login == "refused" or purpose == behaviour.cache_login \
                or purpose == "upload" and behaviour.upload_login == "refused":
            return self._refuse(*WRONG_PASSWORD)
        token = uuid.uuid4().hex
        self.sessions[token] = Session(purpose, campaign)
        self._done(token=token, parameters={"FIRST_OF_PROCESS": behaviour.first_of_process,
                                            "BULK_UPLOAD": behaviour.bulk_upload})

    def query(self, body, _):
        session = self.sessions[self.headers["Authorization"]]
        if session.purpose == "upload":
            # One session of a worker process stores the results of many jobs.
            session.campaign = world.campaigns[body["tag"]]
        {"query": self._query, "person": self._person, "bulk": self._bulk, "phone": self._phone,
         "upload": self._upload}[session.purpose](session, session.campaign, body)

    # ---- The query and the blacklist ----

    def _query(self, session, campaign, body):
        sql, behaviour = body["sqlText"], campaign.behaviour
        if "PHONE_BLACKLIST" in sql:
            time.sleep(behaviour.filter_seconds)
            if behaviour.blacklist_error:
                return self._refuse(*NO_WAREHOUSE)
            return self._rows([{"PHONE": phone} for phone in campaign.blacklisted])
        if sql.startswith("SELECT ADDRESS FROM PERSON_CACHE"):
            return self._rows([{"ADDRESS": p.address} for p in campaign.people if p.address in world.processed])
        self._select(campaign, sql, body.get("rowLimit"))

    def _select(self, campaign, sql, limit):
        behaviour = campaign.behaviour
        probe = sql.endswith("LIMIT 1")
        if not probe:
            time.sleep(behaviour.query_seconds)
        if behaviour.query_error == ("optimization" if probe else "main"):
            return self._refuse(*SYNTAX_ERROR)
        if behaviour.query_timeout and not probe:
            return self._refuse(*TIMED_OUT)
        people = [] if behaviour.selects_nothing else campaign.people
        if "FROM PERSON_CACHE" in sql:
            people = [person for person in people if person.address not in world.processed]
        self._rows([person.lead for person in people][:1 if probe else limit])

    # ---- The caches ----

    def _person(self, session, campaign, body):
        if campaign.behaviour.cache_error == "person":
            return self._refuse(*NO_WAREHOUSE)
        if body["sqlText"].startswith("SELECT"):
            return self._rows([{"PERSON": key, "PHONES": world.phones_of[key]}
                               for key in body["bindings"] if key in world.phones_of])
        world.phones_of.update(body["bindings"])
        self._rows([{"number of rows inserted": len(body["bindings"])}])

    def _bulk(self, session, campaign, body):
        if campaign.behaviour.cache_error == "bulk":
            return self._refuse(*NO_WAREHOUSE)
        world.processed.update(filter(None, body["bindings"]))
        self._rows([{"number of rows inserted": len(body["bindings"])}])

    def _phone(self, session, campaign, body):
        if campaign.behaviour.cache_error == "phone":
            return self._refuse(*NO_WAREHOUSE)
        if body["sqlText"].startswith("SELECT"):
            return self._rows([{"PHONE": phone, "LITIGATOR": world.phone_cache[phone]}
                               for phone in body["bindings"] if phone in world.phone_cache])
        world.phone_cache.update(body["bindings"])
        self._rows([{"number of rows inserted": len(body["bindings"])}])

    # ---- The upload ----

    def _upload(self, session, campaign, body):
        behaviour = campaign.behaviour
        session.expired |= behaviour.upload_expired
        if session.expired:
            return self._refuse(*EXPIRED)
        kind = body["sqlText"].split()[0]
        {"CREATE": self._rows_of_no_use, "ALTER": self._alter, "PUT": self._put, "COPY": self._copy,
         "INSERT": self._insert}[kind](session, campaign, behaviour, body)

    def _rows_of_no_use(self, *_):
        self._rows([{"status": "MASTER_PROCESSED_DB already exists, statement succeeded."}])

    def _alter(self, session, campaign, behaviour, body):
        if behaviour.alter_refused and body["sqlText"].endswith("CLEAN_PHONES TEXT"):
            return self._refuse(*NO_PRIVILEGE)
        self._rows_of_no_use()

    def _put(self, session, campaign, behaviour, body):
        time.sleep(behaviour.upload_seconds)
        session.staged, session.inserts = [], 0
        if behaviour.bulk_fails:
            return self._answer({"success": True})
        if behaviour.upload_error:
            return self._refuse(*PUT_REFUSED)
        session.staged = body["bindings"]
        self._rows([{"status": "UPLOADED"}])

    def _copy(self, session, campaign, behaviour, body):
        if behaviour.copy_error:
            return self._refuse(*COPY_FAILED)
        rows = session.staged
        loaded = rows[:max(0, len(rows) - behaviour.upload_row_errors)][:behaviour.rows_loaded]
        campaign.stored += loaded
        # Nothing on the stage is no error: the application takes its own count then.
        self._rows([{"rows_loaded": len(loaded), "errors_seen": min(len(rows), behaviour.upload_row_errors)}] if rows else [])

    def _insert(self, session, campaign, behaviour, body):
        session.inserts += 1
        if session.inserts in behaviour.insert_failures:
            return self._refuse(*NOT_STORED)
        campaign.stored += body["bindings"]
        self._rows([{"number of rows inserted": len(body["bindings"])}])

    # ---- Answers ----

    def _rows(self, rows):
        self._done(rows=rows)

    def _done(self, **data):
        self._answer({"success": True, "data": data})

    def _refuse(self, code, state, message):
        self._answer({"success": False, "code": code, "sqlState": state, "queryId": str(uuid.uuid4()),
                      "message": message})

    ROUTES = {"/session/v1/login-request": login, "/queries/v1/query-request": query}


class Port:
    """Opens and closes Snowflake's port."""
    server = None

    def open(self):
        if self.server is None:
            self.server = Server(("127.0.0.1", PORT), Snowflake)
            threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


port = Port()
