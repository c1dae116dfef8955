/** Spec steps 1 and 2: the row, and what backend says of the request. A request that failed validation leaves neither. */
class JobCreated extends Stage {
    private static final String SELECT = "docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"SELECT to_jsonb(j) - 'preview_data'"
        + " || jsonb_build_object('matches', count(*) OVER (), 'now', clock_timestamp()) FROM etl_jobs j WHERE ";

    JobCreated() {
        super("Job Created", 10);
        step("1, 2").judgesMissingLines().judgesFailures();
        finds(SELECT + "id::text ILIKE '%{job}%' AND status::text LIKE '{status}%' ORDER BY id::text = lower('{job}') DESC, created_at DESC LIMIT {limit}\"");
        findsInPeriod(SELECT + "created_at <= '{to}' AND (created_at >= '{from}' OR completed_at >= '{from}' OR status::text IN ('pending', 'running'))"
            + " AND status::text LIKE '{status}%' ORDER BY created_at DESC LIMIT 5000\"");
        runs("docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"SELECT jsonb_build_object('id', s.id,"
            + " 'script', s.name) FROM sql_scripts s WHERE s.id::text IN ('{script}')\"", "docker compose logs backend");
        details("^Job \\S+: created").named("created");
        fails("^(?:Job \\S+: )?(?i:validation error)");
        whenOk("API received request");
        resolution("See what the API was sent.", "docker compose logs backend");
    }

    @Override
    Finding judge(Observation observed) {
        return observed.broken() ? observed.warn("the API found the request invalid")
            : observed.trace.job.inDatabase() || !observed.lines("created").isEmpty() ? observed.ok() : observed.unknown("could not query the database");
    }
}
