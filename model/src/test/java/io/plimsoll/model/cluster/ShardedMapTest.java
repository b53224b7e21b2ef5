package io.plimsoll.model.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ShardedMapTest {

    /// A key of which many share a hash.
    private record Key(int number) {
        @Override
        public int hashCode() {
            return number / 4;
        }
    }

    private record Version(ShardedMap<Key, Integer> map, Map<Key, Integer> expected) {}

    @Property(tries = 200, seed = "31")
    void anyEdits_giveWhatAHashMapGives_andLeaveOldVersionsAsTheyWere(@ForAll Random random) {
        var versions = new ArrayList<Version>();
        var map = ShardedMap.<Key, Integer>empty();
        var expected = new HashMap<Key, Integer>();
        for (int round = 0; round < 12; round++) {
            var editor = map.edit();
            for (int edit = random.nextInt(80); edit > 0; edit--) {
                var key = new Key(random.nextInt(200));
                if (random.nextInt(3) == 0) {
                    editor.remove(key);
                    expected.remove(key);
                } else {
                    editor.put(key, edit);
                    expected.put(key, edit);
                }
                assertThat(editor.get(key).isPresent()).isEqualTo(expected.containsKey(key));
                if (random.nextInt(20) == 0) {
                    // an editor goes on after it has built a version
                    versions.add(new Version(editor.build(), new HashMap<>(expected)));
                }
            }
            assertThat(editor.size()).isEqualTo(expected.size());
            map = editor.build();
            versions.add(new Version(map, new HashMap<>(expected)));
        }

        for (var version : versions) {
            assertThat(contents(version.map)).isEqualTo(version.expected);
            assertThat(version.map.size()).isEqualTo(version.expected.size());
            for (int number = 0; number < 200; number++) {
                var key = new Key(number);
                assertThat(version.map.get(key).orElse(-1)).isEqualTo(version.expected.getOrDefault(key, -1));
            }
        }
    }

    private static Map<Key, Integer> contents(ShardedMap<Key, Integer> map) {
        var contents = new HashMap<Key, Integer>();
        map.forEach((key, value) -> assertThat(contents.put(key, value)).isNull());
        return contents;
    }
}
