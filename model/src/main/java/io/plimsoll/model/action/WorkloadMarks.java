package io.plimsoll.model.action;

import io.plimsoll.model.cluster.Owner;
import java.util.List;

/// Where annotations of workloads' own objects are read and put. Blocks until the API server has answered.
public interface WorkloadMarks {

    /// Where nobody puts any.
    WorkloadMarks NONE = new WorkloadMarks() {
        @Override
        public Pending pending(Owner workload, List<Mark> wanted) {
            return new Pending.Known(List.of());
        }

        @Override
        public Outcome put(Owner workload, List<Mark> marks) {
            return new Outcome.Done();
        }

        @Override
        public Outcome dryRun(Owner workload, List<Mark> marks) {
            return new Outcome.Done();
        }
    };

    /// Which of the marks find what was before on the object; the others are somebody else's, or there already.
    Pending pending(Owner workload, List<Mark> wanted);

    /// Puts those that find what was before, and leaves the others: done also when none does, and when the object is
    /// gone.
    Outcome put(Owner workload, List<Mark> marks);

    /// Asks the API server whether it would let them be put, and changes nothing.
    Outcome dryRun(Owner workload, List<Mark> marks);

    /// The answer to what is still to be put.
    sealed interface Pending {

        /// @param marks those to be put; none of a workload whose kind cannot be marked
        record Known(List<Mark> marks) implements Pending {

            public Known {
                marks = List.copyOf(marks);
            }
        }

        /// @param outcome why it is not known
        record Unknown(Outcome outcome) implements Pending {}
    }
}
