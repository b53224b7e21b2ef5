package io.plimsoll.model.placement;

/// What kind of hours a decision is made in: what is worth most differs between them.
///
/// Only one is told apart so far. It stands for "not known", which behaves as the busy hours do: the careful side.
public enum Regime {
    UNKNOWN
}
