"""All campaigns, whom an address or a phone belongs to, and what Snowflake keeps beside the campaigns' own tables."""

from behaviour import Behaviour
from campaign import Campaign


class World:
    def __init__(self):
        self.campaigns = {}
        self.person_at = {}
        self.campaign_of_phone = {}
        self.processed = set()  # the addresses in PERSON_CACHE: the main query leaves them out
        self.phones_of = {}  # what idiCORE's look-ups find in PERSON_CACHE, by name and address
        self.phone_cache = {}  # CCC's answers

    def add(self, name: str, given: dict) -> Campaign:
        behaviour = Behaviour.of(given)
        known = self.campaigns.get(name)
        if known and known.behaviour == behaviour:
            known.begins_again()
            return known
        campaign = self.campaigns[name] = Campaign(name, behaviour)
        for person in campaign.people:
            self.person_at[person.address] = campaign, person
            self.campaign_of_phone.update(dict.fromkeys(person.phones, campaign))
        self.processed.update(person.address for person in campaign.people[len(campaign.new):])
        self.phones_of.update({self.key(person, campaign): person.phones for person in campaign.cached})
        self.phone_cache.update({phone: phone in campaign.flagged for phone in campaign.phones_cached})
        return campaign

    def forget(self, campaign: Campaign):
        """What a person does who takes a campaign's people out of PERSON_CACHE."""
        for person in campaign.new:
            self.processed.discard(person.address)
            self.phones_of.pop(self.key(person, campaign), None)

    @staticmethod
    def key(person, campaign) -> str:
        """As the engine makes it of what it has read."""
        behaviour, lead = campaign.behaviour, person.lead
        address = person.address if behaviour.address_column == "Address" else ""
        return f"{lead['First Name']} {lead[behaviour.last_name_column]}, {address}".lower()


world = World()
