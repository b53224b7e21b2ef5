package io.plimsoll.model.recommendation;

import io.plimsoll.model.cluster.Resources;
import java.util.Locale;

/// What can be resized in place.
public enum ResourceKind {
    /// In thousandths of a core.
    CPU("CPU") {
        @Override
        public long of(Resources resources) {
            return resources.cpuMillis();
        }

        @Override
        public long rounded(long amount) {
            return amount;
        }

        @Override
        public String text(double amount) {
            return Math.round(amount) + "m";
        }
    },

    /// In bytes.
    MEMORY("memory") {
        @Override
        public long of(Resources resources) {
            return resources.memoryBytes();
        }

        @Override
        public long rounded(long amount) {
            return Math.ceilDiv(amount, (long) MIB) * (long) MIB;
        }

        @Override
        public String text(double amount) {
            return amount < GIB ? Math.round(amount / MIB) + "Mi" : String.format(Locale.ROOT, "%.2fGi", amount / GIB);
        }
    };

    private static final double MIB = 1 << 20;
    private static final double GIB = 1 << 30;

    private final String text;

    ResourceKind(String text) {
        this.text = text;
    }

    /// As people call it within a sentence.
    public String text() {
        return text;
    }

    public abstract long of(Resources resources);

    /// An amount that people can read, not below this one: memory in whole MiB.
    public abstract long rounded(long amount);

    /// An amount as people read it: `250m`, `512Mi`, `1.50Gi`.
    public abstract String text(double amount);

    public String text(long amount) {
        return text((double) amount);
    }
}
