/// The API server over HTTP: requests with fabric8's credentials and TLS, answers as JSON streams.
@NullMarked
package io.plimsoll.kubernetes.api;

import org.jspecify.annotations.NullMarked;
