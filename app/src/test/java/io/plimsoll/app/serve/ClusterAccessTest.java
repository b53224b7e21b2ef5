package io.plimsoll.app.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plimsoll.app.UserError;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterAccessTest {

    private static final String SOUND = """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://192.0.2.1:6443"}}]
            users: [{name: u, user: {token: t}}]
            """;

    @TempDir
    private Path folder;

    @Test
    void config_kubeconfigGiven_isThatOfItsCurrentContext() {
        assertThat(given(SOUND).config().getMasterUrl()).isEqualTo("https://192.0.2.1:6443/");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            clusters: [a             | cluster.kubeconfig: FILE:2:1: not YAML: expected ',' or ']', but got <stream end>
            hello                    | FILE is no kubeconfig: it must hold one YAML object; name another one with --kubeconfig
            ``                       | FILE is no kubeconfig: it must hold one YAML object; name another one with --kubeconfig
            kind: Config             | FILE has no current-context: run 'kubectl config use-context NAME'
            current-context: there   | FILE: its current-context 'there' is none of its contexts
            """)
    void config_kubeconfigWithoutACluster_saysInOneLineWhatIsWrongAndWhatToDo(String text, String message) {
        var file = file("config", text + "\n");

        assertThatThrownBy(() -> given(file).config())
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(message.replace("FILE", file.toString()))
                .message()
                .doesNotContain("\n");
    }

    @Test
    void config_contextOfAClusterThatIsNotThere_isNotTakenForAnother() {
        assertThatThrownBy(given(SOUND.replace("name: c,", "name: d,"))::config)
                .hasMessageContaining("it has no cluster 'c' with a server");
    }

    @Test
    void config_fieldOfTheWrongKind_saysSoInOneLine() {
        assertThatThrownBy(given(SOUND.replace("[{name: u, user: {token: t}}]", "7"))::config)
                .isInstanceOf(UserError.class)
                .hasMessageContaining("is no kubeconfig: Cannot deserialize value")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void config_folderInsteadOfAFile_saysSo() {
        assertThatThrownBy(() -> given(folder).config())
                .hasMessage("cluster.kubeconfig: cannot read " + folder + ": Is a directory");
    }

    @Test
    void config_fileThatIsNotThere_saysSoAndByWhatItWasNamed() {
        var none = folder.resolve("none");

        assertThatThrownBy(() -> given(none).config())
                .hasMessage("cluster.kubeconfig: cannot read " + none + ": there is no such file");
    }

    @Test
    void config_variableThatPointsNowhere_isAnErrorAndNotAnotherCluster() {
        assertThatThrownBy(
                        found(Map.of("KUBECONFIG", "/nowhere/config", "KUBERNETES_SERVICE_HOST", "10.0.0.1"))::config)
                .isInstanceOf(UserError.class)
                .hasMessage("KUBECONFIG names /nowhere/config, which is not there: correct it, or unset it for"
                        + " ~/.kube/config, or give --kubeconfig FILE");
    }

    @Test
    void config_variableWithOneFileThatIsThere_isThatFile() {
        var there = file("there", SOUND);

        var config = found(Map.of("KUBECONFIG", "/nowhere/config" + File.pathSeparator + there))
                .config();

        assertThat(config.getMasterUrl()).isEqualTo("https://192.0.2.1:6443/");
    }

    @Test
    void config_onlyTheUsersOwnFile_isThatFile() {
        file(".kube/config", SOUND);

        assertThat(found(Map.of()).config().getMasterUrl()).isEqualTo("https://192.0.2.1:6443/");
    }

    @Test
    void config_nothingAnywhere_saysHowToNameACluster() {
        assertThatThrownBy(found(Map.of())::config)
                .isInstanceOf(UserError.class)
                .hasMessage("no cluster is named, and there is no " + folder.resolve(".kube/config")
                        + ": give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account");
    }

    private ClusterAccess given(String text) {
        return given(file("config", text));
    }

    private ClusterAccess given(Path file) {
        return new ClusterAccess(Optional.of(file), "cluster.kubeconfig", Map.of(), folder);
    }

    private ClusterAccess found(Map<String, String> environment) {
        return new ClusterAccess(Optional.empty(), "--kubeconfig", environment, folder);
    }

    private Path file(String name, String text) {
        try {
            var file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
