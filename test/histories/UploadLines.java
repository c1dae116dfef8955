/** What is said of the upload, and what of it was stored: the two differ. */
final class UploadLines {
    private static final String TABLE = "MASTER_PROCESSED_DB";
    /** A batch of the plain INSERT. */
    private static final int INSERT = 500;
    private final EngineLines engine;
    private final ModelJob job;
    private final WorkerProcess process;

    UploadLines(EngineLines engine) {
        this.engine = engine;
        this.job = engine.job;
        this.process = engine.run.slot;
    }

    private int draw(int bound) {
        return engine.luck.nextInt(bound);
    }

    private ModelLine client(String level, String text) {
        ModelLine line = engine.say("ETL.Snowflake", level, text);
        engine.pass(1, 20);
        return line;
    }

    void say(int records) {
        engine.step("Final Upload: Uploading ALL " + records + " processed records to " + TABLE).begins("upload").number("upload records", records);
        engine.pass(20, 400);
        if (job.trouble.equals("upload none")) {
            client("INFO", "Connecting to Snowflake account: p1lending-etl");
            client("ERROR", "❌ Failed to connect to Snowflake: 250001 (08001): Failed to connect to DB");
            client("ERROR", "Cannot store results - not connected").breaks("upload");
            engine.step("Upload Warning: Upload may have failed - check Snowflake logs").ends("upload");
            return;
        }
        open();
        long saved = job.trouble.isEmpty() && draw(15) == 0 ? insert(records) : bulk(records);
        engine.pass(1, 10);
        engine.step("Upload Complete: Successfully stored " + records + " records in Snowflake").ends("upload").number("upload saved", saved);
    }

    /** Once a worker process: a job that comes later has the connection, though it may have expired. */
    private void open() {
        if (process.uploadConnected) {
            process.uploadExpired |= draw(20) == 0;
            return;
        }
        engine.connect();
        int refused = draw(6) == 0 ? draw(20) : -1;
        for (int statement = 0; statement < 48; statement++) {
            if (statement == refused) {
                // Somebody else added the column at the same time: harmless.
                engine.sqlFailed("001430 (42601): 01b1c2d3-0000-4e5f-0000-00012345: SQL compilation error:\ncolumn 'PHONE_3' already exists");
            } else {
                engine.executed(1);
            }
            engine.pass(1, 20);
        }
        client("INFO", "Ensured table " + TABLE + " exists");
        process.uploadConnected = true;
    }

    private long bulk(int records) {
        client("INFO", "Using bulk upload (COPY INTO) for " + records + " records");
        if (job.trouble.startsWith("upload insert") || job.trouble.isEmpty() && !process.uploadExpired && draw(15) == 0) {
            if (draw(2) == 0) {
                client("INFO", "Created temp file /tmp/upload_" + draw(9_999) + ".csv with " + records + " records");
            }
            client("ERROR", "Bulk upload failed: [Errno 28] No space left on device");
            client("WARNING", "Falling back to standard INSERT method");
            return insert(records);
        }
        client("INFO", "Created temp file /tmp/upload_" + draw(9_999) + ".csv with " + records + " records");
        boolean put = statement(job.trouble.equals("upload put"), "253003: Failed to upload to the stage: HTTP 403 Forbidden");
        client("INFO", "Staged file in @%" + TABLE);
        engine.pass(100, 2_500);
        boolean copy = statement(job.trouble.equals("upload copy"), "100038 (22018): Numeric value 'x' is not recognized");
        if (!copy) {
            client("INFO", "Bulk uploaded " + records + " records to " + TABLE);
            return 0;
        }
        int loaded = job.trouble.equals("upload zero") ? 0 : job.trouble.equals("upload some") ? draw(records) : records;
        int errors = draw(3) == 0 ? 0 : records - loaded;
        ModelLine line = client("INFO", "Bulk upload complete: " + loaded + " rows loaded, " + errors + " errors");
        if (loaded < records) {
            line.breaks("upload");
        }
        return put ? loaded : 0;
    }

    /** False where it failed; on an expired connection each does. */
    private boolean statement(boolean fails, String why) {
        if (process.uploadExpired || fails) {
            engine.sqlFailed(process.uploadExpired ? "390114 (08001): Authentication token has expired. The user must authenticate again." : why)
                .breaks("upload");
        } else {
            engine.executed(1);
        }
        engine.pass(5, 50);
        return !(process.uploadExpired || fails);
    }

    /** What its batches say was stored is stored. */
    private long insert(int records) {
        long saved = 0;
        int batches = (records + INSERT - 1) / INSERT;
        int failing = job.trouble.equals("upload insert some") ? draw(batches) : -1;
        for (int batch = 0; batch < batches; batch++) {
            int size = Math.min(INSERT, records - batch * INSERT);
            engine.pass(50, 500);
            if (batch == failing) {
                engine.sqlFailed("000604 (57014): 01b1c2d3-0000-4e5f-0000-00012345: SQL execution canceled").breaks("upload");
                engine.pass(1, 5);
                client("ERROR", "Failed to store batch - SQL execution returned None").breaks("upload");
            } else {
                engine.executed(size);
                engine.pass(1, 5);
                client("INFO", "Stored batch of " + size + " records (standard method)");
                saved += size;
            }
        }
        return saved;
    }
}
