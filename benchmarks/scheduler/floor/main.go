// Floor is a scheduler extender that decides nothing: it reads the node names and answers all of them, with equal
// scores. What kube-scheduler reaches with it is what an extender that costs nothing would leave.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

type arguments struct {
	NodeNames []string
}

type hostScore struct {
	Host  string
	Score int64
}

var calls, busyNanos atomic.Int64

func main() {
	portFile := flag.String("port-file", "", "file that gets the port, once the server listens")
	flag.Parse()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := os.WriteFile(*portFile, []byte(fmt.Sprint(port)), 0o644); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /scheduler/filter", timed(func(names []string) any {
		return map[string]any{"NodeNames": names}
	}))
	http.HandleFunc("POST /scheduler/prioritize", timed(func(names []string) any {
		scores := make([]hostScore, len(names))
		for i, name := range names {
			scores[i] = hostScore{name, 5}
		}
		return scores
	}))
	http.HandleFunc("GET /stats", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "%d %d", calls.Load(), busyNanos.Load())
	})
	log.Fatal(http.Serve(listener, nil))
}

func timed(answer func([]string) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		var args arguments
		if err := json.NewDecoder(r.Body).Decode(&args); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		body, err := json.Marshal(answer(args.NodeNames))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(body)
		calls.Add(1)
		busyNanos.Add(int64(time.Since(begin)))
	}
}
