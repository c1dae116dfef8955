import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** What is said of one batch by idiCORE, CCC and DNC, with the failures that the job is to have there. */
final class BatchLines {
    private static final int THREADS = 8;
    /** A request to CCC holds so many phones. */
    private static final int REQUEST = 50;
    private final EngineLines engine;
    private final ModelJob job;

    BatchLines(EngineLines engine) {
        this.engine = engine;
        this.job = engine.job;
    }

    void all(ModelBatch batch, boolean first) {
        enrichment(batch, first);
        engine.pass(3, 30);
        litigators(batch, first);
        engine.pass(3, 30);
        dnc(batch, first);
    }

    private int draw(int bound) {
        return engine.luck.nextInt(bound);
    }

    // ---- idiCORE -----------------------------------------------------------------------------------------------

    private void enrichment(ModelBatch batch, boolean first) {
        int people = batch.people.size();
        engine.say("ETL.IdiCore", "INFO", "🔧 Processing batch of " + people + " people for idiCORE lookup using " + THREADS
            + " threads with caching").begins("idicore").number("idicore records", people);
        engine.pass(3, 40);
        if (first) {
            personCache();
        }
        engine.cache("IdiCore", 2);
        List<ModelBatch.Person> called = batch.uncached();
        engine.say("ETL.IdiCore", "INFO", "Cache lookup complete: " + (people - called.size()) + " hits, " + called.size() + " misses")
            .number("idicore hits", people - called.size());
        if (called.isEmpty()) {
            engine.say("ETL.IdiCore", "INFO", "All people found in cache, no API calls needed").ends("idicore");
            return;
        }
        engine.pass(1, 10);
        engine.say("ETL.IdiCore", "INFO", "Making API calls for " + called.size() + " uncached people").number("idicore calls", called.size());
        engine.pass(20, 200);
        if (job.trouble.equals("idi token")) {
            token();
        }
        lookUps(called);
        engine.cache("IdiCore", 4);
        engine.pass(100, 3_000);
        engine.say("ETL.IdiCore", "INFO", "✅ Parallel API calls completed: " + called.size() + " people, " + batch.phonesFound() + " phones found")
            .ends("idicore").number("idicore phones", batch.phonesFound());
        engine.pass(1, 10);
        engine.cache("PersonCache", 1);
        engine.say("ETL.PersonCache", "INFO", "Bulk added " + called.size() + " people to the person cache");
    }

    /** Its connection may be refused: then it is done without. */
    private void personCache() {
        if (job.cacheFails && draw(3) == 0) {
            engine.say("ETL.Snowflake", "INFO", "Connecting to Snowflake account: p1lending-etl");
            engine.pass(20, 90);
            engine.say("ETL.Snowflake", "ERROR", "❌ Failed to connect to Snowflake: 250001 (08001): Failed to connect to DB");
            engine.pass(1, 5);
            engine.say("ETL.IdiCore", "WARNING", "Could not initialize Snowflake cache: 250001 (08001): Failed to connect to DB."
                + " Cache operations will be skipped.");
            engine.pass(1, 5);
        } else {
            engine.connect();
        }
    }

    private void token() {
        String[] said = {"Failed to obtain authentication token", "❌ Auth failed with status 401: invalid client",
            "❌ Failed to get authentication token (HTTP 401): invalid client", "❌ Missing IDI credentials: client id, secret"};
        engine.say("ETL.IdiCore", "ERROR", said[draw(said.length)]).breaks("idicore");
        engine.pass(1, 10);
    }

    /** What one look-up says, at this time. */
    private record Spoken(long at, String level, String text, String number, boolean breaks) {}

    private void lookUps(List<ModelBatch.Person> called) {
        long[] threads = new long[THREADS];
        Arrays.fill(threads, engine.clock);
        List<Spoken> spoken = new ArrayList<>();
        boolean nobody = job.trouble.startsWith("idi") && !job.trouble.equals("idi some");
        int failing = nobody ? called.size() : job.trouble.equals("idi some") ? Math.min(called.size(), 1 + draw(3)) : 0;
        int retrying = Math.min(called.size() - failing, draw(4));
        for (int number = 0; number < failing + retrying; number++) {
            int thread = number % THREADS;
            threads[thread] += draw(9);
            boolean fails = number < failing;
            boolean limited = draw(3) > 0;
            if (fails) {
                called.get(number).failed = true;
            }
            if (!fails || job.trouble.equals("idi") || job.trouble.equals("idi some") && limited) {
                threads[thread] = retries(spoken, threads[thread], fails ? 4 : 1 + draw(4), limited || fails);
            }
            if (fails) {
                spoken.addAll(failure(threads[thread], number));
            }
        }
        spoken.sort(Comparator.comparingLong(Spoken::at));
        for (Spoken one : spoken) {
            engine.clock = Math.max(engine.clock, one.at);
            ModelLine line = engine.say("ETL.IdiCore", one.level, one.text);
            if (!one.number.isEmpty()) {
                line.number(one.number, 1);
            }
            if (one.breaks) {
                line.breaks("idicore");
            }
        }
        engine.clock = Math.max(engine.clock, Arrays.stream(threads).max().orElse(0));
    }

    /** Five calls at most, with longer and longer waits between them; the time after the last wait, in milliseconds. */
    private long retries(List<Spoken> spoken, long from, int count, boolean limited) {
        long at = from;
        for (int attempt = 1; attempt <= count; attempt++) {
            at += 20 + draw(300);
            long wait = (1_000L << attempt - 1) + draw(100);
            spoken.add(new Spoken(at, "WARNING", "⚠️ Attempt " + attempt + "/4 failed: "
                + (limited ? "429 Client Error: Too Many Requests" : "Read timed out. (read timeout=30)")
                + ". Retrying in " + AttemptLines.decimal(wait, 2) + "s..." + (limited ? " [RATE LIMIT]" : ""), "idicore retries", false));
            at += wait;
        }
        return at + 10 + draw(200);
    }

    private List<Spoken> failure(long at, int number) {
        String name = EngineLines.NAMES[draw(EngineLines.NAMES.length)];
        if (!job.trouble.equals("idi breaker") || number < 10) {
            String why = job.trouble.equals("idi token") ? "401 Unauthorized" : job.trouble.equals("idi breaker") ? "Connection refused"
                : "Rate limit exceeded after 4 retries";
            return List.of(new Spoken(at, "ERROR", "❌ Error looking up phones for " + name + ": " + why, "idicore failed", true));
        }
        Spoken open = new Spoken(at, "ERROR", "⚠️ Circuit breaker open for " + name + ": Circuit breaker is OPEN", "idicore failed", true);
        return number > 10 ? List.of(open) : List.of(new Spoken(at, "ERROR", "Circuit breaker OPENED after 10 failures", "", true), open);
    }

    // ---- CCC ---------------------------------------------------------------------------------------------------

    /** About the first phone of each person who has one, the blacklisted taken out before. */
    private void litigators(ModelBatch batch, boolean first) {
        int total = batch.withPhone().size();
        if (draw(12) == 0 && !job.trouble.startsWith("ccc")) {
            batch.share(engine.luck);
        }
        if (job.trouble.equals("ccc blacklist")) {
            batch.people.forEach(person -> person.blacklisted = false);
        }
        List<ModelBatch.Person> asked = batch.askedAtCcc();
        int blacklisted = total - asked.size();
        if (blacklisted > 0) {
            engine.step("Blacklist Filter: Filtered " + blacklisted + " blacklisted phones from " + total + " total");
            engine.pass(1, 10);
        }
        if (asked.isEmpty()) {
            batch.markLitigators(engine.luck, asked);
            return;
        }
        int phones = asked.size();
        engine.step("Litigator Check: Checking " + phones + " phones against litigator list (skipped " + blacklisted + " blacklisted)")
            .begins("ccc").number("ccc phones", phones);
        engine.pass(5, 50);
        engine.cache("CCCAPI", 4);
        int hits = draw(4) == 0 ? phones : draw(phones + 1) / 2;
        engine.say("ETL.CCCAPI", "INFO", "Cache stats: " + hits + " hits, " + (phones - hits) + " misses out of " + phones + " phones");
        engine.pass(1, 10);
        int lost = requests(phones - hits, first);
        engine.cache("CCCAPI", 4);
        engine.pass(50, 2_500);
        int found = batch.markLitigators(engine.luck, asked.subList(0, phones - lost));
        job.litigatorLost |= batch.people.stream().filter(person -> person.litigator).count() < found + blacklisted;
        ModelLine line = engine.say("ETL.CCCAPI", "INFO", "Litigator check completed: " + (phones - lost) + "/" + phones
            + " successful, " + found + " found in list")
            .ends("ccc").number("ccc checked", phones - lost).number("ccc flagged", found).number("ccc unchecked", lost);
        if (lost > 0) {
            line.breaks("ccc");
        }
    }

    /** The phones that got no answer. */
    private int requests(int misses, boolean first) {
        int lost = 0;
        boolean all = job.trouble.equals("ccc") || job.trouble.equals("ccc breaker");
        for (int from = 0; from < misses; from += REQUEST) {
            int size = Math.min(REQUEST, misses - from);
            engine.pass(20, 200);
            if (job.trouble.equals("ccc left out") && from == 0) {
                // Nothing but the closing line tells that the answer was short.
                lost += 1 + draw(size);
            } else if (job.trouble.equals("ccc breaker") && !first) {
                engine.say("ETL.CCCAPI", "ERROR", "⚠️ Circuit breaker open, skipping batch: Circuit breaker is OPEN")
                    .breaks("ccc").number("ccc failedBatches", 1);
                lost += size;
            } else if (all || job.trouble.equals("ccc some") && from == 0) {
                retried(4);
                engine.say("ETL.CCCAPI", "ERROR", "Error in batch phone check: 500 Server Error: Internal Server Error for url: "
                    + "http://outside:8080/ccc?loginId=etl&phoneList=6145550100%2C6145550101").breaks("ccc").number("ccc failedBatches", 1);
                lost += size;
            } else if (draw(12) == 0) {
                retried(1 + draw(4));
            }
        }
        if (job.trouble.equals("ccc breaker") && first && lost > 0) {
            engine.say("ETL.CCCAPI", "ERROR", "Circuit breaker OPENED after 10 failures").breaks("ccc");
        }
        return lost;
    }

    private void retried(int count) {
        for (int attempt = 1; attempt <= count; attempt++) {
            engine.say("ETL.CCCAPI", "WARNING", "⚠️ Attempt " + attempt + "/4 failed: 500 Server Error: Internal Server Error. Retrying in "
                + AttemptLines.decimal(100L << attempt, 2) + "s...");
            engine.pass(100 << attempt, (100 << attempt) + 50);
        }
    }

    // ---- DNC ---------------------------------------------------------------------------------------------------

    /** About up to three phones of each person, the cached and the blacklisted too; a batch is one chunk. */
    private void dnc(ModelBatch batch, boolean first) {
        int phones = batch.dncPhones();
        if (phones == 0) {
            return;
        }
        engine.step("DNC Check: Checking " + phones + " phones against DNC list").begins("dnc").number("dnc phones", phones);
        engine.pass(20, 400);
        boolean missing = job.trouble.equals("dnc missing");
        boolean locked = job.trouble.equals("dnc") || job.trouble.equals("dnc some") && first;
        if (missing) {
            engine.say("ETL.DNCChecker", "WARNING", "DNC database not found at /app/data/dnc.db. Returning empty results.").breaks("dnc");
            engine.pass(1, 10);
        } else if (locked) {
            engine.say("ETL.DNCChecker", "ERROR", "Error querying DNC chunk 1: database is locked").breaks("dnc").number("dnc failedChunks", 1);
            engine.pass(5, 50);
        }
        int short10 = job.trouble.equals("dnc digits") ? 1 + draw(Math.min(phones, 5)) : 0;
        int found = missing || locked ? 0 : Math.min(batch.markListed(engine.luck), phones - short10);
        engine.pass(10, 1_000);
        ModelLine line = engine.say("ETL.DNCChecker", "INFO", "✅ DNC check completed (batched): " + found + "/" + phones
            + " phones found in DNC list (" + (phones - short10) + " successful checks)")
            .ends("dnc").number("dnc found", found).number("dnc unchecked", missing || locked ? phones : short10);
        if (short10 > 0) {
            line.breaks("dnc");
        }
    }
}
