module plimsoll.io/testbed/workload

go 1.26
