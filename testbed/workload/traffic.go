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
	sending        background
	sent           atomic.Int64
	failures       atomic.Int64
}

func (t *traffic) send(target string, bytesPerSecond int64) {
	if target == t.target && bytesPerSecond == t.bytesPerSecond {
		return
	}
	t.target, t.bytesPerSecond = target, bytesPerSecond
	if bytesPerSecond == 0 {
		t.sending.end()
		return
	}
	go t.sender(t.sending.begin(), target, bytesPerSecond)
}

func (t *traffic) sender(ctx context.Context, target string, bytesPerSecond int64) {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{MaxIdleConns: 1}}
	defer client.CloseIdleConnections()
	bytes := rate{perSecond: bytesPerSecond, unit: 1}
	every(ctx, trafficPeriod, func() { t.post(ctx, client, target, bytes.due(trafficPeriod)) })
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
