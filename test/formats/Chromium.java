import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real browser without a screen, steered over its DevTools protocol. */
final class Chromium {
    private static final int PATIENCE = 60;
    private final Path profile;
    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    /** What it told without being asked. */
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private int calls;

    /** True where Debian's package is installed. */
    static boolean installed() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromium")));
    }

    /** Starts it with a profile in this empty folder. Throws IOException when it does not come up. */
    Chromium(Path profile) throws Exception {
        this.profile = profile;
        process = new ProcessBuilder("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-extensions", "--disable-background-networking", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank")
            .redirectErrorStream(true).redirectOutput(profile.resolve("chromium.log").toFile()).start();
        Path port = profile.resolve("DevToolsActivePort");
        for (int i = 0; i < PATIENCE * 10 && (!Files.exists(port) || Files.readAllLines(port).size() < 2); i++) {
            if (!process.isAlive()) {
                throw new IOException("chromium ended: " + Files.readString(profile.resolve("chromium.log")));
            }
            Thread.sleep(100);
        }
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest pages = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list")).build();
        JsonNode page = null;
        for (int i = 0; i < PATIENCE * 10 && page == null; i++) {
            for (JsonNode one : AllTests.JSON.readTree(client.send(pages, HttpResponse.BodyHandlers.ofString()).body())) {
                page = one.get("type").asText().equals("page") ? one : page;
            }
            Thread.sleep(100);
        }
        socket = client.newWebSocketBuilder().buildAsync(URI.create(page.get("webSocketDebuggerUrl").asText()), new Listener()).get(PATIENCE, TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "DOM")) {
            call(domain + ".enable", params());
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonNode told = Json.read(text.toString());
                text.setLength(0);
                CompletableFuture<JsonNode> asked = told.has("id") ? answers.remove(told.get("id").asInt()) : null;
                if (asked != null) {
                    asked.complete(told);
                } else {
                    events.add(told);
                }
            }
            from.request(1);
            return null;
        }
    }

    static ObjectNode params() {
        return AllTests.JSON.createObjectNode();
    }

    JsonNode call(String method, ObjectNode params) throws Exception {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(++calls, answer);
        ObjectNode call = params().put("id", calls).put("method", method);
        call.set("params", params);
        socket.sendText(call.toString(), true).get(PATIENCE, TimeUnit.SECONDS);
        JsonNode told = answer.get(PATIENCE, TimeUnit.SECONDS);
        if (told.has("error")) {
            throw new IOException(method + ": " + told.get("error"));
        }
        return told.get("result");
    }

    /** Shows the page in a window of this width, and waits until it is there. */
    void open(Path page, int width, boolean dark) throws Exception {
        ObjectNode media = params();
        media.putArray("features").addObject().put("name", "prefers-color-scheme").put("value", dark ? "dark" : "light");
        call("Emulation.setEmulatedMedia", media);
        call("Emulation.setDeviceMetricsOverride", params().put("width", width).put("height", 900).put("deviceScaleFactor", 1).put("mobile", width < 600));
        events.clear();
        call("Page.navigate", params().put("url", page.toUri().toString()));
        for (int i = 0; i < PATIENCE * 50 && events("Page.loadEventFired").isEmpty(); i++) {
            Thread.sleep(20);
        }
    }

    /** What it told of this kind since the page was opened. */
    List<JsonNode> events(String method) {
        return events.stream().filter(event -> event.get("method").asText().equals(method)).map(event -> event.get("params")).toList();
    }

    /** What the page wrote to its console, and what the browser complained of. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (String kind : List.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening")) {
            events(kind).forEach(event -> complaints.add(kind + " " + event));
        }
        return complaints;
    }

    /** The addresses that it asked for. */
    List<String> requests() {
        return events("Network.requestWillBeSent").stream().map(event -> event.at("/request/url").asText()).toList();
    }

    /** The value of an expression in the page. */
    JsonNode value(String expression) throws Exception {
        JsonNode result = call("Runtime.evaluate", params().put("expression", expression).put("returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    /** Presses and releases a key. */
    void press(String key, int code, String text) throws Exception {
        call("Input.dispatchKeyEvent", params().put("type", text.isEmpty() ? "rawKeyDown" : "keyDown").put("key", key).put("code", key)
            .put("windowsVirtualKeyCode", code).put("text", text));
        call("Input.dispatchKeyEvent", params().put("type", "keyUp").put("key", key).put("code", key).put("windowsVirtualKeyCode", code));
    }

    /** The page's upper part as a picture. */
    void picture(Path file) throws Exception {
        JsonNode size = value("[innerWidth, Math.min(1800, document.body.getBoundingClientRect().bottom)].join(' ')");
        String[] sides = size.asText().split(" ");
        ObjectNode shot = params().put("captureBeyondViewport", true);
        shot.putObject("clip").put("x", 0).put("y", 0).put("width", Double.parseDouble(sides[0])).put("height", Double.parseDouble(sides[1])).put("scale", 1);
        Files.write(file, Base64.getDecoder().decode(call("Page.captureScreenshot", shot).get("data").asText()));
    }

    void close() throws Exception {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(PATIENCE, TimeUnit.SECONDS);
        // Links that lead out of the folder.
        for (String name : List.of("SingletonSocket", "SingletonCookie", "SingletonLock")) {
            Files.deleteIfExists(profile.resolve(name));
        }
    }
}
