package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// trafficPeriod is the time in which one body is sent.
const trafficPeriod = 100 * time.Millisecond

// traffic sends a body of a tenth of a second's bytes ten times a second. A slow or dead target makes
// it send less and counts failures; nothing queues up.
type traffic struct {
	target         string
	bytesPerSecond int64
	cancel         context.CancelFunc
	sent           atomic.Int64
	failures       atomic.Int64
}

func (t *traffic) send(target string, bytesPerSecond int64) {
	if target == t.target && bytesPerSecond == t.bytesPerSecond {
		return
	}
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
	t.target, t.bytesPerSecond = target, bytesPerSecond
	if bytesPerSecond == 0 {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.cancel = cancel
	go t.sender(ctx, target, bytesPerSecond)
}

func (t *traffic) sender(ctx context.Context, target string, bytesPerSecond int64) {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConns: 1}}
	defer client.CloseIdleConnections()
	ticks := time.NewTicker(trafficPeriod)
	defer ticks.Stop()
	var owed int64
	for {
		owed += bytesPerSecond
		now := owed / int64(time.Second/trafficPeriod)
		owed -= now * int64(time.Second/trafficPeriod)
		t.post(ctx, client, target, now)
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

func (t *traffic) post(ctx context.Context, client *http.Client, target string, bytes int64) {
	if bytes == 0 {
		return
	}
	if err := exchange(ctx, client, target, bytes); err == nil {
		t.sent.Add(bytes)
	} else if ctx.Err() == nil {
		t.failures.Add(1)
	}
}

func exchange(ctx context.Context, client *http.Client, target string, bytes int64) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, io.LimitReader(zeros{}, bytes))
	if err != nil {
		return err
	}
	request.ContentLength = bytes
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s answered %s", target, response.Status)
	}
	return nil
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}

// sink is the other end of traffic.
type sink struct {
	received atomic.Int64
}

func (s *sink) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	bytes, err := io.Copy(io.Discard, request.Body)
	s.received.Add(bytes)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	response.WriteHeader(http.StatusNoContent)
}
