package io.plimsoll.app.lint;

import io.plimsoll.app.yaml.Place;
import io.plimsoll.app.yaml.YamlNode;
import io.plimsoll.app.yaml.YamlNode.Listing;
import io.plimsoll.app.yaml.YamlNode.Mapping;
import io.plimsoll.app.yaml.YamlNode.Scalar;
import io.plimsoll.app.yaml.YamlSyntaxException;
import io.plimsoll.app.yaml.YamlText;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the known traps in a KubeSchedulerConfiguration.
///
/// The scheduler reads the first document of its file and nothing else, decodes it strictly, and says little of what an
/// extender does wrong afterwards: a call that fails is logged at a level nobody runs, a score that is too small is no
/// error. So most of what is found here would otherwise show as "it has no effect".
public final class SchedulerLint {

    private static final String API_VERSION = "kubescheduler.config.k8s.io/v1";
    private static final String KIND = "KubeSchedulerConfiguration";

    private final Findings findings = new Findings();
    private final ExtenderFacts own;

    private SchedulerLint(ExtenderFacts own) {
        this.own = own;
    }

    /// What is found in a text, by line.
    ///
    /// @param file the name that the places carry
    public static List<Finding> lint(String file, String text, ExtenderFacts own) {
        var lint = new SchedulerLint(own);
        try {
            lint.check(file, YamlText.read(file, text));
        } catch (YamlSyntaxException e) {
            lint.findings.error(
                    "syntax", e.place(), String.valueOf(e.getMessage()), "Mind indentation, colons and quotes.");
        }
        return lint.findings.sorted();
    }

    private void check(String file, List<YamlNode> documents) {
        if (documents.isEmpty()) {
            findings.error(
                    "document",
                    new Place(file, 1, 1),
                    "the file is empty",
                    "Write a " + KIND + ", " + API_VERSION + ".");
            return;
        }
        documents.stream()
                .skip(1)
                .forEach(document -> findings.error(
                        "several-documents",
                        document.place(),
                        "a further document, which the scheduler does not read",
                        "Keep one document in the file."));
        if (documents.getFirst() instanceof Mapping root) {
            checkDocument(root);
        } else {
            findings.error(
                    "document",
                    documents.getFirst().place(),
                    "the document is " + documents.getFirst().kind() + ", not an object",
                    "Write a " + KIND + ", " + API_VERSION + ".");
        }
    }

    private void checkDocument(Mapping root) {
        if (!checkHead(root)) {
            return;
        }
        new ShapeRules(findings).check("", SchedulerSchema.ROOT, root);
        var extenders = mappings(root, "extenders");
        extenders.forEach(extender -> new ExtenderRules(findings, extender, own).check());
        checkBinders(extenders);
        checkResourcesAreUnique(extenders);
        checkPercentages(root, extenders);
    }

    /// Whether it is a document of the kind and version that the rules know.
    private boolean checkHead(Mapping root) {
        boolean kind = checkHead(root, "kind", KIND, "wrong-kind");
        return checkHead(root, "apiVersion", API_VERSION, "wrong-version") && kind;
    }

    private boolean checkHead(Mapping root, String key, String wanted, String rule) {
        var value = root.scalar(key).map(Scalar::text).orElse("missing");
        if (value.equals(wanted)) {
            return true;
        }
        findings.error(
                rule,
                root.get(key).map(YamlNode::place).orElse(root.place()),
                key + " is " + value + "; the scheduler does not start, or reads something else",
                "Write " + key + ": " + wanted + ".");
        return false;
    }

    private void checkBinders(List<Mapping> extenders) {
        extenders.stream()
                .flatMap(extender -> extender.scalar("bindVerb").stream())
                .skip(1)
                .forEach(verb -> findings.error(
                        "several-binders",
                        verb.place(),
                        "a second extender with bindVerb; the scheduler does not start",
                        "Keep bindVerb in one extender."));
    }

    private void checkResourcesAreUnique(List<Mapping> extenders) {
        var seen = new HashSet<String>();
        extenders.stream()
                .flatMap(extender -> mappings(extender, "managedResources").stream())
                .flatMap(resource -> resource.scalar("name").stream())
                .filter(name -> !seen.add(name.text()))
                .forEach(name -> findings.error(
                        "managed-resource-twice",
                        name.place(),
                        name.text() + " is managed twice; the scheduler does not start",
                        "Name it in one extender."));
    }

    private void checkPercentages(Mapping root, List<Mapping> extenders) {
        var percentages = Stream.concat(Stream.of(root), mappings(root, "profiles").stream())
                .flatMap(holder -> holder.scalar("percentageOfNodesToScore").stream())
                .toList();
        percentages.forEach(this::checkPercentage);
        boolean asked = extenders.stream()
                .anyMatch(extender -> extender.scalar("prioritizeVerb").isPresent());
        if (asked && percentages.isEmpty()) {
            findings.note(
                    "percentage-of-nodes",
                    root.get("extenders").map(YamlNode::place).orElse(root.place()),
                    "percentageOfNodesToScore is not set; of 5,000 nodes only 500 are scored for a pod, of 1,000 420",
                    "Set it in the profile to have more of them compared; at 100 a call names every node.");
        }
    }

    private void checkPercentage(Scalar percentage) {
        var value = Optional.of(percentage.text())
                .filter(text -> text.matches("[-+]?\\d{1,9}"))
                .map(Integer::parseInt);
        value.filter(share -> share < 0 || share > 100)
                .ifPresent(share -> findings.error(
                        "percentage-range",
                        percentage.place(),
                        "percentageOfNodesToScore is " + share + "; the scheduler does not start",
                        "Write 0 (the scheduler's own choice) to 100."));
        value.filter(share -> share > 0 && share < 5)
                .ifPresent(share -> findings.note(
                        "percentage-of-nodes",
                        percentage.place(),
                        "percentageOfNodesToScore " + share + " is below the scheduler's own minimum of 5",
                        "Leave it out, or raise it: the extender ranks only the nodes that it is asked about."));
    }

    private static List<Mapping> mappings(Mapping holder, String key) {
        return holder.get(key)
                .filter(Listing.class::isInstance)
                .map(list -> ((Listing) list)
                        .items().stream()
                                .filter(Mapping.class::isInstance)
                                .map(Mapping.class::cast)
                                .toList())
                .orElse(List.of());
    }
}
