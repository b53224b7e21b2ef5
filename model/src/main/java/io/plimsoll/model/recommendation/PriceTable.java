package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.NodeSpec;
import java.util.Map;
import java.util.Optional;

/// What is paid for what pods ask for, as the list of prices of a cloud has it.
///
/// @param standard what holds on nodes that have no price of their own, and for pods without a node
/// @param nodeLabel the label whose value gives a node a price of its own; empty where there is one price for all
/// @param byValue these prices, by the value of that label
/// @param currency as it is shown, e.g. `EUR`
public record PriceTable(Price standard, String nodeLabel, Map<String, Price> byValue, String currency) {

    public PriceTable {
        byValue = Map.copyOf(byValue);
    }

    /// One price for all nodes.
    public PriceTable(Price standard, String currency) {
        this(standard, "", Map.of(), currency);
    }

    Optional<Price> own(NodeSpec node) {
        return Optional.ofNullable(node.labels().get(nodeLabel))
                .flatMap(value -> Optional.ofNullable(byValue.get(value)));
    }

    /// The highest price of a core and of a GiB that any node has.
    public Price dearest() {
        return byValue.values().stream().reduce(standard, Price::max);
    }
}
