"""The people of a job, in batches: their phones from idiCORE, then the litigator check and the DNC check."""

from app.core.config import SPEC_FORM
from app.services.etl.person import Person
from app.services.job_events import emit

BATCH = 200


def process(engine, rows, blacklist, after_batch=lambda *_: None):
    """The people, with all that was found out about them."""
    batches = [rows[start:start + BATCH] for start in range(0, len(rows), BATCH)]
    engine.log_step("Batch Processing", f"Processing {len(rows)} records in {len(batches)} batches of {BATCH}")
    people = []
    for number, batch in enumerate(batches, 1):
        first = len(people) + 1
        engine.log_step("Batch Processing", f"Processing batch {number}/{len(batches)} - "
                                            f"Records {first} to {first + len(batch) - 1}")
        done = _batch(engine, [Person.of(row) for row in batch], blacklist)
        people += done
        after_batch(number, len(batches), done)
        emit(engine.job["id"], "batch_progress", {"current_batch": number, "total_batches": len(batches),
                                                  "processed": len(people), "total": len(rows)})
        engine.progress(10 + 80 * number // len(batches), f"Processed {len(people)} of {len(rows)} records")
    return people


def _batch(engine, people, blacklist):
    with engine.stage("idicore", records=len(people), phones=0) as stage:
        for person, phones in zip(people, engine.idicore.find_phones(people, stage)):
            person.keep(phones)
    if any(person.phones for person in people):
        _check_litigators(engine, people, blacklist)
        _check_dnc(engine, people)
    for person in people:
        emit(engine.job["id"], "row_processed", person.result)
    return people


def _check_litigators(engine, people, blacklist):
    """Of each person the first phone alone is asked about; in the spec's form, all of them."""
    phones = [phone for person in people for phone in person.phones[:None if SPEC_FORM else 1]]
    asked = [phone for phone in phones if phone not in blacklist]
    skipped = len(phones) - len(asked)
    with engine.stage("ccc", phones=len(asked), blacklisted=skipped, checked=0, flagged=0) as stage:
        if skipped:
            engine.log_step("Blacklist Filter", f"Filtered {skipped} blacklisted phones from {len(phones)} total")
        litigators = set(phones) & blacklist
        if asked:
            engine.log_step("Litigator Check", f"Checking {len(asked)} phones against litigator list "
                                               f"(skipped {skipped} blacklisted)")
            litigators |= engine.ccc.litigators(asked, stage)
    for owner in _owners(people, litigators):
        owner.litigator = True


def _check_dnc(engine, people):
    phones = [phone for person in people for phone in person.phones]
    with engine.stage("dnc", phones=len(phones)) as stage:
        engine.log_step("DNC Check", f"Checking {len(phones)} phones against DNC list")
        listed = engine.dnc.listed(phones, stage)
    for owner in _owners(people, listed):
        owner.dnc = True


def _owners(people, phones):
    """Of several who share a phone the last one alone."""
    owner = {phone: person for person in people for phone in person.phones}
    return [owner[phone] for phone in phones]
