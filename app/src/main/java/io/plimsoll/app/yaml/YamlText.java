package io.plimsoll.app.yaml;

import io.plimsoll.app.yaml.YamlNode.Entry;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import io.plimsoll.app.yaml.YamlNode.Scalar;
import io.plimsoll.app.yaml.YamlNode.ScalarKind;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// Reads YAML text into [YamlNode]s. Bounded: 3 MiB of text, 50 levels, 50 uses of anchors.
public final class YamlText {

    private static final int DEPTH_MAX = 50;

    private final String file;

    private YamlText(String file) {
        this.file = file;
    }

    /// The documents of a text, without those that hold nothing.
    ///
    /// @param file the name that places carry
    /// @throws YamlSyntaxException when it is not YAML
    public static List<YamlNode> read(String file, String text) {
        return new YamlText(file).documents(text);
    }

    private List<YamlNode> documents(String text) {
        var options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_MAX);
        var documents = new ArrayList<YamlNode>();
        try {
            for (Node node : new Yaml(new SafeConstructor(options)).composeAll(new StringReader(text))) {
                documents.add(convert(node, 0));
            }
        } catch (MarkedYAMLException e) {
            throw new YamlSyntaxException(place(e.getProblemMark()), "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            var first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new YamlSyntaxException(new Place(file, 1, 1), "not YAML: " + first);
        }
        documents.removeIf(node -> node instanceof Scalar scalar && scalar.type() == ScalarKind.NULL);
        return documents;
    }

    private YamlNode convert(Node node, int depth) {
        var place = place(node.getStartMark());
        if (depth > DEPTH_MAX) {
            throw new YamlSyntaxException(place, "nested deeper than " + DEPTH_MAX + " levels");
        }
        return switch (node) {
            case MappingNode mapping ->
                new Mapping(
                        mapping.getValue().stream()
                                .map(tuple -> entry(tuple, depth))
                                .toList(),
                        place);
            case SequenceNode sequence ->
                new Listing(
                        sequence.getValue().stream()
                                .map(item -> convert(item, depth + 1))
                                .toList(),
                        place);
            case ScalarNode scalar -> new Scalar(scalar.getValue(), kind(scalar), place);
            default -> throw new YamlSyntaxException(place, "an unexpected kind of node: " + node.getNodeId());
        };
    }

    private Entry entry(NodeTuple tuple, int depth) {
        var place = place(tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            throw new YamlSyntaxException(place, "a key must be a plain word");
        }
        return new Entry(key.getValue(), place, convert(tuple.getValueNode(), depth + 1));
    }

    private static ScalarKind kind(ScalarNode node) {
        var tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return ScalarKind.NULL;
        }
        if (tag.equals(Tag.BOOL)) {
            return ScalarKind.BOOLEAN;
        }
        if (tag.equals(Tag.INT)) {
            return ScalarKind.INTEGER;
        }
        return tag.equals(Tag.FLOAT) ? ScalarKind.FRACTION : ScalarKind.TEXT;
    }

    private Place place(Mark mark) {
        return Optional.ofNullable(mark)
                .map(at -> new Place(file, at.getLine() + 1, at.getColumn() + 1))
                .orElse(new Place(file, 1, 1));
    }
}
