import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** JSON as the commands print it: foreign, so that what cannot be read is nothing, not a failure. */
interface Json {
    JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Reads what a mapper would; the mapper's own start costs a tenth of a second, and nothing here is bound to a class. */
    JsonFactory FACTORY = new JsonFactory();

    /** The objects in lines of output: one a line, or one array over the whole (`docker compose ps` before 2.21). */
    static List<JsonNode> list(List<String> lines) {
        List<JsonNode> found = new ArrayList<>();
        String whole = String.join("\n", lines).strip();
        JsonNode array = whole.startsWith("[") ? read(whole) : NODES.missingNode();
        // A notice such as `[12:00] …` before the answer is no array.
        List<JsonNode> nodes = array.isArray() ? List.of(array)
            : lines.stream().filter(line -> line.startsWith("{") || line.startsWith("[")).map(Json::read).toList();
        for (JsonNode node : nodes) {
            if (node.isArray()) {
                node.forEach(found::add);
            } else if (node.isObject()) {
                found.add(node);
            }
        }
        return found;
    }

    static JsonNode read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return parser.nextToken() == null ? NODES.missingNode() : node(parser);
        } catch (IOException unreadable) {
            return NODES.missingNode();
        }
    }

    /** The value at which the parser stands; the parser's own limit of depth bounds the recursion. */
    private static JsonNode node(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT:
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, node(parser));
                }
                return object;
            case START_ARRAY:
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(node(parser));
                }
                return array;
            case VALUE_NUMBER_INT:
                return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? NODES.numberNode(parser.getBigIntegerValue())
                    : NODES.numberNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT:
                return NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE:
            case VALUE_FALSE:
                return NODES.booleanNode(parser.getBooleanValue());
            case VALUE_NULL:
                return NODES.nullNode();
            default:
                return NODES.textNode(parser.getText());
        }
    }
}
