import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported is what the published protobuf definition of OTLP knows, and keeps the rules of its specification. */
class OtlpTest {
    private static final long MILLION = 1_000_000;

    @TempDir
    Path folder;

    /** OTLP/JSON writes ids in hex, protobuf's own JSON in base64: all else is the same. Nothing unknown is ignored. */
    static ExportTraceServiceRequest parsed(String json) throws Exception {
        assertEquals(1, json.lines().count(), "one line, one document");
        JsonNode document = AllTests.JSON.readTree(json);
        for (JsonNode span : document.findParents("spanId")) {
            for (String id : List.of("traceId", "spanId", "parentSpanId")) {
                if (span.has(id)) {
                    assertTrue(span.get(id).asText().matches(id.equals("traceId") ? "[0-9a-f]{32}" : "[0-9a-f]{16}"), span.get(id).asText());
                    ((ObjectNode) span).put(id, Base64.getEncoder().encodeToString(HexFormat.of().parseHex(span.get(id).asText())));
                }
            }
            assertTrue(span.get("startTimeUnixNano").isTextual() && span.get("endTimeUnixNano").isTextual(), "times are strings");
        }
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        JsonFormat.parser().merge(document.toString(), request);
        return request.build();
    }

    static List<Span> spans(ExportTraceServiceRequest request) {
        List<Span> spans = new ArrayList<>();
        request.getResourceSpansList().forEach(resource -> {
            assertEquals("service.name", resource.getResource().getAttributes(0).getKey());
            assertTrue(!resource.getResource().getAttributes(0).getValue().getStringValue().isEmpty());
            resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
        });
        return spans;
    }

    /** The rules of the specification. */
    static void assertValid(List<Span> spans, String why) {
        Set<ByteString> ids = new HashSet<>();
        int roots = 0;
        for (Span span : spans) {
            assertEquals(16, span.getTraceId().size(), why);
            assertEquals(8, span.getSpanId().size(), why);
            assertNotEquals(ByteString.copyFrom(new byte[16]), span.getTraceId(), why);
            assertNotEquals(ByteString.copyFrom(new byte[8]), span.getSpanId(), why);
            assertTrue(ids.add(span.getSpanId()), why + ": two spans have one id");
            assertEquals(spans.get(0).getTraceId(), span.getTraceId(), why);
            assertTrue(!span.getName().isEmpty() && span.getKindValue() > 0, why);
            assertTrue(span.getStartTimeUnixNano() > 0 && span.getEndTimeUnixNano() >= span.getStartTimeUnixNano(), why + ": " + span.getName());
            span.getEventsList().forEach(event -> assertTrue(event.getTimeUnixNano() > 0 && !event.getName().isEmpty(), why));
            Set<String> keys = new HashSet<>();
            span.getAttributesList().forEach(attribute -> assertTrue(!attribute.getKey().isEmpty() && keys.add(attribute.getKey()), why + attribute));
            roots += span.getParentSpanId().isEmpty() ? 1 : 0;
        }
        spans.stream().filter(span -> !span.getParentSpanId().isEmpty()).forEach(span -> assertTrue(ids.contains(span.getParentSpanId()), why));
        assertEquals(1, roots, why);
    }

    private static List<Span> exported(Path recording) throws Exception {
        AllTests.Run run = AllTests.trace("--replay", recording.toString(), "--format", "otlp");
        List<Span> spans = spans(parsed(run.out()));
        assertValid(spans, recording.toString());
        return spans;
    }

    @Test
    void everyCaseGivesATraceThatTheProtocolKnows() throws Exception {
        for (Path folder : AllTests.cases()) {
            exported(folder.resolve("recording.jsonl"));
        }
    }

    /** The times are those of the recording's lines, in milliseconds after 09:30 on the 15th of January 2026. */
    @Test
    void theDemosSpansAreItsStages() throws Exception {
        long start = java.time.Instant.parse("2026-01-15T09:30:00Z").toEpochMilli();
        Map<String, String> found = new HashMap<>();
        List<Span> spans = exported(Demo.RECORDING);
        Map<ByteString, String> names = new HashMap<>();
        spans.forEach(span -> names.put(span.getSpanId(), span.getName()));
        spans.forEach(span -> found.put(span.getName(), (span.getStartTimeUnixNano() / MILLION - start) + ".." + (span.getEndTimeUnixNano() / MILLION - start)
            + " in " + names.get(span.getParentSpanId())));
        assertEquals(Map.of("ETL job", "50..45400 in null", "Queued", "50..180 in ETL job", "Attempt", "180..45400 in ETL job",
            "Snowflake Query", "240..3420 in Attempt", "Pre-filtering", "3420..3435 in Attempt", "idiCORE Enrichment", "3440..31900 in Attempt",
            "CCC Litigator Check", "31910..37970 in Attempt", "DNC Check", "37975..40235 in Attempt", "Results Upload", "40260..45320 in Attempt"), found);
        assertEquals("7f3c2a105b8e4d6f9a210c4e8b7d1f35", HexFormat.of().formatHex(spans.get(0).getTraceId().toByteArray()), "the job's own id");
        Span dnc = spans.stream().filter(span -> span.getName().equals("DNC Check")).findFirst().orElseThrow();
        assertEquals(45, dnc.getAttributesList().stream().filter(one -> one.getKey().equals("numbers.found")).findFirst().orElseThrow().getValue().getIntValue());
        assertTrue(spans.stream().allMatch(span -> span.getEventsCount() == 0 && span.getStatus().getCode() == StatusCode.STATUS_CODE_UNSET));
    }

    @Test
    void errorsAndRestartsAreEvents() throws Exception {
        List<Span> degraded = exported(AllTests.home().resolve("test/cases/ccc-batch-fails-and-completed/recording.jsonl"));
        for (Span span : degraded) {
            boolean bad = List.of("CCC Litigator Check", "ETL job").contains(span.getName());
            assertEquals(bad ? StatusCode.STATUS_CODE_ERROR : StatusCode.STATUS_CODE_UNSET, span.getStatus().getCode(), span.getName());
            assertEquals(span.getName().equals("CCC Litigator Check") ? 1 : 0, span.getEventsCount(), span.getName());
        }
        List<Span> lost = exported(AllTests.home().resolve("test/cases/worker-restarted-under-the-job/recording.jsonl"));
        assertEquals("restart", lost.stream().filter(span -> span.getName().equals("ETL job")).findFirst().orElseThrow().getEvents(0).getName());
        assertEquals("lost", lost.stream().filter(span -> span.getName().equals("Attempt")).findFirst().orElseThrow().getEvents(0).getName());
    }

    @Test
    void aSecondAttemptIsASpanOfItsOwnAndFiveHundredBatchesAreFiveHundredSpans() throws Exception {
        List<Span> tried = exported(AllTests.home().resolve("test/cases/celery-tries-again/recording.jsonl"));
        assertEquals(2, tried.stream().filter(span -> span.getName().equals("Attempt")).count());
        assertEquals(1, tried.stream().filter(span -> span.getName().equals("Wait for retry")).count());
        List<Span> many = exported(ManyBatches.write(folder));
        assertEquals(500, many.stream().filter(span -> span.getName().equals("DNC Check")).count());
    }

    @Test
    void theSameJobGivesTheSameTrace() {
        assertEquals(AllTests.trace("--demo", "--format", "otlp").out(), AllTests.trace("--demo", "--format", "otlp").out());
    }
}
