/// New pods get what their workload is recommended to ask for, before they are stored: a mutating admission webhook.
@NullMarked
package io.plimsoll.rightsizer.admission;

import org.jspecify.annotations.NullMarked;
