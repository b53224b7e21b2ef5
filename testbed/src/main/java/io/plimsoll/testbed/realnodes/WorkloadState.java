package io.plimsoll.testbed.realnodes;

/// What a workload program was asked for, and what it has done so far.
///
/// @param demand the demand that holds now
/// @param heldBytes memory that it holds now
/// @param burnedMilliseconds CPU time burned since its start
/// @param sentBytes bytes that its target took
/// @param sendFailures bodies that its target did not take
/// @param receivedBytes bytes that others sent to its `/sink`
/// @param readBytes bytes that it has read of its file
public record WorkloadState(
        WorkloadDemand demand,
        long heldBytes,
        long burnedMilliseconds,
        long sentBytes,
        long sendFailures,
        long receivedBytes,
        long readBytes) {}
