import java.io.IOException;

/** Holds a table until it is closed. */
final class LockedTable implements AutoCloseable {
    private final Process session;
    private final String table;

    LockedTable(String table) throws Exception {
        this.table = table;
        session = new ProcessBuilder("docker", "exec", FaultsStack.POSTGRES, "/usr/bin/psql", "-U", "p1lending", "-d", "p1lending_etl", "-Xqc",
            "BEGIN; LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(300)")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        FaultsStack.await("the table is locked", () -> held() > 0);
    }

    private int held() throws Exception {
        return Integer.parseInt(FaultsStack.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
            + " AND relation = '" + table + "'::regclass").get(0));
    }

    /** How many of trace-job's queries wait for it. */
    static int waiting() throws Exception {
        return Integer.parseInt(FaultsStack.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            + " AND query LIKE '/* trace-job */%'").get(0));
    }

    @Override
    public void close() throws IOException {
        try {
            release();
        } catch (Exception unreleased) {
            throw new IOException(unreleased);
        }
    }

    private void release() throws Exception {
        FaultsStack.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
            + " AND relation = '" + table + "'::regclass");
        session.waitFor();
    }
}
