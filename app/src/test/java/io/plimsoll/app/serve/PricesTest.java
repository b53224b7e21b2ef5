package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.app.UserError;
import io.plimsoll.app.settings.Settings;
import io.plimsoll.app.settings.SettingsReader;
import io.plimsoll.model.recommendation.Price;
import io.plimsoll.model.recommendation.PriceTable;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {

    private static final String LABEL = "rightsizer.price.node-label";
    private static final String NODES = "rightsizer.price.nodes";
    private static final PriceTable BY_NODE = new PriceTable(
            new Price(0.04, 0.005),
            "karpenter.sh/capacity-type",
            Map.of("spot", new Price(0.012, 0.0016), "own", Price.NONE),
            "EUR");

    @Test
    void prices_whereNothingCostsAnything_areNone() {
        assertThat(Prices.of(settings(Map.of()))).isEmpty();
        assertThat(Prices.of(settings(Map.of(LABEL, "pool", NODES, "own=0/0")))).isEmpty();
    }

    @Test
    void prices_withoutATable_areOneForAllNodes() {
        var settings = settings(Map.of("rightsizer.price.cpu-core-hour", "0.04"));

        assertThat(Prices.of(settings)).contains(new PriceTable(new Price(0.04, 0), "USD"));
    }

    /// The file's text goes over lines, as that of many instance types does.
    @Test
    void prices_ofAFile_areReadAndPrintedAsTheSame() {
        var read = reader().file("serve.yaml", ServeSettings.head() + """
                        rightsizer:
                          price:
                            cpu-core-hour: 0.04
                            memory-gib-hour: 0.005
                            node-label: karpenter.sh/capacity-type
                            nodes: >
                              spot=0.012/0.0016,
                              own = 0 / 0
                            currency: EUR
                        """).read();
        var printed =
                reader().file("printed", read.toYaml(ServeSettings.head())).read();

        assertThat(Prices.of(read)).contains(BY_NODE);
        assertThat(Prices.of(printed)).contains(BY_NODE);
    }

    @Test
    void prices_ofTheEnvironment_areReadToo() {
        var settings = reader().environment(Map.of(
                        "PLIMSOLL_RIGHTSIZER_PRICE_NODE_LABEL", "node.kubernetes.io/instance-type",
                        "PLIMSOLL_RIGHTSIZER_PRICE_NODES", "m7i.large=0.03/0.004"))
                .read();

        assertThat(Prices.of(settings).map(PriceTable::byValue))
                .isEqualTo(Optional.of(Map.of("m7i.large", new Price(0.03, 0.004))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            spot=-0.1/0.2              | 'spot=-0.1/0.2': '-0.1' is no price; allowed: a number, 0 to 1000
            spot=0.1/cheap             | 'spot=0.1/cheap': 'cheap' is no price; allowed: a number, 0 to 1000
            spot=0.1/                  | 'spot=0.1/': '' is no price; allowed: a number, 0 to 1000
            spot=NaN/0.1               | 'spot=NaN/0.1': 'NaN' is no price; allowed: a number, 0 to 1000
            =0.1/0.2                   | '=0.1/0.2': '' is no value of a label; allowed: VALUE=CORE-HOUR/GIB-HOUR, like spot=0.012/0.0016
            on demand=0.1/0.2          | 'on demand=0.1/0.2': 'on demand' is no value of a label; allowed: VALUE=CORE-HOUR/GIB-HOUR, like spot=0.012/0.0016
            spot=0.1                   | 'spot=0.1': allowed: VALUE=CORE-HOUR/GIB-HOUR, like spot=0.012/0.0016
            spot=0.1/0.2/0.3           | 'spot=0.1/0.2/0.3': allowed: VALUE=CORE-HOUR/GIB-HOUR, like spot=0.012/0.0016
            spot=0.1/0.2,              | '': allowed: VALUE=CORE-HOUR/GIB-HOUR, like spot=0.012/0.0016
            a=1/1, spot=1/2, a=3/4     | 'a=3/4': 'a' stands there twice
            """)
    void table_thatMakesNoSense_isRefusedByTheLineThatIsWrong(String table, String message) {
        var settings = settings(Map.of(LABEL, "pool", NODES, table));

        assertThatThrownBy(() -> ServeConfiguration.of(settings))
                .isInstanceOf(UserError.class)
                .hasMessage("the configuration is wrong: rightsizer: rightsizer.price.nodes: " + message);
    }

    @Test
    void table_withoutItsLabel_orTheLabelWithoutIt_isRefused() {
        var both = "rightsizer.price.node-label and rightsizer.price.nodes go together, as karpenter.sh/capacity-type"
                + " and spot=0.012/0.0016; give both, or none";

        assertThatThrownBy(() -> Prices.of(settings(Map.of(NODES, "spot=1/2")))).hasMessage(both);
        assertThatThrownBy(() -> Prices.of(settings(Map.of(LABEL, "pool")))).hasMessage(both);
    }

    @Test
    void label_thatNoNodeCanHave_isRefused() {
        for (var label : new String[] {"capacity type", "/pool", "a/b/c", "-pool", "Karpenter.sh/pool"}) {
            assertThat(Prices.LABEL.read().apply(label)).as(label).isEmpty();
        }
    }

    private static Settings settings(Map<String, String> flags) {
        var reader = reader();
        flags.forEach((key, value) -> reader.flag(key, value, "--set " + key));
        return reader.read();
    }

    private static SettingsReader reader() {
        return new SettingsReader(ServeSettings.API_VERSION, ServeSettings.KIND, ServeSettings.all());
    }
}
