package io.plimsoll.kubernetes;

import java.util.List;

/// How a usage source is doing.
///
/// @param succeededAtMillis when it last handed over anything measured, epoch milliseconds; 0 before
/// @param rejected samples dropped in the last cycle
/// @param nodesMissing nodes with a machine behind them of which the last cycle said nothing
/// @param failures what could not be asked in the last cycle, in words for the operator
public record SourceStatus(String name, long succeededAtMillis, int rejected, int nodesMissing, List<String> failures) {

    public SourceStatus {
        failures = List.copyOf(failures);
    }
}
