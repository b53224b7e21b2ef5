package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"time"
)

func routes(l *load) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(response http.ResponseWriter, _ *http.Request) { show(response, l) })
	mux.HandleFunc("POST /{$}", func(response http.ResponseWriter, request *http.Request) {
		if err := steer(l, http.MaxBytesReader(response, request.Body, 64<<10)); err != nil {
			http.Error(response, err.Error(), http.StatusBadRequest)
			return
		}
		show(response, l)
	})
	mux.Handle("POST /sink", &l.sink)
	mux.HandleFunc("GET /work/{micros}", work)
	mux.HandleFunc("GET /read/{pages}", func(response http.ResponseWriter, request *http.Request) {
		readPages(response, request, &l.file)
	})
	mux.HandleFunc("GET /healthz", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(response, "ok")
	})
	return mux
}

// maxWorkMicros bounds one request: spin gives up soon after.
const maxWorkMicros = 100_000

// work burns as much CPU time as the path says before it answers: a service whose answers take longer
// only by what it has to wait for CPU.
func work(response http.ResponseWriter, request *http.Request) {
	micros, err := strconv.ParseInt(request.PathValue("micros"), 10, 64)
	if err != nil || micros < 0 || micros > maxWorkMicros {
		http.Error(response, fmt.Sprintf("microseconds of work must be between 0 and %d", maxWorkMicros), http.StatusBadRequest)
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	spin(time.Duration(micros) * time.Microsecond)
	fmt.Fprintln(response, "done")
}

// maxReadPages bounds one request.
const maxReadPages = 10_000

// readPages reads as much of the file as the path says before it answers: a service whose answers take longer
// when what it needs is no longer in memory.
func readPages(response http.ResponseWriter, request *http.Request, f *file) {
	count, err := strconv.ParseInt(request.PathValue("pages"), 10, 64)
	if err != nil || count < 0 || count > maxReadPages {
		http.Error(response, fmt.Sprintf("pages to read must be between 0 and %d", maxReadPages), http.StatusBadRequest)
		return
	}
	if err := f.read(count); err != nil {
		http.Error(response, err.Error(), http.StatusConflict)
		return
	}
	fmt.Fprintln(response, "done")
}

// steer reads the whole body first, for a slow client must not hold up the others.
func steer(l *load, body io.Reader) error {
	wishes, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	return l.change(func(present demand) (demand, error) { return overlay(present, wishes) })
}

// overlay replaces the fields that the wishes name.
func overlay(present demand, wishes []byte) (demand, error) {
	decoder := json.NewDecoder(bytes.NewReader(wishes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&present); err != nil {
		return demand{}, fmt.Errorf("the body must be a JSON object with any of memoryBytes, cpuMillis, "+
			"trafficBytesPerSecond, trafficTarget, fileBytes, readBytesPerSecond: %w", err)
	}
	return present, nil
}

func show(response http.ResponseWriter, l *load) {
	response.Header().Set("Content-Type", "application/json")
	// A client that has gone away is no concern of ours.
	_ = json.NewEncoder(response).Encode(l.state())
}
