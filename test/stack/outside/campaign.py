"""The people of a campaign and their phones, as its behaviour asks."""

import itertools
import zlib
from dataclasses import dataclass, field

from behaviour import Behaviour

FIRST_NAMES = ["Ada", "Ben", "Carla", "Grace", "Dmitri", "Elena", "Frank", "Tom", "Hana", "Ivan", "Julia", "Kofi"]
LAST_NAMES = ["Miller", "Nguyen", "Okafor", "Failed", "Petrov", "Quinn", "Rossi", "Error", "Silva", "Turner", "Weber"]
STREETS = ["Oak Street", "Maple Avenue", "Cedar Lane", "Elm Drive", "Pine Court"]

# The DNC list is a file like any other supplier's, made once: a campaign takes its listed phones from it in turn.
LISTED_PHONES = range(8_325_550_000, 8_325_650_000)
OTHER_PHONES = itertools.count(5_125_550_000)
listed_phones = itertools.cycle(LISTED_PHONES)


@dataclass
class Person:
    index: int
    lead: dict
    address: str
    phones: list = field(default_factory=list)
    attempts: int = 0


class Campaign:
    BATCH = 200  # records, as the engine cuts them
    KEPT = 3  # phones of a person that the engine keeps

    def __init__(self, name: str, behaviour: Behaviour):
        self.name = name
        self.behaviour = behaviour
        self.stored = []
        self.ccc_failures = 0
        # A campaign of the same name has the same people, whatever else has become of it.
        self._number = zlib.crc32(name.encode()) % 1_000_000
        self.people = [self._person(index) for index in range(behaviour.records)]
        self.new = self.people if behaviour.new is None else self.people[:behaviour.new]
        self.named = self.new[:len(self.new) - behaviour.nameless]
        for person in self.new[len(self.named):]:
            person.lead[behaviour.last_name_column] = None
        self._give_phones()
        if behaviour.garbage is not None:
            self.new[behaviour.garbage].lead["Email"] = None

    def _person(self, index: int) -> Person:
        first = FIRST_NAMES[index % len(FIRST_NAMES)]
        last = LAST_NAMES[(index + index // len(FIRST_NAMES)) % len(LAST_NAMES)]
        address = f"{100 + index} {STREETS[index % len(STREETS)]} Unit {self._number}"
        return Person(index, {
            "Lead ID": f"{self._number}-{index}",
            "First Name": first,
            self.behaviour.last_name_column: last,
            self.behaviour.address_column: address,
            "City": "Austin",
            "State": "TX",
            "Zip": f"787{index % 100:02}",
            "Email": f"{first}.{last}{self._number}.{index}@example.com".lower(),
        }, address)

    def _give_phones(self):
        behaviour = self.behaviour
        counts = behaviour.phones if isinstance(behaviour.phones, list) else [behaviour.phones]
        places = [(person.index, place)
                  for person, count in zip(self.named, itertools.cycle(counts)) for place in range(count)]
        firsts = [index for index, place in places if place == 0]

        shared = firsts[:2 * (behaviour.shared + behaviour.shared_litigators)]
        pairs = list(zip(shared[::2], shared[1::2]))
        alone = firsts[len(shared):]
        flagged = pick(alone, behaviour.flagged) + [one for one, _ in pairs[behaviour.shared:]]
        blacklisted = pick([index for index in alone if index not in flagged], behaviour.blacklisted)
        kept = [spot for spot in places if spot[1] < self.KEPT and spot[0] not in shared]
        listed = set(pick(kept, behaviour.dnc))
        short = set(pick([spot for spot in kept if spot not in listed], behaviour.short_phones))

        for spot in places:
            phone = str(next(listed_phones if spot in listed else OTHER_PHONES))
            self.people[spot[0]].phones.append(phone[1:] if spot in short else phone)
        for one, other in pairs:
            self.people[other].phones[0] = self.people[one].phones[0]
        self.flagged = {self.people[index].phones[0] for index in flagged}
        self.blacklisted = [self.people[index].phones[0] for index in blacklisted]
        self.batch_of = {phone: person.index // self.BATCH + 1 for person in self.named for phone in person.phones}
        self.phones_cached = [self.people[index].phones[0] for index in firsts[:behaviour.ccc_cached]]

    @property
    def cached(self) -> list:
        return self.named[:self.behaviour.cached]

    def ccc_fails(self, phones: list) -> bool:
        behaviour = self.behaviour
        fault = behaviour.ccc_error
        if not (fault is True or fault and any(self.batch_of[phone] in fault for phone in phones)):
            return False
        self.ccc_failures += 1
        return behaviour.ccc_failures is None or self.ccc_failures <= behaviour.ccc_failures

    def begins_again(self):
        self.ccc_failures = 0
        for person in self.people:
            person.attempts = 0


def pick(choice: list, count: int) -> list:
    """`count` of them, evenly spaced, so that every batch gets its share."""
    count = min(count, len(choice))
    return [choice[i * len(choice) // count] for i in range(count)]
