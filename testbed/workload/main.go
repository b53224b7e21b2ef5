// Workload is the program that runs in the testbed's pods: it holds memory, burns CPU, sends traffic and reads
// a file of its own, each as much as it was last told to. Its first argument "pause" turns it into the sandbox's idle process,
// so that one binary serves both images; with "once" it holds its memory and ends, as an init container does.
//
//	GET  /         the demand and what was done for it, as JSON
//	POST /         a JSON object with any of memoryBytes, cpuMillis, trafficBytesPerSecond, trafficTarget,
//	               fileBytes, readBytesPerSecond; answers like GET once the memory is held and the file is written
//	POST /sink     reads and counts a body: the other end of traffic
//	GET  /work/N   answers when it has burned N microseconds of CPU time
//	GET  /read/N   answers when it has read N pages of its file at random
//	GET  /healthz  200 while it serves
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "pause" {
		pause()
		return
	}
	serving, arguments := run, os.Args[1:]
	if len(arguments) > 0 && arguments[0] == "once" {
		serving, arguments = once, arguments[1:]
	}
	if err := serving(arguments, os.Getenv, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "workload:", err)
		os.Exit(1)
	}
}

// run serves until it is told to end by SIGTERM or SIGINT.
func run(arguments []string, environment func(string) string, messages io.Writer) error {
	address, demand, err := parse(arguments, environment, messages)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	load := newLoad()
	defer load.close()
	if err := load.apply(demand); err != nil {
		return err
	}
	return serve(ctx, listener, load)
}

// once meets its first demand and ends.
func once(arguments []string, environment func(string) string, messages io.Writer) error {
	_, demand, err := parse(arguments, environment, messages)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	load := newLoad()
	defer load.close()
	return load.apply(demand)
}

func serve(ctx context.Context, listener net.Listener, load *load) error {
	server := &http.Server{Handler: routes(load), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}

// parse reads the initial demand: a flag wins over its environment variable, which wins over zero.
func parse(arguments []string, environment func(string) string, messages io.Writer) (string, demand, error) {
	var d demand
	flags := flag.NewFlagSet("workload", flag.ContinueOnError)
	flags.SetOutput(messages)
	address := flags.String("listen", ":8080", "address to serve on")
	amounts := []struct {
		value              *int64
		name, key, meaning string
	}{
		{&d.MemoryBytes, "memory-bytes", "MEMORY_BYTES", "memory to hold, in bytes"},
		{&d.CPUMillis, "cpu-millis", "CPU_MILLIS", "CPU to burn, in thousandths of a core"},
		{&d.TrafficBytesPerSecond, "traffic-bytes-per-second", "TRAFFIC_BYTES_PER_SECOND", "traffic to send"},
		{&d.FileBytes, "file-bytes", "FILE_BYTES", "file to write at first, and to read of"},
		{&d.ReadBytesPerSecond, "read-bytes-per-second", "READ_BYTES_PER_SECOND", "what to read of it, at random"},
	}
	for _, amount := range amounts {
		initial, err := number(amount.key, environment(amount.key))
		if err != nil {
			return "", demand{}, err
		}
		flags.Int64Var(amount.value, amount.name, initial, amount.meaning+" (environment: "+amount.key+")")
	}
	flags.StringVar(&d.TrafficTarget, "traffic-target", environment("TRAFFIC_TARGET"),
		"URL to POST traffic to, such as another workload's /sink (environment: TRAFFIC_TARGET)")
	if err := flags.Parse(arguments); err != nil {
		return "", demand{}, err
	}
	if flags.NArg() > 0 {
		return "", demand{}, fmt.Errorf("unexpected argument %q: only flags, \"pause\" and \"once\" are known", flags.Arg(0))
	}
	return *address, d, d.check()
}

func number(key, value string) (int64, error) {
	if value == "" {
		return 0, nil
	}
	parsed, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("environment variable %s must be a whole number, not %q", key, value)
	}
	return parsed, nil
}

// pause waits to be ended, and reaps what a shared process namespace leaves to process 1.
func pause() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		reap()
	}
}

func reap() {
	for {
		if child, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != nil || child <= 0 {
			return
		}
	}
}
