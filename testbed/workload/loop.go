package main

import (
	"context"
	"time"
)

// background is what runs beside requests until something else takes its place.
type background struct {
	cancel context.CancelFunc
}

// end tells it to end.
func (b *background) end() {
	if b.cancel != nil {
		b.cancel()
		b.cancel = nil
	}
}

// begin gives what takes its place a context that is done at its end.
func (b *background) begin() context.Context {
	b.end()
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	return ctx
}

// every works at once and then once in each period; what was missed in one is not made up.
func every(ctx context.Context, period time.Duration, work func()) {
	ticks := time.NewTicker(period)
	defer ticks.Stop()
	for {
		work()
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// rate divides an amount a second into whole units a period, and carries over what is left.
type rate struct {
	perSecond int64
	unit      int64
	owed      int64
}

func (r *rate) due(period time.Duration) int64 {
	whole := r.unit * int64(time.Second/period)
	r.owed += r.perSecond
	units := r.owed / whole
	r.owed -= units * whole
	return units
}
