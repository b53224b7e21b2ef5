package io.plimsoll.app.serve;

import io.plimsoll.app.settings.Settings;
import io.plimsoll.app.settings.ValueType;
import io.plimsoll.model.recommendation.Price;
import io.plimsoll.model.recommendation.PriceTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads what is set of prices.
final class Prices {

    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

    static final ValueType<String> LABEL = ValueType.text(
            "nothing, or a label of nodes like karpenter.sh/capacity-type",
            "|([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?" + NAME);

    private static final String FORM = "VALUE=CORE-HOUR/GIB-HOUR, like spot=0.012/0.0016";

    static final ValueType<String> TABLE = ValueType.text("nothing, or with commas between " + FORM);

    static final ValueType<Double> PRICE = ValueType.weight();

    private static final Pattern VALUE = Pattern.compile(NAME);
    private static final Pattern LINE = Pattern.compile("([^=/]*)=([^=/]*)/([^=/]*)");

    private Prices() {}

    /// Nothing where nothing costs anything.
    ///
    /// @throws IllegalArgumentException when a price by node cannot be read, or they are set without their label
    static Optional<PriceTable> of(Settings settings) {
        var label = settings.get(ServeSettings.PRICE_NODE_LABEL);
        var byValue = byValue(settings.get(ServeSettings.PRICE_NODES));
        if (label.isEmpty() != byValue.isEmpty()) {
            throw new IllegalArgumentException(
                    ServeSettings.PRICE_NODE_LABEL.key() + " and " + ServeSettings.PRICE_NODES.key()
                            + " go together, as karpenter.sh/capacity-type and spot=0.012/0.0016; give both, or none");
        }
        var standard = new Price(
                settings.get(ServeSettings.PRICE_CPU_CORE_HOUR), settings.get(ServeSettings.PRICE_MEMORY_GIB_HOUR));
        return Optional.of(new PriceTable(standard, label, byValue, settings.get(ServeSettings.PRICE_CURRENCY)))
                .filter(table -> !table.dearest().equals(Price.NONE));
    }

    private static Map<String, Price> byValue(String text) {
        var prices = new LinkedHashMap<String, Price>();
        if (!text.isBlank()) {
            for (var line : text.split(",", -1)) {
                add(line.strip(), prices);
            }
        }
        return prices;
    }

    private static void add(String text, Map<String, Price> prices) {
        var line = LINE.matcher(text);
        if (!line.matches()) {
            throw wrong(text, "allowed: " + FORM);
        }
        var value = line.group(1).strip();
        if (!VALUE.matcher(value).matches()) {
            throw wrong(text, "'" + value + "' is no value of a label; allowed: " + FORM);
        }
        var price = new Price(number(text, line.group(2)), number(text, line.group(3)));
        if (prices.put(value, price) != null) {
            throw wrong(text, "'" + value + "' stands there twice");
        }
    }

    private static double number(String line, String text) {
        return PRICE.read()
                .apply(text.strip())
                .orElseThrow(() -> wrong(line, "'" + text.strip() + "' is no price; allowed: " + PRICE.allowed()));
    }

    private static IllegalArgumentException wrong(String line, String message) {
        return new IllegalArgumentException(ServeSettings.PRICE_NODES.key() + ": '" + line + "': " + message);
    }
}
