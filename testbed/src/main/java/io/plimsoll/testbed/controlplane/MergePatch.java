package io.plimsoll.testbed.controlplane;

import io.fabric8.kubernetes.client.dsl.EditReplacePatchable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/// Changes of objects that controllers and kubelets write, too. The API server merges them into whatever is there,
/// whereas an edit of the client's is of the version that it has read: a conflict when somebody was faster.
public final class MergePatch {

    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private MergePatch() {}

    /// @param object of a kind that the API server brings along: others know no strategic merge
    /// @param json the fields that change, from the object's root
    public static void apply(EditReplacePatchable<?> object, String json) {
        object.patch(STRATEGIC, json);
    }
}
