module plimsoll.io/benchmarks/floor

go 1.26
