package io.plimsoll.model.action;

/// The one way in which anything is done to the cluster. Blocks until the API server has answered.
public interface ActionPort {

    Outcome carryOut(Action action);
}
