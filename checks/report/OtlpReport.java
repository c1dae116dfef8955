import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The job as one trace in OTLP/JSON, one line: the job is the root, its wait, its attempts and its stages' visits are spans,
 * errors and restarts are events. All ids come from the job's id, so that the same job gives the same trace.
 */
final class OtlpReport {
    /** As the protocol numbers them. */
    private static final int INTERNAL = 1;
    private static final int CONSUMER = 5;
    private static final int ERROR = 2;
    private static final String JOB = "job";
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);
    private static final BigInteger LATEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final Trace trace;
    private final Timeline timeline;
    private final String traceId;
    /** The spans of each service. */
    private final Map<String, ArrayNode> services = new LinkedHashMap<>();
    /** The spans, by what their ids are made of. */
    private final Map<String, ObjectNode> spans = new LinkedHashMap<>();

    private OtlpReport(Trace trace) {
        this.trace = trace;
        this.timeline = Timeline.of(trace);
        String hex = trace.job.id().toLowerCase(Locale.ROOT).replace("-", "");
        boolean usable = hex.matches("[0-9a-f]{32}") && !hex.matches("0+");
        this.traceId = usable ? hex : id("trace", 16);
    }

    static String render(Trace trace) {
        return new OtlpReport(trace).document() + "\n";
    }

    private ObjectNode document() {
        root();
        // Attempts are the parents of visits.
        timeline.entries().stream().filter(entry -> !entry.kind().moment() && entry.stage() == null).forEach(this::span);
        timeline.entries(TimelineEntry.Kind.STAGE).forEach(this::span);
        timeline.entries().stream().filter(entry -> entry.kind().moment()).forEach(this::event);
        trace.findings.values().stream().filter(finding -> finding.status() == Status.FAIL).forEach(this::failed);
        ObjectNode document = Json.NODES.objectNode();
        ArrayNode resources = document.putArray("resourceSpans");
        services.forEach((service, spans) -> {
            ObjectNode resource = resources.addObject();
            attribute(resource.putObject("resource").putArray("attributes"), "service.name", service);
            ObjectNode scope = resource.putArray("scopeSpans").addObject();
            scope.putObject("scope").put("name", "trace-job");
            scope.set("spans", spans);
        });
        return document;
    }

    private void root() {
        Instant created = trace.job.time("created_at");
        Instant from = timeline.from() != null ? timeline.from() : created != null ? created : trace.now;
        ObjectNode root = span(JOB, null, "ETL job", Container.BACKEND, INTERNAL, from, timeline.to() == null ? from : timeline.to());
        ArrayNode attributes = attributes(root);
        attribute(attributes, "job.id", trace.job.id());
        attribute(attributes, "job.name", Printable.plain(trace.job.name()));
        attribute(attributes, "job.status", trace.job.status());
        attribute(attributes, "job.running", !trace.over() && trace.ended() == null);
        attribute(attributes, "verdict.state", trace.verdict.state().toString());
        attribute(attributes, "verdict.because", Printable.plain(trace.verdict.because()));
        ArrayNode issues = Json.NODES.arrayNode();
        trace.issues.forEach(issue -> issues.addObject().put("stringValue", Printable.plain(issue.symptom())));
        attributes.addObject().put("key", "issues").putObject("value").putObject("arrayValue").set("values", issues);
        if (trace.verdict.state().isProblem()) {
            status(root, trace.verdict.because().isEmpty() ? trace.verdict.state().toString() : trace.verdict.because());
        }
    }

    /** A part of the job's time as a span; what no stage accounts for, and other jobs, are none. */
    private void span(TimelineEntry entry) {
        String attempt = spans.containsKey("attempt " + entry.attempt()) ? "attempt " + entry.attempt() : JOB;
        ObjectNode span;
        switch (entry.kind()) {
            case QUEUED -> span = span("queued", JOB, "Queued", Container.BACKEND, INTERNAL, entry.from(), entry.to());
            case RETRY -> span = span("retry " + entry.attempt(), JOB, "Wait for retry", Container.WORKER, INTERNAL, entry.from(), entry.to());
            case ATTEMPT -> {
                span = span("attempt " + entry.attempt(), JOB, "Attempt", Container.WORKER, CONSUMER, entry.from(), entry.to());
                attribute(attributes(span), "attempt", entry.attempt());
                attribute(attributes(span), "worker.process", entry.name());
            }
            case STAGE -> {
                span = span(key(entry), attempt, entry.name(), service(entry.stage()), INTERNAL, entry.from(), entry.to());
                attribute(attributes(span), "stage.id", entry.stage().id());
                attribute(attributes(span), "visit", entry.visit());
                entry.numbers().forEach((name, value) -> attribute(attributes(span), "numbers." + name, value));
            }
            default -> {
                return;
            }
        }
        if (entry.open()) {
            attribute(attributes(span), "running", true);
        }
    }

    private static String key(TimelineEntry entry) {
        return entry.stage() == null ? "" : "attempt " + entry.attempt() + " stage " + entry.stage().id() + " visit " + entry.visit();
    }

    /** Where the stage's lines were logged. */
    private String service(Stage stage) {
        return trace.finding(stage.getClass()).evidence().stream().filter(Message::logged).map(message -> message.service).findFirst().orElse(Container.WORKER);
    }

    /** An error belongs to the visit that it fell into, else to the attempt; the rest to the job. */
    private void event(TimelineEntry entry) {
        boolean work = entry.kind() == TimelineEntry.Kind.ERROR || entry.kind() == TimelineEntry.Kind.LOST;
        ObjectNode span = work && spans.containsKey(key(entry)) ? spans.get(key(entry))
            : work && spans.containsKey("attempt " + entry.attempt()) ? spans.get("attempt " + entry.attempt()) : spans.get(JOB);
        ObjectNode event = span.withArray("events").addObject().put("timeUnixNano", nanos(entry.from())).put("name", entry.kind().toString());
        ArrayNode attributes = event.putArray("attributes");
        attribute(attributes, work ? "where" : "container", entry.name());
        attribute(attributes, "message", entry.text());
        attribute(attributes, "times", entry.times());
        if (work) {
            status(span, entry.text());
        }
    }

    /** A stage that failed did so at its last visit, where no error says at which. */
    private void failed(Finding finding) {
        List<TimelineEntry> visits = timeline.entries(TimelineEntry.Kind.STAGE).stream().filter(entry -> entry.stage() == finding.stage()).toList();
        if (visits.isEmpty() || visits.stream().anyMatch(visit -> spans.get(key(visit)).has("status"))) {
            return;
        }
        status(spans.get(key(visits.get(visits.size() - 1))), finding.summary());
    }

    private ObjectNode span(String key, String parent, String name, String service, int kind, Instant from, Instant to) {
        ObjectNode span = services.computeIfAbsent(service, made -> Json.NODES.arrayNode()).addObject().put("traceId", traceId).put("spanId", id(key, 8));
        if (parent != null) {
            span.put("parentSpanId", spans.get(parent).get("spanId").asText());
        }
        span.put("name", name).put("kind", kind).put("startTimeUnixNano", nanos(from)).put("endTimeUnixNano", nanos(to));
        spans.put(key, span);
        return span;
    }

    private static void status(ObjectNode span, String message) {
        if (!span.has("status")) {
            span.putObject("status").put("code", ERROR).put("message", Printable.plain(message));
        }
    }

    private static ArrayNode attributes(ObjectNode span) {
        return span.withArray("attributes");
    }

    private static void attribute(ArrayNode attributes, String key, String value) {
        if (!value.isEmpty()) {
            attributes.addObject().put("key", key).putObject("value").put("stringValue", value);
        }
    }

    private static void attribute(ArrayNode attributes, String key, boolean value) {
        attributes.addObject().put("key", key).putObject("value").put("boolValue", value);
    }

    private static void attribute(ArrayNode attributes, String key, double value) {
        ObjectNode node = attributes.addObject().put("key", key).putObject("value");
        if (value == Math.rint(value)) {
            node.put("intValue", Long.toString((long) value));
        } else {
            node.put("doubleValue", value);
        }
    }

    /** Nanoseconds since 1970; the protocol has no times before, and none after 2262 that everybody can read. */
    private static String nanos(Instant time) {
        return BigInteger.valueOf(time.getEpochSecond()).multiply(NANOS).add(BigInteger.valueOf(time.getNano())).max(BigInteger.ONE).min(LATEST).toString();
    }

    /** An id of so many bytes, in hex: the same for the same job. */
    private String id(String of, int bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest((trace.job.id().toLowerCase(Locale.ROOT) + " " + of).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, bytes);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256", absent);
        }
    }
}
