package io.plimsoll.kubernetes.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.plimsoll.kubernetes.api.Json;
import io.plimsoll.model.cluster.LabelSelector;
import io.plimsoll.model.cluster.LabelSelector.Expression;
import io.plimsoll.model.cluster.NodeTerm;
import io.plimsoll.model.cluster.NodeTerm.Requirement;
import io.plimsoll.model.cluster.NodeTerm.Requirement.Operator;
import io.plimsoll.model.cluster.PlacementRules;
import io.plimsoll.model.cluster.PodTerm;
import io.plimsoll.model.cluster.PodTrait;
import io.plimsoll.model.cluster.PodTraits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a pod's affinity demands, as the watch reads it. In these texts `REQUIRED` stands for the name of the field
/// and quotes are single.
class AffinityReaderTest {

    @Test
    void nodeAffinity_withEveryOperator_isReadWhole() throws IOException {
        var rules = understood("""
                'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[
                  {'matchExpressions':[
                    {'key':'zone','operator':'In','values':['a','b']},
                    {'key':'arch','operator':'NotIn','values':['arm64']},
                    {'key':'disk','operator':'Exists'},
                    {'key':'old','operator':'DoesNotExist'},
                    {'key':'cores','operator':'Gt','values':['8']},
                    {'key':'age','operator':'Lt','values':['-3']}]},
                  {'matchFields':[{'key':'metadata.name','operator':'In','values':['n1']}]},
                  {}]}}""");

        assertThat(rules.nodeTerms())
                .containsExactly(
                        new NodeTerm(
                                List.of(
                                        new Requirement("zone", Operator.IN, List.of("a", "b"), 0),
                                        new Requirement("arch", Operator.NOT_IN, List.of("arm64"), 0),
                                        new Requirement("disk", Operator.EXISTS, List.of(), 0),
                                        new Requirement("old", Operator.DOES_NOT_EXIST, List.of(), 0),
                                        new Requirement("cores", Operator.GREATER, List.of(), 8),
                                        new Requirement("age", Operator.LESS, List.of(), -3)),
                                List.of()),
                        new NodeTerm(
                                List.of(), List.of(new Requirement("metadata.name", Operator.IN, List.of("n1"), 0))),
                        new NodeTerm(List.of(), List.of()));
    }

    @Test
    void podAffinity_andAntiAffinity_areReadWhole() throws IOException {
        var rules = understood("""
                'podAffinity':{'REQUIRED':[
                  {'labelSelector':{'matchLabels':{'app':'db'}},'topologyKey':'zone','namespaces':['data','other']}]},
                'podAntiAffinity':{'REQUIRED':[
                  {'labelSelector':{'matchExpressions':[{'key':'app','operator':'Exists'}]},'topologyKey':'host',
                   'namespaceSelector':{},'matchLabelKeys':[]}]}""");

        var db = new LabelSelector(Map.of("app", "db"), List.of());
        var apps = new LabelSelector(Map.of(), List.of(new Expression("app", "Exists", List.of())));
        assertThat(rules.together())
                .containsExactly(new PodTerm(db, Set.of("data", "other"), Optional.empty(), "zone"));
        assertThat(rules.apart())
                .containsExactly(new PodTerm(apps, Set.of(), Optional.of(LabelSelector.EVERY), "host"));
    }

    /// As the API has it; its namespace may be read after its affinity.
    @Test
    void podTerm_withoutNamespaces_meansItsOwn() throws IOException {
        var rules = understood(
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{},'topologyKey':'host','namespaceSelector':null}]}");

        assertThat(rules.apart())
                .containsExactly(new PodTerm(LabelSelector.EVERY, Set.of("shop"), Optional.empty(), "host"));
    }

    @Test
    void preferences_andWhatIsNull_areNoRules() throws IOException {
        var rules = understood("""
                'nodeAffinity':{'REQUIRED':null,
                  'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1,'preference':{'x':1}}]},
                'podAffinity':null,
                'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{}]}""");

        assertThat(rules).isEqualTo(PlacementRules.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'nodeAffinity':{'REQUIRED':{}}",
                "'nodeAffinity':{'REQUIRED':'x'}",
                "'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[]}}",
                "'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[{}],'ofTheFuture':1}}",
                "'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[{'ofTheFuture':[]}]}}",
                "'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[{'matchFields':"
                        + "[{'key':'spec.x','operator':'In','values':['n1']}]}]}}",
                "'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[{'matchExpressions':"
                        + "[{'key':'a','operator':'OfTheFuture','values':['1']}]}]}}",
                "'nodeAffinity':{'REQUIRED':{'nodeSelectorTerms':[{'matchExpressions':"
                        + "[{'key':'a','operator':'Gt','values':['many']}]}]}}",
                "'nodeAffinity':{'requiredDuringSchedulingRequiredDuringExecution':{}}",
                "'ofTheFuture':{'REQUIRED':[{}]}",
                "'podAntiAffinity':{'REQUIRED':{}}",
                "'podAntiAffinity':{'REQUIRED':[{}]}",
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{}}]}",
                "'podAntiAffinity':{'REQUIRED':[{'topologyKey':'host'}]}",
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{},'topologyKey':'host','matchLabelKeys':['a']}]}",
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{},'topologyKey':'host','mismatchLabelKeys':['a']}]}",
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{},'topologyKey':'host','ofTheFuture':1}]}",
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{'matchExpressions':"
                        + "[{'key':'a','operator':'Gt','values':['1']}]},'topologyKey':'host'}]}",
                "'podAntiAffinity':{'REQUIRED':[{'labelSelector':{'matchLabels':"
                        + "{'statefulset.kubernetes.io/pod-name':'db-0'}},'topologyKey':'host'}]}",
                "'podAffinity':{'REQUIRED':[{'labelSelector':{},'topologyKey':'host','namespaceSelector':"
                        + "{'matchExpressions':[{'key':'a','operator':'In'}]}}]}",
            })
    void demand_thatIsNotUnderstood_isNotReckonedWith(String affinity) throws IOException {
        var pod = read(affinity);

        assertThat(pod.traits()).containsExactly(PodTrait.PLACEMENT_RULES);
        assertThat(pod.rules().apart()).isEmpty();
        assertThat(pod.rules().together()).isEmpty();
    }

    @Test
    void podsOfSeveralTemplates_thatDemandTheSame_shareTheRules() throws IOException {
        var pool = new Pool();
        var json = "{\"metadata\":{\"labels\":{\"app\":\"%s\"}},\"spec\":{\"nodeSelector\":{\"disk\":\"fast\"}}}";

        assertThat(traits(json.formatted("web"), pool).rules())
                .isSameAs(traits(json.formatted("db"), pool).rules());
    }

    private static PlacementRules understood(String affinity) throws IOException {
        var pod = read(affinity);
        assertThat(pod.traits()).isEmpty();
        return pod.rules();
    }

    private static PodTraits read(String affinity) throws IOException {
        var json = "{'spec':{'affinity':{" + affinity + "}},'metadata':{'namespace':'shop'}}";
        return traits(
                json.replace('\'', '"').replace("REQUIRED", "requiredDuringSchedulingIgnoredDuringExecution"),
                new Pool());
    }

    private static PodTraits traits(String json, Pool pool) throws IOException {
        try (var parser = Json.parser(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            parser.nextToken();
            return new PodDecoder(pool).read(parser).pod().traits();
        }
    }
}
