"""How the suppliers treat one campaign. Nothing here is random: the same behaviour gives the same people and answers."""

from dataclasses import dataclass, field, fields

# How many phones idiCORE knows of a person, in turn. Of ten people eight have a phone, together 20; the engine keeps 17.
MIXED_PHONES = [2, 1, 3, 0, 5, 2, 4, 1, 2, 0]


@dataclass
class Behaviour:
    # Who there is.
    records: int = 30
    new: int | None = None  # records that PERSON_CACHE does not hold; all of them when absent
    cached: int = 0  # of the new ones, the first so many are in idiCORE's cache: their address is spelled otherwise there
    nameless: int = 0  # of the new ones, the last so many have no last name
    phones: int | list = field(default_factory=lambda: list(MIXED_PHONES))  # of everybody, or in turn
    flagged: int = 1  # first phones that CCC knows as a litigator's
    dnc: int = 2  # kept phones that are on the DNC list
    blacklisted: int = 0  # first phones that are on the blacklist
    shared: int = 0  # pairs of people with the same first phone
    shared_litigators: int = 0  # such pairs whose phone is a litigator's
    short_phones: int = 0  # kept phones that have nine digits
    garbage: int | None = None  # index of a new record without an e-mail address: the application trips over it
    address_column: str = "Address"
    last_name_column: str = "Last Name"
    file: bool = False  # the records come from an uploaded file, not from a query

    # How long it takes.
    query_seconds: float = 0.4
    filter_seconds: float = 0.1  # to load the blacklist
    idicore_seconds: float = 0.01  # a call
    ccc_seconds: float = 0.05  # a call
    upload_seconds: float = 0.1

    # Snowflake: the query.
    login: str = "ok"  # or refused, dropped
    query_error: str = ""  # optimization or main: where the SQL error comes
    query_timeout: bool = False
    selects_nothing: bool = False
    blacklist_error: bool = False

    # Snowflake: the caches. Person is idiCORE's, bulk the list of those processed, phone is CCC's.
    cache_login: str = ""  # person, bulk or phone: whose connection is refused
    cache_error: str = ""  # person, bulk or phone: whose statements fail

    # idiCORE. The people are the first so many; an attempt is one of five calls for a person.
    idicore_token: int = 200  # what it answers to the login; 0: it closes the connection
    idicore_429: int = 0  # attempts refused per person
    idicore_429_people: int | None = None  # all when absent
    idicore_500_people: int = 0
    idicore_500: int | None = None  # attempts that fail per person; all when absent
    idicore_hang_people: int = 0
    idicore_hang: int | None = None  # attempts that time out per person; all when absent
    idicore_drop_people: int = 0  # the connection is closed without an answer

    # CCC.
    ccc_error: bool | list = False  # true, or the batches that fail
    ccc_failures: int | None = None  # calls that fail, of those that can; all when absent
    ccc_status: int = 500
    ccc_hang: bool = False
    ccc_drop: bool = False
    ccc_omits: int = 0  # phones that each of its answers leaves out, the first so many
    ccc_cached: int = 0  # first phones that CCC's cache knows

    # Snowflake: the upload.
    first_of_process: bool = False  # as if the job were the first one of its worker process: the upload connects
    upload_login: str = "ok"  # or refused, for a job that is the first one of its worker process
    alter_refused: bool = False  # likewise
    upload_error: bool = False  # PUT is refused
    copy_error: bool = False
    upload_row_errors: int = 0  # rows that COPY rejects
    rows_loaded: int | None = None  # COPY loads only so many, without an error
    upload_expired: bool = False  # the connection of this worker process has expired, for all its later jobs too
    bulk_fails: bool = False  # the bulk upload breaks off: plain INSERTs follow
    bulk_upload: bool = True  # false: plain INSERTs from the start
    insert_failures: list = field(default_factory=list)  # which INSERTs fail, counted from 1

    ntfy: int = 200  # what ntfy answers; 0: it closes the connection

    def __post_init__(self):
        # The upload prepares its table only when it has just connected.
        self.first_of_process |= self.alter_refused or self.upload_login != "ok"

    @classmethod
    def of(cls, given: dict):
        unknown = given.keys() - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"no such behaviour: {', '.join(sorted(unknown))}")
        return cls(**given)
