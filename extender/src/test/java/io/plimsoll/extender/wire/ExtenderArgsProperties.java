package io.plimsoll.extender.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plimsoll.extender.Requests;
import io.plimsoll.extender.wire.ExtenderArgs.Form;
import io.plimsoll.model.cluster.NodeTable;
import io.plimsoll.model.placement.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The scanner against Jackson as the reference.
class ExtenderArgsProperties {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final NodeTable TABLE = new NodeTable(List.of("a", "b", "n1", "é", "ñ\"x"));

    private final ExtenderArgs args = new ExtenderArgs();
    private final ReplyBuffer out = new ReplyBuffer();

    @Provide
    Arbitrary<List<String>> names() {
        var plain = Arbitraries.of("a", "b", "n1", "é", "ñ\"x", "ip-10-0-0-1.ec2.internal", "😀", "\\", "");
        var any = Arbitraries.strings().ofMaxLength(12).filter(ExtenderArgsProperties::isText);
        return Arbitraries.oneOf(plain, any).list().ofMaxSize(40);
    }

    /// How a JSON text looks: case of keys, white space, escapes, order of fields.
    @Provide
    Arbitrary<Long> looks() {
        return Arbitraries.longs();
    }

    @Property(tries = 500, seed = "1")
    void read_names_asJacksonReadsThem(@ForAll("names") List<String> names, @ForAll("looks") long look)
            throws Exception {
        var body = new Writer(look).names(names);

        read(body);

        assertThat(readNames()).isEqualTo(names);
        assertThat(args.form()).isEqualTo(Form.NAMES);
        assertThat(JSON.readTree(body)).isNotNull();
        for (int i = 0; i < args.count(); i++) {
            assertThat(args.slot(i)).isEqualTo(TABLE.slot(names.get(i)));
        }
    }

    /// What came after a name the last time is only a guess at what comes now.
    @Property(tries = 500, seed = "7")
    void read_namesAfterOthers_asIfTheyWereTheFirst(
            @ForAll("names") List<String> before, @ForAll("names") List<String> names, @ForAll("looks") long look) {
        read(new Writer(look).names(before));
        read(new Writer(look + 1).names(before));

        read(new Writer(look + 2).names(names));

        assertThat(readNames()).isEqualTo(names);
        for (int i = 0; i < args.count(); i++) {
            assertThat(args.slot(i)).isEqualTo(TABLE.slot(names.get(i)));
        }
    }

    @Property(tries = 300, seed = "2")
    void read_nodes_asJacksonReadsThem(@ForAll("names") List<String> names, @ForAll("looks") long look) {
        var body = new Writer(look).nodes(names);

        read(body);

        assertThat(readNames()).isEqualTo(names);
        assertThat(args.form()).isEqualTo(Form.NODES);
    }

    @Property(tries = 300, seed = "3")
    void filtered_someRejected_isWhatJacksonWouldWrite(
            @ForAll("names") List<String> names, @ForAll("looks") long look, @ForAll Random random) throws Exception {
        read(new Writer(look).names(names));
        var rejections = new byte[names.size()];
        var accepted = new ArrayList<String>();
        for (int i = 0; i < rejections.length; i++) {
            rejections[i] = (byte) random.nextInt(Reason.values().length + 1);
            if (rejections[i] == 0) {
                accepted.add(names.get(i));
            }
        }

        Replies.filtered(args, rejections, out);

        var reply = JSON.readTree(out.toString());
        assertThat(texts(reply.path("NodeNames"))).isEqualTo(accepted);
        for (int i = 0; i < rejections.length; i++) {
            if (rejections[i] != 0 && names.lastIndexOf(names.get(i)) == i) {
                assertThat(reply.path("FailedAndUnresolvableNodes")
                                .path(names.get(i))
                                .asText())
                        .isEqualTo(Reason.values()[rejections[i] - 1].text());
            }
        }
    }

    @Property(tries = 300, seed = "4")
    void scores_anyNames_areWholeNumbersInOrder(
            @ForAll("names") List<String> names, @ForAll("looks") long look, @ForAll Random random) throws Exception {
        read(new Writer(look).names(names));
        var scores = new byte[names.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (byte) random.nextInt(11);
        }

        Replies.scores(args, scores, out);

        var reply = JSON.readTree(out.toString());
        assertThat(reply).hasSize(names.size());
        for (int i = 0; i < scores.length; i++) {
            assertThat(reply.get(i).path("Host").asText()).isEqualTo(names.get(i));
            assertThat(reply.get(i).path("Score").isInt()).isTrue();
            assertThat(reply.get(i).path("Score").asInt()).isEqualTo(scores[i]);
        }
    }

    @Property(tries = 500, seed = "5")
    void read_truncated_saysSo(@ForAll("names") List<String> names, @ForAll("looks") long look, @ForAll Random random) {
        var body = new Writer(look).names(names).getBytes(StandardCharsets.UTF_8);
        int length = random.nextInt(body.length);

        var kind = kindOf(body, length);

        assertThat(kind).isEqualTo("TRUNCATED");
    }

    /// Where Jackson reads it, so does the scanner; otherwise it may read or refuse, but nothing else.
    @Property(tries = 2_000, seed = "6")
    void read_damaged_readsOrRefuses(@ForAll("names") List<String> names, @ForAll Random random) {
        var body = Requests.names(
                        names.stream().filter(n -> n.matches("[a-z0-9.-]*")).toList())
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            body[random.nextInt(body.length)] = (byte) " \"\\{}[]:,nt0x\u0001".charAt(random.nextInt(14));
        }

        var kind = kindOf(body, body.length);

        if (jacksonReadsNames(body)) {
            assertThat(kind).isIn("READ", "SYNTAX");
        }
    }

    private static boolean jacksonReadsNames(byte[] body) {
        try {
            var tree = JSON.readTree(new String(body, StandardCharsets.UTF_8));
            return tree.path("NodeNames").isArray();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private String kindOf(byte[] body, int length) {
        try {
            args.read(body, length, TABLE);
            return "READ";
        } catch (MalformedRequest e) {
            return e.kind().name();
        }
    }

    private void read(String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        args.read(bytes, bytes.length, TABLE);
    }

    private List<String> readNames() {
        var names = new ArrayList<String>();
        for (int i = 0; i < args.count(); i++) {
            names.add(args.name(i));
        }
        return names;
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /// No half of a surrogate pair, which UTF-8 cannot carry.
    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /// Writes a request in one of the many ways JSON allows.
    private static final class Writer {

        private final Random random;

        Writer(long look) {
            random = new Random(look);
        }

        String names(List<String> names) {
            var list = names.stream().map(this::string).toList();
            return object(List.of(
                    field("Nodes", "null"),
                    field("NodeNames", array(list)),
                    field("Pod", Requests.POD),
                    field("Future", "{\"x\":[1,{\"y\":\"]}\\\"\"}],\"z\":-1.5e3}")));
        }

        String nodes(List<String> names) {
            var items = names.stream().map(this::node).toList();
            return object(List.of(
                    field("NodeNames", "null"),
                    field("Nodes", object(List.of(field("metadata", "{}"), field("items", array(items)))))));
        }

        private String node(String name) {
            return object(List.of(
                    "\"metadata\":" + object(List.of("\"name\":" + string(name), "\"labels\":{\"name\":\"no\"}")),
                    "\"spec\":{}",
                    "\"status\":{\"metadata\":{\"name\":\"no\"}}"));
        }

        private String field(String key, String value) {
            var cased = random.nextInt(3) == 0 ? key.toLowerCase(Locale.ROOT) : key;
            return '"' + cased + '"' + space() + ":" + space() + value;
        }

        private String object(List<String> fields) {
            var shuffled = new ArrayList<>(fields);
            Collections.shuffle(shuffled, random);
            return "{" + space() + String.join("," + space(), shuffled) + space() + "}";
        }

        private String array(List<String> items) {
            return "[" + space() + String.join(space() + ",", items) + space() + "]";
        }

        private String string(String text) {
            var json = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean must = c < ' ' || c == '"' || c == '\\';
                json.append(must || random.nextInt(10) == 0 ? String.format("\\u%04x", (int) c) : c);
            }
            return whole(json.append('"').toString(), text);
        }

        /// Half of a surrogate pair as an escape and half as UTF-8 is no JSON: then only what must be is escaped.
        private static String whole(String json, String text) {
            return isText(json) ? json : quoted(text);
        }

        private static String quoted(String text) {
            try {
                return JSON.writeValueAsString(text);
            } catch (JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }

        private String space() {
            return random.nextInt(4) == 0 ? " \n" : "";
        }
    }
}
