package io.plimsoll.app;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `plimsoll verify` as help and completion show it. The launcher itself carries it out, before anything is built.
@Command(
        name = "verify",
        description = {
            "Runs the tests.",
            "It first sets up what they need: the control plane is built from pinned Go modules once, and on Debian as",
            "root missing packages are named and installed."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all tests passed", "1:something failed", "2:something is missing on this machine"})
final class VerifyCommand implements Callable<Integer> {

    @Option(names = "--fast", description = "only the tests that need neither root nor a control plane")
    private boolean fast;

    @Option(names = "--no-real-nodes", description = "all but the tests on real nodes, which need root")
    private boolean noRealNodes;

    @Parameters(paramLabel = "MAVEN-ARGUMENT", description = "handed on to Maven", arity = "0..*")
    private List<String> mavenArguments = List.of();

    @Override
    public Integer call() {
        throw UserError.ofInput("verify runs from a checkout, through its launcher: ./plimsoll verify" + given());
    }

    private String given() {
        return (fast ? " --fast" : "")
                + (noRealNodes ? " --no-real-nodes" : "")
                + (mavenArguments.isEmpty() ? "" : " " + String.join(" ", mavenArguments));
    }
}
