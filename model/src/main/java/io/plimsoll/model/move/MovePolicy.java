package io.plimsoll.model.move;

import io.plimsoll.model.recommendation.PolicyCandidate;
import java.util.Optional;

/// A policy as far as it speaks of moves.
///
/// @param candidate which workloads it speaks of, and how it compares with other policies
/// @param approval what it says; nothing where it leaves that to the service
/// @param problem why it cannot be read; nothing where it can
public record MovePolicy(PolicyCandidate candidate, Optional<MoveApproval> approval, Optional<String> problem) {}
