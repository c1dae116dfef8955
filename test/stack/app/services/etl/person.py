from dataclasses import dataclass, field

KEPT_PHONES = 3


@dataclass
class Person:
    """A record, and what becomes of it."""

    first: str
    last: str
    address: str
    email: str
    phones: list = field(default_factory=list)
    litigator: bool = False
    dnc: bool = False

    @classmethod
    def of(cls, row):
        # Only columns with exactly these names are known.
        return cls((row.get("First Name") or "").strip(), (row.get("Last Name") or "").strip(),
                   (row.get("Address") or "").strip(), row["Email"].strip())

    @staticmethod
    def has_name(row):
        return bool(row.get("First Name") and row.get("Last Name"))

    def keep(self, phones):
        self.phones = phones[:KEPT_PHONES]

    @property
    def name(self):
        return f"{self.first} {self.last}"

    @property
    def key(self):
        return f"{self.name}, {self.address}".lower()

    @property
    def result(self):
        return {"name": self.name, "address": self.address, "email": self.email, "phones": self.phones,
                "litigator": self.litigator, "dnc": self.dnc}
