import java.util.Locale;
import java.util.Random;

/** What one attempt says, from the first line of its worker process to Celery's end line, and what cuts it short. */
abstract class AttemptLines {
    static final String TYPE_ERROR = "unsupported operand type(s) for +: 'int' and 'NoneType'";
    final History history;
    final ModelRun run;
    final ModelJob job;
    /** Jobs that are to say the same have the same luck. */
    final Random luck;
    final long begun;
    /** Milliseconds; the time of the next line. */
    long clock;
    private boolean last;
    private final boolean connected;

    AttemptLines(History history, ModelRun run, long from) {
        this.history = history;
        this.run = run;
        this.job = run.job;
        this.luck = job.random;
        this.clock = from;
        this.begun = from;
        this.connected = run.slot.uploadConnected;
        run.from = from;
    }

    /** All lines of an attempt that nothing cuts short. */
    abstract void stages();

    /** The first lines, before Celery tries again at once. */
    abstract void opening();

    void go() {
        last = !(job.fate == ModelJob.Fate.RETRIES || job.fate == ModelJob.Fate.RETRIES_EARLY) || run.number > 1;
        if (!last && job.fate == ModelJob.Fate.RETRIES_EARLY) {
            opening();
            again();
            return;
        }
        stages();
        run.finished = job.said.get(job.said.size() - 1).time;
        cutShort();
        run.slot.free = Math.max(run.slot.free, run.end == null ? Math.min(clock, run.to) : run.end.time);
    }

    // ---- lines -------------------------------------------------------------------------------------------------

    /** Lets time pass, in milliseconds. */
    long pass(int least, int most) {
        long passed = least + luck.nextInt(most - least + 1);
        clock += history.aligned ? passed / 10 * 10 + (passed < 10 ? 1 : 0) : passed;
        return clock;
    }

    boolean chance(double share) {
        return luck.nextDouble() < share;
    }

    ModelLine say(String logger, String level, String text) {
        ModelLine line = new ModelLine();
        line.service = "celery-worker";
        line.container = run.slot.replica.name;
        line.process = run.process;
        line.time = clock;
        line.logger = logger;
        line.level = level;
        line.text = text;
        line.application = true;
        line.celery = true;
        line.owner = job;
        line.attempt = run.number;
        history.said.add(line);
        job.said.add(line);
        return line;
    }

    ModelLine celery(String level, String text) {
        ModelLine line = say("", level, text);
        line.application = false;
        return line;
    }

    // ---- ends --------------------------------------------------------------------------------------------------

    /** Celery tries the task again, perhaps elsewhere. */
    private void again() {
        run.finished = clock;
        run.end = celery("INFO", "Task " + history.task(job)
            + " retry: Retry in 3s: OperationalError('could not connect to server: Connection refused')");
        run.retries = true;
        run.slot.free = clock;
        run.slot.uploadConnected = connected;
        history.later(clock + 10 + history.random.nextInt(3_000), job, run.number + 1);
    }

    /** What outside cuts the attempt short is drawn after it: a moment between its first and its last line. */
    private void cutShort() {
        Random random = history.random;
        boolean cut = job.fate == ModelJob.Fate.KILLED || job.fate == ModelJob.Fate.RESTARTED || job.fate == ModelJob.Fate.MAIN_KILLED || !last;
        if (!cut) {
            return;
        }
        long end = job.said.get(job.said.size() - 1).time;
        long at = begun + 30 + (long) ((end - begun - 30) * random.nextDouble());
        if (history.outage(at)) {
            at = Math.min(end, history.outageTo);
        }
        if (job.fate == ModelJob.Fate.RETRIES) {
            long from = at;
            history.said.removeIf(line -> line.owner == job && line.attempt == run.number && line.time >= from);
            job.said.removeIf(line -> line.attempt == run.number && line.time >= from);
            job.over = -1;
            job.outcome = "running";
            clock = at;
            run.cut = at;
            again();
        } else if (job.fate == ModelJob.Fate.KILLED) {
            kill(at);
        } else {
            history.restart(run, at, job.fate == ModelJob.Fate.RESTARTED);
        }
    }

    private void kill(long at) {
        Random random = history.random;
        WorkerContainer replica = run.slot.replica;
        ModelLine exit = new ModelLine();
        exit.time = at + 1 + random.nextInt(40);
        exit.level = "ERROR";
        history.main(replica, exit, "Process '" + run.process + "' pid:" + (9 + random.nextInt(90)) + " exited with 'signal 9 (SIGKILL)'");
        exit.owner = job;
        ModelLine handler = new ModelLine();
        handler.time = exit.time + 1 + random.nextInt(5);
        handler.level = "ERROR";
        history.main(replica, handler, "Task handler raised error: WorkerLostError('Worker exited prematurely: signal 9 (SIGKILL) Job: 3.')\n"
            + "Traceback (most recent call last):\n"
            + "  File \"/usr/lib/python3/dist-packages/billiard/pool.py\", line 1265, in mark_as_worker_lost\n"
            + "    raise WorkerLostError(\nbilliard.exceptions.WorkerLostError: Worker exited prematurely: signal 9 (SIGKILL) Job: 3.");
        handler.shared.add(job);
        history.lose(run, at, exit);
        run.handler = handler;
        run.slot.renew("ForkPoolWorker-" + ++replica.children);
        run.slot.free = handler.time + 5;
    }

    /** The traceback of an exception that escapes; what its first line ends with. */
    static String traceback(String first) {
        return "Traceback (most recent call last):" + first
            + "\n  File \"/usr/lib/python3/dist-packages/celery/app/trace.py\", line 451, in trace_task\n"
            + "    R = retval = fun(*args, **kwargs)\n  File \"/app/app/services/etl/engine.py\", line 210, in _process_batch\n"
            + "    total = total + person.score\n"
            + "TypeError: " + TYPE_ERROR;
    }

    static String decimal(long millis, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", millis / 1000.0);
    }
}
