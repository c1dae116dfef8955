"""What a campaign's people, phones and faults are. Nothing here is random: the same behaviour gives the same people."""

import itertools
from dataclasses import dataclass, field, fields

FIRST_NAMES = ["Ada", "Ben", "Carla", "Grace", "Dmitri", "Elena", "Frank", "Tom", "Hana", "Ivan", "Julia", "Kofi"]
LAST_NAMES = ["Miller", "Nguyen", "Okafor", "Failed", "Petrov", "Quinn", "Rossi", "Error", "Silva", "Turner", "Weber"]
STREETS = ["Oak Street", "Maple Avenue", "Cedar Lane", "Elm Drive", "Pine Court"]

# The DNC list is a file like any other supplier's, made once: a campaign takes its listed phones from it in turn.
LISTED_PHONES = range(8_325_550_000, 8_325_650_000)
OTHER_PHONES = itertools.count(5_125_550_000)
listed_phones = itertools.cycle(LISTED_PHONES)
campaign_numbers = itertools.count(1)


@dataclass
class Behaviour:
    records: int = 30
    new: int | None = None  # records never processed before; all of them when absent
    phones: int = 2  # per person
    flagged: int = 1  # phones that CCC knows as a litigator's
    dnc: int = 2  # phones on the DNC list
    blacklisted: int = 0  # phones that are on the blacklist in Snowflake

    query_seconds: float = 0.4
    filter_seconds: float = 0.1
    idicore_seconds: float = 0.01  # per call
    ccc_seconds: float = 0.05  # per call
    upload_seconds: float = 0.1

    login: str = "ok"  # or refused, dropped
    query_error: str = ""  # optimization or main: where the SQL error comes
    query_timeout: bool = False
    garbage: int | None = None  # index of a new record without a last name
    idicore_token: int = 200
    idicore_429: int = 0  # refused attempts per person
    idicore_429_people: int | None = None  # only the first so many people; all when absent
    idicore_500_people: int = 0
    idicore_hang_people: int = 0
    ccc_error: bool | list = False  # true, or the batches that fail
    ccc_status: int = 500
    ccc_hang: bool = False
    upload_error: bool = False
    upload_row_errors: int = 0

    @classmethod
    def of(cls, given: dict):
        unknown = given.keys() - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"no such behaviour: {', '.join(sorted(unknown))}")
        return cls(**given)


@dataclass
class Person:
    index: int
    lead: dict
    phones: list = field(default_factory=list)
    attempts: int = 0


class Campaign:
    BATCH = 200  # records, as the engine cuts them

    def __init__(self, name: str, behaviour: Behaviour):
        self.name = name
        self.behaviour = behaviour
        self.stored = []
        self._number = next(campaign_numbers)
        new = behaviour.records if behaviour.new is None else behaviour.new
        self.new = [self._person(index) for index in range(new)]
        self.processed = [self._person(index) for index in range(new, behaviour.records)]
        self._give_phones()
        if behaviour.garbage is not None:
            self.new[behaviour.garbage].lead["LAST_NAME"] = None

    def _person(self, index: int) -> Person:
        first = FIRST_NAMES[index % len(FIRST_NAMES)]
        last = LAST_NAMES[(index + index // len(FIRST_NAMES)) % len(LAST_NAMES)]
        return Person(index, {
            "LEAD_ID": f"{self._number}-{index}",
            "FIRST_NAME": first,
            "LAST_NAME": last,
            "ADDRESS": f"{100 + index} {STREETS[index % len(STREETS)]} Unit {self._number}",
            "CITY": "Austin",
            "STATE": "TX",
            "ZIP": f"787{index % 100:02}",
            "EMAIL": f"{first}.{last}{self._number}.{index}@example.com".lower(),
        })

    def _give_phones(self):
        behaviour = self.behaviour
        total = len(self.new) * behaviour.phones
        listed = spread(behaviour.dnc, total)
        phones = [str(next(listed_phones if i in listed else OTHER_PHONES)) for i in range(total)]
        self.flagged = {phones[i] for i in spread(behaviour.flagged, total)}
        self.blacklisted = [phones[i] for i in spread(behaviour.blacklisted, total, first=1)]
        self.batch_of = {}
        for person in self.new:
            start = person.index * behaviour.phones
            person.phones = phones[start:start + behaviour.phones]
            self.batch_of.update(dict.fromkeys(person.phones, person.index // self.BATCH + 1))

    @property
    def people(self) -> list:
        return self.new + self.processed

    def ccc_fails(self, phone: str) -> bool:
        fault = self.behaviour.ccc_error
        return fault is True or bool(fault) and self.batch_of[phone] in fault


def spread(count: int, total: int, first: int = 0) -> set:
    """`count` indices below `total`, evenly spaced, so that every batch gets its share."""
    count = min(count, total)
    return {(first + i * total // count) % total for i in range(count)}
