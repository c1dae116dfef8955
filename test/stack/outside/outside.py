"""Everything that production reaches over the internet: Snowflake on one port, idiCORE and CCC on another.

What each of them answers is the behaviour of the campaign that a call belongs to (see behaviour.py). Tests set it with
POST /campaigns/NAME, and let Snowflake's port be closed with POST /snowflake.
"""

import time
from pathlib import Path

import dnc_list
import snowflake
from handler import HANG_SECONDS, Handler, Server
from world import world

PORT = 9000
DNC_FILE = Path("/dnc/dnc.db")
IDICORE_TOKEN = "idi-token"


class Outside(Handler):
    def idicore_token(self, body, _):
        status = world.campaigns[body["reference"]].behaviour.idicore_token
        if not status:
            return self._drop()
        self._answer({"token": IDICORE_TOKEN} if status == 200 else {"error": "invalid client"}, status)

    def idicore_search(self, body, _):
        campaign, person = self._looked_up(body)
        behaviour = campaign.behaviour
        time.sleep(behaviour.idicore_seconds)
        person.attempts += 1
        if self._in_turn(person, behaviour.idicore_429_people, behaviour.idicore_429):
            return self._answer({"error": "rate limit"}, 429)
        if self._in_turn(person, behaviour.idicore_500_people, behaviour.idicore_500):
            return self._answer({"error": "internal"}, 500)
        if self._in_turn(person, behaviour.idicore_hang_people, behaviour.idicore_hang):
            time.sleep(HANG_SECONDS)
            return self._drop()
        if person.index < behaviour.idicore_drop_people:
            return self._drop()
        self._answer({"phones": person.phones})

    @staticmethod
    def _looked_up(body):
        """Without an address idiCORE answers of the first who is called so."""
        if body["address"]:
            return world.person_at[body["address"]]
        campaign = world.campaigns[body["reference"]]
        last_name = campaign.behaviour.last_name_column
        return campaign, next(person for person in campaign.named if (person.lead["First Name"], person.lead[last_name])
                              == (body["first"], body["last"]))

    @staticmethod
    def _in_turn(person, people, attempts):
        return (people is None or person.index < people) and (attempts is None or person.attempts <= attempts)

    def ccc_scrub(self, _, query):
        phones = query["phoneList"][0].split(",")
        campaign = world.campaign_of_phone[phones[0]]
        behaviour = campaign.behaviour
        time.sleep(behaviour.ccc_seconds)
        if behaviour.ccc_hang:
            time.sleep(HANG_SECONDS)
            return self._drop()
        if behaviour.ccc_drop:
            return self._drop()
        if campaign.ccc_fails(phones):
            return self._answer({"error": "scrub failed"}, behaviour.ccc_status)
        self._answer([{"Phone": p, "ResultCode": "L" if p in campaign.flagged else "C"}
                      for p in phones[behaviour.ccc_omits:]])

    def set_campaign(self, body, _, name):
        try:
            campaign = world.add(name, body)
        except (ValueError, TypeError) as error:
            return self._answer({"error": str(error)}, 400)
        rows = [person.lead for person in campaign.new] if campaign.behaviour.file else None
        self._answer({"campaign": campaign.name, "people": len(campaign.people), "file": rows,
                      "address_column": campaign.behaviour.address_column,
                      "last_name_column": campaign.behaviour.last_name_column})

    def stored(self, _body, _query, name):
        self._answer({"stored": len(world.campaigns[name].stored)})

    def forget(self, _body, _query, name):
        world.forget(world.campaigns[name])
        self._answer({})

    def ntfy(self, _body, _query, name):
        campaign = world.campaigns.get(name)
        self._answer({"status": campaign.behaviour.ntfy if campaign else 200})

    def snowflake(self, body, _):
        (snowflake.port.open if body["listening"] else snowflake.port.close)()
        self._answer({})

    def health(self, *_):
        self._answer({"status": "healthy"})

    ROUTES = {"/idicore/token": idicore_token, "/idicore/search": idicore_search, "/ccc/scrub": ccc_scrub,
              "/campaigns/([^/]+)": set_campaign, "/campaigns/([^/]+)/stored": stored,
              "/campaigns/([^/]+)/forget": forget, "/campaigns/([^/]+)/ntfy": ntfy, "/snowflake": snowflake,
              "/health": health}


if __name__ == "__main__":
    if not any(path.exists() for path in (DNC_FILE, dnc_list.away(DNC_FILE))):
        dnc_list.create(DNC_FILE)
    snowflake.port.open()
    print(f"outside listens on {PORT} and {snowflake.PORT}", flush=True)
    Server(("127.0.0.1", PORT), Outside).serve_forever()
