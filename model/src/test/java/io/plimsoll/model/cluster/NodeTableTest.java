package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NodeTableTest {

    @Test
    void emptyTable_knowsNoName() {
        assertThat(new NodeTable(List.of()).slot("n1")).isEqualTo(NodeTable.ABSENT);
    }

    @Test
    void nameWithinABuffer_isFoundByItsBytesAlone() {
        var table = new NodeTable(List.of("n1", "n10", "n2"));
        var buffer = "[\"n10\",\"n2\"]".getBytes(StandardCharsets.UTF_8);

        assertThat(table.slot(buffer, 2, 3)).isEqualTo(1);
        assertThat(table.slot(buffer, 2, 2)).isZero();
        assertThat(table.slot(buffer, 8, 2)).isEqualTo(2);
        assertThat(table.slot(buffer, 2, 1)).isEqualTo(NodeTable.ABSENT);
    }

    @Property(tries = 100, seed = "32")
    void anyNames_areFoundAtTheirSlots_andNoOthers(@ForAll Random random) {
        var names = new TreeSet<String>();
        for (int i = random.nextInt(300); i > 0; i--) {
            names.add("node-" + random.nextInt(1000) + (random.nextBoolean() ? ".zone-ä" : ""));
        }
        var table = new NodeTable(List.copyOf(names));

        assertThat(table.names()).containsExactlyElementsOf(names);
        for (int slot = 0; slot < table.size(); slot++) {
            assertThat(table.slot(table.names().get(slot))).isEqualTo(slot);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(table.slot("node-" + i) != NodeTable.ABSENT).isEqualTo(names.contains("node-" + i));
        }
    }
}
