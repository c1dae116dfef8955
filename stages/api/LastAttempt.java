import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the last attempt of a job ended where no line of Celery's says so: by its container, and by the engine's last words. */
interface LastAttempt {
    /** As long may the row take to be written after the engine's last words. */
    Duration SILENCE = Duration.ofMinutes(1);
    Pattern BANNER = Pattern.compile("celery@\\S{1,80}");

    /** Says how it ended, where that can be told. */
    static void settle(Evidence trace) {
        Attempt attempt = trace.attempt();
        List<Container> workers = trace.containers(Container.WORKER);
        Instant created = trace.job.time("created_at");
        boolean anew = !workers.isEmpty() && created != null
            && workers.stream().allMatch(one -> one.created() != null && one.created().isAfter(created));
        if (anew && !trace.job.ended() && !trace.recorded().isEmpty() && trace.recordedEnd() == null) {
            trace.gone = workers.get(0).created();
        }
        if (attempt != null && attempt.lost && attempt.why.isEmpty()) {
            died(attempt, workers);
            attempt.why = attempt.lostItsProcess() ? "its worker process " + attempt.process + " died"
                : "the worker was stopped or restarted while the job was running";
        }
        if (attempt != null && attempt.to == null && !Set.of("completed", "failed").contains(trace.job.status())) {
            loseWithContainer(attempt, workers);
        }
        if (attempt != null && attempt.limit == null && !trace.job.ended()) {
            outliveLastWords(trace, attempt);
        }
    }

    /** An attempt that no line ends is lost all the same when its container stopped or was started anew under it. */
    private static void loseWithContainer(Attempt attempt, List<Container> workers) {
        for (Container one : workers) {
            if (!one.is(attempt.container)) {
                continue;
            }
            if (!one.state().equals("running") && !one.state().equals("paused") && one.finished() != null && !one.finished().isBefore(attempt.from)) {
                lose(attempt, one.finished(), "the container " + one.name() + (one.replaced() ? " was " : " is ") + one.end());
            } else if (one.started() != null && one.started().isAfter(attempt.lastSeen())) {
                lose(attempt, one.started(), "the container " + one.name() + " was started anew at " + Times.iso(one.started()));
            }
        }
    }

    /** What dies or falls silent after the engine's last words has done its work: the row is all that it did not write. */
    private static void outliveLastWords(Evidence trace, Attempt attempt) {
        Message words = trace.outcome();
        boolean silent = words != null && attempt.to == null && !trace.holds("active tasks") && words.time.plus(SILENCE).isBefore(trace.now);
        if (words != null && attempt.lost || silent) {
            attempt.to = words.time;
            attempt.end = words;
            attempt.lost = false;
            attempt.why = "";
        }
    }

    /** Celery's banner tells that the worker is back; it died when its container stopped, some time before. */
    private static void died(Attempt attempt, List<Container> workers) {
        Matcher banner = BANNER.matcher(attempt.end.text);
        if (!banner.find()) {
            return;
        }
        Message end = new Message(attempt.end.service, attempt.end.container, attempt.end.time, attempt.end.level, attempt.end.process,
            banner.group() + " was started anew");
        end.placedBy = attempt.end.placedBy;
        attempt.end = end;
        workers.stream().filter(one -> one.is(attempt.container)).map(Container::finished).filter(Objects::nonNull)
            .filter(finished -> !finished.isBefore(attempt.lastSeen()) && finished.isBefore(attempt.to))
            .findFirst().ifPresent(finished -> attempt.to = finished);
    }

    private static void lose(Attempt attempt, Instant at, String why) {
        attempt.to = at;
        attempt.lost = true;
        attempt.why = why;
    }
}
