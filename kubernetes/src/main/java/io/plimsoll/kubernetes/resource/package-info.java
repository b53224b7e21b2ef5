/// The custom resources of `plimsoll.io/v1alpha1` as the API server stores them: what users write, what Plimsoll
/// answers.
///
/// Everything is a record that mirrors the JSON: what is absent there is null here (lists and maps are empty
/// instead), no default is filled in, so that an object that is read and written again stays the same. The schema
/// of the CustomResourceDefinitions comes from the annotations; what holds where a field is absent is decided in
/// one place when a policy is read for a decision.
@NullMarked
package io.plimsoll.kubernetes.resource;

import org.jspecify.annotations.NullMarked;
