package io.plimsoll.benchmarks.rebalancing;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/// When a server is called overloaded: the four published rules, with the parameters that were found best for each
/// by their authors (Beloglazov and Buyya, 2012).
///
/// IQR and MAD set the line the lower, the more a server's load has varied; LR calls it overloaded when the line
/// through its latest ten samples will cross its capacity by the time that a machine could have left. LR in
/// CloudSim 3.0.3 is plain least squares: the weights that it works out are never used.
enum Overload {
    THR("THR-MMT-0.8") {
        @Override
        boolean isOver(Host host, List<Vm> vms) {
            return asked(host, vms) > 0.8;
        }
    },
    IQR("IQR-MMT-1.5") {
        @Override
        boolean isOver(Host host, List<Vm> vms) {
            var history = history(host, vms);
            if (history.length < HISTORY_MIN) {
                return isOverByFallback(host, vms);
            }
            Arrays.sort(history);
            return asked(host, vms) > 1 - 1.5 * (ranked(history, 0.75) - ranked(history, 0.25));
        }

        private double ranked(double[] sorted, double share) {
            return sorted[(int) Math.round(share * (sorted.length + 1)) - 1];
        }
    },
    MAD("MAD-MMT-2.5") {
        @Override
        boolean isOver(Host host, List<Vm> vms) {
            var history = history(host, vms);
            return history.length < HISTORY_MIN
                    ? isOverByFallback(host, vms)
                    : asked(host, vms) > 1 - 2.5 * deviation(history);
        }

        private double deviation(double[] history) {
            double median = median(history);
            return median(Arrays.stream(history).map(x -> Math.abs(x - median)).toArray());
        }

        private double median(double[] of) {
            return new Percentile(50).evaluate(of);
        }
    },
    LR("LR-MMT-1.2") {
        @Override
        boolean isOver(Host host, List<Vm> vms) {
            var history = history(host, vms);
            if (history.length < FITTED) {
                return isOverByFallback(host, vms);
            }
            var line = new SimpleRegression();
            for (int i = 0; i < FITTED; i++) {
                line.addData(FITTED - i, history[i]);
            }
            // Every move ends within the next interval.
            return 1.2 * (line.getIntercept() + line.getSlope() * (FITTED + 1)) >= 1;
        }
    };

    private static final int HISTORY_MIN = 12;
    private static final int FITTED = 10;

    final String words;

    Overload(String words) {
        this.words = words;
    }

    /// Whether a server with these machines would be.
    abstract boolean isOver(Host host, List<Vm> vms);

    private static double asked(Host host, List<Vm> vms) {
        double sum = 0;
        for (var vm : vms) {
            sum += vm.requested;
        }
        return sum / host.kind.mips();
    }

    /// Where too little is known.
    private static boolean isOverByFallback(Host host, List<Vm> vms) {
        return asked(host, vms) > 0.7;
    }

    /// What these machines asked for at the latest samples, as a share of the server, the newest first; ends with the
    /// oldest at which any did.
    private static double[] history(Host host, List<Vm> vms) {
        var sums = new double[Vm.HISTORY];
        for (var vm : vms) {
            double size = vm.mips / host.kind.mips();
            for (int i = 0; i < vm.samples(); i++) {
                sums[i] += vm.history[i] * size;
            }
        }
        int length = sums.length;
        while (length > 1 && sums[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(sums, length);
    }
}
