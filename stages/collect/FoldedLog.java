import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What one log or file shows of one job: the messages that are kept, and what the others come to.
 *
 * @param others what the worker processes did for other jobs before this one was begun
 * @param placed how many lines each rule placed
 * @param lines how many were read; @param events how many messages were the job's
 * @param overheard errors that name no job and may concern this one
 * @param offsets by how much each service's clock differs from UTC
 * @param lost what there was too much of; null when all was read
 */
record FoldedLog(List<Message> messages, List<Attempt> attempts, List<Attempt> others, Map<PlacedBy, Integer> placed, long lines, long events,
        List<Message> overheard, Map<String, Duration> offsets, String lost) {
    private static final long QUARTER_OF_AN_HOUR = 900;

    /** The same, and these messages, which are not counted yet. */
    FoldedLog and(List<Message> waiting) {
        List<Message> all = new ArrayList<>(messages);
        all.addAll(waiting);
        return new FoldedLog(all, attempts, others, placed, lines, events, overheard, offsets, lost);
    }

    /** Adds it to the evidence. */
    void addTo(Evidence trace) {
        trace.messages.addAll(messages);
        trace.attempts.addAll(attempts);
        trace.others.addAll(others);
        placed.forEach((rule, count) -> trace.placed.merge(rule, count, Integer::sum));
        trace.linesRead += lines;
        trace.events += events;
        trace.overheard.addAll(overheard);
        trace.zones.putAll(offsets);
        offsets.forEach((service, offset) -> {
            if (offset.toSeconds() % QUARTER_OF_AN_HOUR != 0) {
                trace.skewed.put(service, offset);
            }
        });
    }

    /** @param redact what takes people and secrets out of a text */
    ObjectNode json(UnaryOperator<String> redact) {
        ObjectNode json = Json.NODES.objectNode().put("lines", lines).put("events", events).put("lost", lost);
        ObjectNode rules = json.putObject("placed");
        placed.forEach((rule, count) -> rules.put(rule.toString(), count));
        ObjectNode zones = json.putObject("offsets");
        offsets.forEach((service, offset) -> zones.put(service, offset.toSeconds()));
        Map<Message, Integer> numbers = new IdentityHashMap<>();
        ArrayNode texts = json.putArray("messages");
        for (Message message : messages) {
            numbers.put(message, numbers.size());
            texts.add(json(message, redact));
        }
        overheard.forEach(message -> json.withArray("overheard").add(json(message, redact)));
        for (Attempt attempt : attempts) {
            ObjectNode one = json(json.withArray("attempts").addObject(), attempt).put("last", text(attempt.last))
                .put("lost", attempt.lost).put("retries", attempt.retries).put("started", attempt.started).put("why", attempt.why);
            one.set("end", attempt.end == null ? null : json(attempt.end, redact).put("number", numbers.getOrDefault(attempt.end, -1)));
            one.set("limit", attempt.limit == null ? null : json(attempt.limit, redact).put("number", numbers.getOrDefault(attempt.limit, -1)));
        }
        others.forEach(other -> json(json.withArray("others").addObject(), other).put("stage", other.stage));
        for (int i = 0; i < messages.size(); i++) {
            ((ObjectNode) texts.get(i)).put("attempt", attempts.indexOf(messages.get(i).attempt));
        }
        return json;
    }

    private static ObjectNode json(ObjectNode one, Attempt attempt) {
        return one.put("job", attempt.job).put("container", attempt.container).put("process", attempt.process).put("from", attempt.from.toString())
            .put("to", text(attempt.to));
    }

    private static String text(Instant time) {
        return time == null ? null : time.toString();
    }

    private static ObjectNode json(Message message, UnaryOperator<String> redact) {
        ObjectNode json = Json.NODES.objectNode().put("service", message.service).put("container", message.container).put("time", message.time.toString())
            .put("level", message.level).put("process", message.process).put("text", redact.apply(message.text))
            .put("placedBy", message.placedBy == null ? null : message.placedBy.toString())
            .put("lines", message.lines).put("order", message.order).put("times", message.times);
        message.sums.forEach((pattern, sums) -> {
            ArrayNode sum = json.withObject("/sums").putArray(pattern.pattern.pattern());
            for (double one : sums) {
                sum.add(one);
            }
        });
        return json;
    }

    /** What json() wrote; foreign all the same. @param patterns those whose sums can be in it */
    static FoldedLog of(JsonNode json, List<LinePattern> patterns) {
        List<Attempt> attempts = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        Map<String, List<LinePattern>> byRegex = new HashMap<>();
        patterns.forEach(pattern -> byRegex.computeIfAbsent(pattern.pattern.pattern(), of -> new ArrayList<>()).add(pattern));
        json.path("messages").forEach(one -> messages.add(message(one, byRegex)));
        for (JsonNode one : json.path("attempts")) {
            Attempt attempt = attempt(one);
            attempt.last = time(one, "last");
            attempt.retries = one.path("retries").asBoolean();
            attempt.started = one.path("started").asBoolean();
            attempt.why = plain(one, "why");
            attempt.end = ending(one.path("end"), messages, byRegex);
            attempt.limit = ending(one.path("limit"), messages, byRegex);
            // What is lost has an end, and a message that tells it.
            attempt.lost = one.path("lost").asBoolean() && attempt.to != null && attempt.end != null;
            attempts.add(attempt);
        }
        for (int i = 0; i < messages.size(); i++) {
            int attempt = json.path("messages").path(i).path("attempt").asInt(-1);
            messages.get(i).attempt = attempt >= 0 && attempt < attempts.size() ? attempts.get(attempt) : null;
        }
        Map<PlacedBy, Integer> placed = new EnumMap<>(PlacedBy.class);
        for (PlacedBy rule : PlacedBy.values()) {
            if (json.path("placed").has(rule.toString())) {
                placed.put(rule, json.path("placed").path(rule.toString()).asInt());
            }
        }
        Map<String, Duration> offsets = new LinkedHashMap<>();
        json.path("offsets").properties().forEach(zone -> offsets.put(Printable.plain(zone.getKey()), Duration.ofSeconds(zone.getValue().asInt())));
        List<Message> overheard = new ArrayList<>();
        json.path("overheard").forEach(one -> overheard.add(message(one, byRegex)));
        List<Attempt> others = new ArrayList<>();
        json.path("others").forEach(one -> others.add(attempt(one)));
        for (int i = 0; i < others.size(); i++) {
            others.get(i).stage = plain(json.path("others").path(i), "stage");
        }
        others.removeIf(other -> !Job.ID.matcher(other.job).matches());
        return new FoldedLog(messages, attempts, others, placed, json.path("lines").asLong(), json.path("events").asLong(), overheard,
            offsets, json.hasNonNull("lost") ? plain(json, "lost") : null);
    }

    private static Attempt attempt(JsonNode json) {
        Attempt attempt = new Attempt(plain(json, "job"), plain(json, "container"), plain(json, "process"), time(json, "from"));
        attempt.to = time(json, "to");
        return attempt;
    }

    private static Message ending(JsonNode json, List<Message> messages, Map<String, List<LinePattern>> patterns) {
        int number = json.path("number").asInt(-1);
        return !json.isObject() ? null : number >= 0 && number < messages.size() ? messages.get(number) : message(json, patterns);
    }

    private static Message message(JsonNode json, Map<String, List<LinePattern>> patterns) {
        Message message = new Message(plain(json, "service"), plain(json, "container"), time(json, "time"), plain(json, "level"), plain(json, "process"),
            Printable.lines(json.path("text").asText()));
        message.placedBy = PlacedBy.named(plain(json, "placedBy"));
        message.lines = json.path("lines").asInt(1);
        message.order = json.path("order").asLong();
        message.times = json.path("times").asLong(1);
        json.path("sums").properties().forEach(sum -> patterns.getOrDefault(sum.getKey(), List.of()).forEach(pattern -> {
            double[] numbers = new double[pattern.numbers.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = sum.getValue().path(i).asDouble();
            }
            message.sums = message.sums.isEmpty() ? new IdentityHashMap<>() : message.sums;
            message.sums.put(pattern, numbers);
        }));
        return message;
    }

    private static String plain(JsonNode json, String name) {
        return Printable.plain(json.path(name).asText(""));
    }

    /** Throws KnownFailure where a time is needed and none stands. */
    private static Instant time(JsonNode json, String name) {
        Instant time = Times.parse(json.path(name).asText(""));
        if (time == null && (name.equals("time") || name.equals("from"))) {
            throw new KnownFailure(2, "the recording has a message without a time");
        }
        return time;
    }
}
