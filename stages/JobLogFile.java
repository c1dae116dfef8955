import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Spec step 5. The real file lies under logs/jobs in the container that ran the job; the same steps are kept in job_logs. */
class JobLogFile extends Stage {
    JobLogFile() {
        super("Job Log File", 110);
        step("5").hideWhenOk().redundant();
        runs("docker compose exec -T celery-worker cat logs/jobs/{job}.log", "docker compose exec -T backend cat logs/etl_job_{job}.log");
        readsJobLog("docker compose exec -T postgres psql -U p1lending -d p1lending_etl -c \"SELECT to_jsonb(l) FROM job_logs l"
            + " WHERE job_id::text IN ('{job}') ORDER BY created_at, id\"");
        harmless("Could not create log directory at ");
        whenOk("{lines} lines").computes("lines");
    }

    @Override
    Finding judge(Observation observed) {
        List<CommandResult> files = observed.answers(Command.Kind.FILE);
        Optional<CommandResult> read = files.stream().filter(file -> file.problem() == null).findFirst();
        if (read.isPresent()) {
            observed.put("lines", read.get().lines());
            return observed.ok();
        }
        // The same steps stand in job_logs: without a file they are what this stage would tell. Backend has a file in the spec's form only.
        Optional<CommandResult> lost = observed.trace.attempt() == null && observed.trace.hostsAway().isEmpty() ? Optional.empty()
            : Stream.concat(files.stream().limit(1), observed.answers(Command.Kind.ROWS).stream()).filter(one -> one.problem() != null && !one.noSuchFile() && !one.outOfReach())
                .findFirst().or(() -> files.stream().skip(1).filter(CommandResult::timedOut).findFirst());
        return lost.map(one -> observed.unknown((files.contains(one) ? "the file" : "job_logs") + " could not be read: " + one.problem()))
            .orElse(observed.skip(files.isEmpty() ? "an audit reads no files" : "no dedicated log file found"));
    }
}
