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

/// One change of the pods of one workload: what was asked of each pod before and after, and what became of it. It is
/// there before the first patch is sent, it outlives the pods, and its spec never changes; written by Plimsoll.
@JsonClassDescription(
        "One change of the requests of a workload's pods: before, after, and what became of it. Written by Plimsoll.")
@Group(PlimsollApi.GROUP)
@Version(PlimsollApi.VERSION)
@Kind("ChangeRecord")
@Singular("changerecord")
@Plural("changerecords")
@ShortNames("chrec")
public final class ChangeRecord extends CustomResource<ChangeRecordSpec, ChangeRecordStatus> implements Namespaced {

    @Override
    protected @Nullable ChangeRecordSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable ChangeRecordStatus initStatus() {
        return null;
    }
}
