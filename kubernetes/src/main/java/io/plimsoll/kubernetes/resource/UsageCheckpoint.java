package io.plimsoll.kubernetes.resource;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/// What one workload's containers have used, kept so that a process that starts knows it; written by Plimsoll.
/// Whoever deletes one loses nothing but time: it is learnt anew.
@JsonClassDescription(
        "What one workload's containers have used, so that a restart forgets nothing. Written by Plimsoll;"
                + " may be deleted at any time, and is then learnt anew.")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("UsageCheckpoint")
@Singular("usagecheckpoint")
@Plural("usagecheckpoints")
@ShortNames("ucp")
public final class UsageCheckpoint extends CustomResource<UsageCheckpointSpec, Void> implements Namespaced {

    @Override
    protected @Nullable UsageCheckpointSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable Void initStatus() {
        return null;
    }
}
