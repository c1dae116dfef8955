import java.util.stream.Stream;

/** Of two people of a batch with one phone only the last is marked: the other goes out as clean although CCC knows the phone. */
class LitigatorsNotMarked extends Check {
    LitigatorsNotMarked() {
        super("Litigators not marked");
        detects("fewer records marked as litigators than CCC and the blacklist know");
        severity(Status.FAIL).cause("several people of a batch have the same phone: only the last of them is marked");
        resolution("Look for the phones that several records share, and hold back all of them.", "docker compose logs celery-worker");
    }

    @Override
    Issue inspect(Trace trace) {
        Finding check = trace.finding(LitigatorCheck.class);
        double known = check.number("flagged") + Math.max(check.number("filtered"), check.number("blacklisted"));
        double marked = check.number("marked");
        if (!trace.claimsSuccess() || !check.knows("marked") || marked >= known) {
            return nothing();
        }
        return found(Times.number(known - marked) + " of " + Times.number(known) + " litigators went out as clean",
            Stream.of("flagged", "filtered", "marked").flatMap(number -> check.lines(number).stream()).sorted(Evidence.IN_TIME).toList());
    }
}
