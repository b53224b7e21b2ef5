package main

import (
	"context"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// period is the time in which a burner does its share once: short beside any meter's interval.
const period = 20 * time.Millisecond

// cpu burns CPU with one thread per started core of demand. A thread counts its own CPU time, so that on
// a contended or throttled machine it goes on wanting its share; what it missed in one period is not made up.
//
//	demand 250  -> 1 thread,  5 ms of every 20 ms
//	demand 1500 -> 2 threads, 15 ms of every 20 ms each
type cpu struct {
	millis      int64
	burners     background
	burnedNanos atomic.Int64
}

func (c *cpu) burn(millis int64) {
	if millis == c.millis {
		return
	}
	c.millis = millis
	if millis == 0 {
		c.burners.end()
		return
	}
	ctx := c.burners.begin()
	threads, share := shares(millis)
	for range threads {
		go c.burner(ctx, share)
	}
}

// shares spreads a demand over the fewest threads that can meet it, evenly.
func shares(millis int64) (int64, time.Duration) {
	threads := (millis + 999) / 1000
	return threads, period * time.Duration(millis) / time.Duration(1000*threads)
}

func (c *cpu) burner(ctx context.Context, share time.Duration) {
	// The thread ends with the goroutine, for it is never unlocked.
	runtime.LockOSThread()
	every(ctx, period, func() { c.burnedNanos.Add(int64(spin(share))) })
}

// spin burns at least share of this thread's CPU time, for at most ten periods, and says how much it was.
func spin(share time.Duration) time.Duration {
	start, deadline := threadTime(), time.Now().Add(10*period)
	for {
		burned := threadTime() - start
		if burned >= share || time.Now().After(deadline) {
			return burned
		}
		busy()
	}
}

func busy() {
	x := uint64(88172645463325252)
	for range 20_000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	sinkhole.Store(x)
}

// sinkhole keeps the compiler from dropping busy's work.
var sinkhole atomic.Uint64

const clockThreadCPUTime = 3

// threadTime asks the clock and not getrusage, which for a running thread moves only at the kernel's ticks.
func threadTime() time.Duration {
	var now syscall.Timespec
	// The call fails only for a bad argument.
	_, _, _ = syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPUTime, uintptr(unsafe.Pointer(&now)), 0)
	return time.Duration(now.Nano())
}
