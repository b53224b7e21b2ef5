package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.PodSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever people write where they may write what they like, their pods are read as if they had not.
class HostilePodProperties {

    @Property(tries = 300)
    void pod_withAnyTextInItsMarks_isReadAsOneWithout(@ForAll("texts") String name, @ForAll("texts") String value)
            throws IOException {
        var skip = "admission.plimsoll.io/skip";

        var pod = read(Map.of(name, value, skip, value));

        // Disruption budgets select by labels, so these are kept as they are.
        assertThat(pod.traits().labels()).containsEntry(name, value).containsEntry(skip, value);
        assertThat(pod.withTraits(pod.traits().withLabels(Map.of()))).isEqualTo(read(Map.of()));
    }

    @Property(tries = 300)
    void pod_withAnyTextInItsEnvironmentAndArguments_tellsNoneOfIt(@ForAll("texts") String text) throws IOException {
        assertThat(read(Map.of(), text).toString())
                .isEqualTo(read(Map.of(), "nothing").toString());
    }

    /// All planes of Unicode, control characters, ends of strings and of objects.
    @Provide
    Arbitrary<String> texts() {
        var odd = Arbitraries.of(
                "\"}]}",
                "\\\"",
                "\u202eeurt",
                "\ud83e\udd16",
                "\u0000",
                "${jndi:ldap://x}",
                "'; drop table",
                "\n\r\t",
                "%s%n");
        return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(200).filter(HostilePodProperties::isText), odd);
    }

    /// Half a surrogate pair cannot be sent.
    private static boolean isText(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
    }

    private static PodSpec read(Map<String, String> marks) throws IOException {
        return read(marks, "nothing");
    }

    private static PodSpec read(Map<String, String> marks, String text) throws IOException {
        var pod = Json.MAPPER.createObjectNode();
        var metadata = pod.putObject("metadata").put("name", "p").put("namespace", "shop");
        metadata.set("annotations", Json.MAPPER.valueToTree(marks));
        metadata.set("labels", Json.MAPPER.valueToTree(marks));
        var container = pod.putObject("spec").putArray("containers").addObject().put("name", "main");
        container.putArray("args").add(text);
        container.putArray("env").addObject().put("name", "JAVA_TOOL_OPTIONS").put("value", text);
        try (var parser = Json.parser(new ByteArrayInputStream(Json.MAPPER.writeValueAsBytes(pod)))) {
            parser.nextToken();
            return new PodDecoder(new Pool()).read(parser).pod();
        }
    }
}
