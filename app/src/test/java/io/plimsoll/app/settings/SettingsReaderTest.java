package io.plimsoll.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.app.UserError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {

    private static final Setting<String> COLOUR =
            new Setting<>("colour", ValueType.oneOf("red", "green"), "red", "A colour");
    private static final Setting<Long> DEPTH =
            new Setting<>("ship.depth-metres", ValueType.whole(1, 20), 5L, "How deep she goes");
    private static final Setting<Double> LOAD =
            new Setting<>("ship.load-share", ValueType.share(), 0.5, "How full she is");
    private static final String HEAD = "apiVersion: example.com/v1\nkind: Ship\n";

    @Test
    void read_nothingGiven_yieldsDefaults() {
        var settings = reader().read();

        assertThat(settings.get(DEPTH)).isEqualTo(5);
        assertThat(settings.get(COLOUR)).isEqualTo("red");
    }

    @Test
    void read_allThreeSources_flagsOverEnvironmentOverFile() {
        var settings = reader().file("f", HEAD + "colour: green\nship: {depth-metres: 6, load-share: 0.25}")
                .environment(Map.of("PLIMSOLL_SHIP_DEPTH_METRES", "7", "PLIMSOLL_SHIP_LOAD_SHARE", "0.75"))
                .flag("ship.depth-metres", "8", "--set ship.depth-metres")
                .read();

        assertThat(settings.get(COLOUR)).isEqualTo("green");
        assertThat(settings.get(LOAD)).isEqualTo(0.75);
        assertThat(settings.get(DEPTH)).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            colour: blue                 | f:3:9: colour is 'blue'; allowed: one of red, green
            colours: red                 | f:3:1: colours is unknown; allowed: colour, ship
            ship: {depth-meters: 1}      | f:3:8: ship.depth-meters is unknown; allowed in ship: depth-metres, load-share
            ship: {depth-metres: 21}     | f:3:22: ship.depth-metres is '21'; allowed: a whole number, 1 to 20
            ship: {depth-metres: 1.5}    | f:3:22: ship.depth-metres is '1.5'; allowed: a whole number, 1 to 20
            ship: {load-share: 65}       | f:3:20: ship.load-share is '65'; allowed: a number between 0 and 1, like 0.65
            ship: deep                   | f:3:7: ship is a text; allowed: an object with depth-metres, load-share
            colour: [red]                | f:3:9: colour is a list; allowed: one of red, green
            {a: 1                        | f:4:1: not YAML: expected ',' or '}', but got <stream end>
            """)
    void read_wrongFile_saysWhereAndWhatIsAllowed(String line, String message) {
        var text = line.startsWith("{") ? "\n\n" + line + "\n" : HEAD + line + "\n";

        assertThatThrownBy(() -> reader().file("f", text).read())
                .isInstanceOf(UserError.class)
                .hasMessage("the configuration is wrong\n  " + message);
    }

    @Test
    void read_severalMistakes_tellsAllOfThem() {
        var reader = reader().file("f", "apiVersion: v1\nkind: Ship\ncolour: red\ncolour: blue\n")
                .environment(Map.of("PLIMSOLL_SHIP_DEPTH_METRES", "deep"))
                .flag("ship.mast", "1", "--set ship.mast");

        assertThatThrownBy(reader::read).hasMessage("""
                the configuration is wrong
                  f:1:13: apiVersion is v1; allowed: example.com/v1
                  f:4:1: colour stands there twice
                  f:4:9: colour is 'blue'; allowed: one of red, green
                  PLIMSOLL_SHIP_DEPTH_METRES: ship.depth-metres is 'deep'; allowed: a whole number, 1 to 20
                  --set ship.mast: ship.mast is unknown; allowed in ship: depth-metres, load-share""");
    }

    @Test
    void toYaml_printed_canBeReadAgainAndSaysWhereValuesCameFrom() {
        var settings = reader().flag("ship.depth-metres", "8", "--set ship.depth-metres")
                .read();

        var yaml = settings.toYaml(HEAD);

        assertThat(yaml).isEqualTo(HEAD + """
                # A colour; one of red, green. From default.
                colour: red
                ship:
                  # How deep she goes; a whole number, 1 to 20. From --set ship.depth-metres.
                  depth-metres: 8
                  # How full she is; a number between 0 and 1, like 0.65. From default.
                  load-share: 0.5
                """);
        assertThat(reader().file("f", yaml).read().get(DEPTH)).isEqualTo(8);
    }

    private static SettingsReader reader() {
        return new SettingsReader("example.com/v1", "Ship", List.of(COLOUR, DEPTH, LOAD));
    }
}
