/** The specification's form: backend prints each line once, with the job's id. */
final class SpecLines extends AttemptLines {
    SpecLines(History history, ModelRun run, long from) {
        super(history, run, from);
    }

    @Override
    void opening() {
        celery("INFO", "Task " + history.task(job) + " started");
        pass(1, 5);
    }

    @Override
    void stages() {
        opening();
        specStages();
        close();
    }

    private ModelLine spec(String level, String text) {
        ModelLine line = say("ETL", level, "Job " + job.id + ": " + text);
        line.service = "backend";
        line.container = history.backend;
        line.process = "";
        line.celery = false;
        return line;
    }

    private void specStages() {
        spec("INFO", "Snowflake query started").begins("snowflake");
        pass(200, 6_000);
        int records = job.batches * 200 + luck.nextInt(100);
        int left = run.left();
        int kept = left >= 0 ? left : (job.batches - 1) * 200 + 1 + luck.nextInt(200);
        run.named = kept;
        long began = job.said.get(job.said.size() - 1).time;
        spec("INFO", "Snowflake query returned " + records + " records in " + decimal(clock - began, 1) + "s")
            .ends("snowflake").begins("prefilter").number("snowflake records", records);
        pass(1, 900);
        if (luck.nextInt(4) == 0 && job.other.created < clock) {
            spec("INFO", "skipping leads that job " + job.other.id + " has delivered");
            pass(1, 10);
        }
        spec("INFO", "pre-filtering kept " + kept + " new records of " + records).ends("prefilter").number("prefilter kept", kept);
        pass(1, 20);
        event();
        for (int number = 1; number <= (kept + 199) / 200; number++) {
            int people = Math.min(200, kept - (number - 1) * 200);
            int phones = people + luck.nextInt(2 * people);
            specStage("idicore", "idiCORE enrichment started for " + people + " records", people,
                "idiCORE enrichment completed: " + people + " records, " + phones
                + " phones found, " + people + " API calls, took ", 5_000).number("idicore phones", phones).number("idicore calls", people);
            if (job.fate == ModelJob.Fate.ESCAPES) {
                return;
            }
            long flagged = luck.nextInt(Math.min(phones, 20) + 1);
            specStage("ccc", "CCC litigator check started for " + phones + " phones", phones,
                "CCC litigator check completed: " + phones + " phones checked, " + flagged
                + " flagged, took ", 2_500).number("ccc checked", phones).number("ccc flagged", flagged);
            long listed = job.trouble.equals("dnc") ? 0 : luck.nextInt(Math.min(phones, 40) + 1);
            ModelLine line = specStage("dnc", "DNC check started for " + phones + " phones", phones,
                "DNC check completed: " + phones + " phones checked, " + listed
                + " in DNC, took ", 1_000).number("dnc found", listed);
            line.number(job.trouble.equals("dnc") ? "dnc unchecked" : "dnc checked", phones);
            run.lookedUp.add(new long[] {clock, people});
            event();
        }
        if (job.fate == ModelJob.Fate.FAILS) {
            return;
        }
        specStage("upload", "results upload started", 0, "results upload completed: " + kept + " records saved, took ", 4_000)
            .number("upload saved", kept);
    }

    private ModelLine specStage(String stage, String start, long begins, String end, int most) {
        pass(2, 20);
        long began = clock;
        spec("INFO", start).begins(stage).number(stage + (stage.equals("idicore") ? " records" : " phones"), begins);
        pass(20, 100);
        if (stage.equals("idicore")) {
            for (int retry = luck.nextInt(3); retry > 0; retry--) {
                spec("WARNING", "idiCORE error: 429 Too Many Requests, attempt " + (1 + luck.nextInt(3)) + "/4");
                pass(10, 300);
            }
            if (job.trouble.equals("idi")) {
                spec("ERROR", "idiCORE circuit breaker OPEN").breaks("idicore");
            }
        } else if (stage.equals("dnc") && job.trouble.equals("dnc")) {
            spec("ERROR", "DNC lookup failed: database is locked").breaks("dnc").number("dnc failedChunks", 1);
        }
        pass(20, most);
        return spec("INFO", end + decimal(clock - began, 1) + "s").ends(stage);
    }

    private void event() {
        pass(1, 5);
        spec("INFO", "socket emit job_progress " + luck.nextInt(100));
        pass(1, 5);
    }

    private void close() {
        pass(1, 20);
        job.over = clock;
        if (job.fate == ModelJob.Fate.FAILS || job.fate == ModelJob.Fate.ESCAPES) {
            job.outcome = "failed";
            job.error = TYPE_ERROR;
            spec("INFO", "socket emit job_error");
            pass(1, 5);
            run.end = celery("ERROR", "Task " + history.task(job) + " failed: " + job.error + "\n" + traceback(" Job " + job.id));
        } else {
            job.outcome = "completed";
            spec("INFO", "socket emit job_complete");
            pass(1, 5);
            run.end = celery("INFO", "Task " + history.task(job) + " succeeded in " + decimal(clock - begun, 3) + "s: None");
        }
    }
}
