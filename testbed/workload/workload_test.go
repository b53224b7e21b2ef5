package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

func started(t *testing.T) (*load, string) {
	l := newLoad()
	server := httptest.NewServer(routes(l))
	t.Cleanup(l.close)
	t.Cleanup(server.Close)
	return l, server.URL
}

func steered(t *testing.T, url, body string) (int, string) {
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func residentBytes(t *testing.T) int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

func TestPost_moreMemory_isResidentAndGivenBackExactly(t *testing.T) {
	const wanted = 50_000_000
	l, url := started(t)
	before := residentBytes(t)

	status, text := steered(t, url, `{"memoryBytes": 50000000}`)
	grown := residentBytes(t) - before
	_, _ = steered(t, url, `{"memoryBytes": 0}`)
	left := residentBytes(t) - before

	if status != 200 || !strings.Contains(text, `"heldBytes":50000000`) {
		t.Fatalf("answered %d %s", status, text)
	}
	if grown < wanted*9/10 || left > wanted/10 {
		t.Fatalf("resident memory grew by %d and %d stayed after release", grown, left)
	}
	if len(l.memory.blocks) != 0 {
		t.Fatalf("%d blocks left", len(l.memory.blocks))
	}
}

func TestPost_someFields_keepsTheOthers(t *testing.T) {
	_, url := started(t)
	_, _ = steered(t, url, `{"memoryBytes": 4096, "trafficTarget": "http://127.0.0.1:1/sink"}`)

	_, text := steered(t, url, `{"cpuMillis": 1}`)

	var s state
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	want := demand{MemoryBytes: 4096, CPUMillis: 1, TrafficTarget: "http://127.0.0.1:1/sink"}
	if s.demand != want {
		t.Fatalf("got %+v, want %+v", s.demand, want)
	}
}

func TestPost_badDemand_isRefusedWithReasonAndChangesNothing(t *testing.T) {
	l, url := started(t)
	for body, reason := range map[string]string{
		`{"memoryBytes": -1}`:           "memoryBytes must be between 0 and",
		`{"cpuMillis": 999999999}`:      "cpuMillis must be between 0 and 256000",
		`{"trafficBytesPerSecond": 10}`: "trafficTarget must be an http or https URL",
		`{"readBytesPerSecond": 10}`:    "fileBytes must be 4096 or more when it is read, not 0",
		`{"memory": 1}`:                 `unknown field "memory"`,
		`{`:                             "the body must be a JSON object",
	} {
		status, text := steered(t, url, body)

		if status != 400 || !strings.Contains(text, reason) {
			t.Errorf("%s answered %d %s", body, status, text)
		}
	}
	if l.state().demand != (demand{}) {
		t.Errorf("demand became %+v", l.state().demand)
	}
}

func TestShares_demand_usesTheFewestThreads(t *testing.T) {
	for millis, want := range map[int64]struct {
		threads int64
		share   time.Duration
	}{
		1:    {1, 20 * time.Microsecond},
		250:  {1, 5 * time.Millisecond},
		1000: {1, 20 * time.Millisecond},
		1500: {2, 15 * time.Millisecond},
	} {
		threads, share := shares(millis)

		if threads != want.threads || share != want.share {
			t.Errorf("%d: got %d threads of %v, want %+v", millis, threads, share, want)
		}
	}
}

func TestSpin_share_burnsItOnThisThread(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := threadTime()

	burned := spin(10 * time.Millisecond)

	if used := threadTime() - before; burned < 10*time.Millisecond || used < burned {
		t.Fatalf("said %v, thread used %v", burned, used)
	}
}

func TestWork_micros_areBurnedBeforeTheAnswer(t *testing.T) {
	_, url := started(t)
	before := processTime(t)

	response, err := http.Get(url + "/work/20000")

	if err != nil || response.StatusCode != 200 {
		t.Fatalf("answered %v %v", response, err)
	}
	_ = response.Body.Close()
	if used := processTime(t) - before; used < 20*time.Millisecond {
		t.Fatalf("used %v of CPU", used)
	}
}

func TestWork_tooMuchOrNonsense_isRefused(t *testing.T) {
	_, url := started(t)
	for _, path := range []string{"/work/100001", "/work/-1", "/work/much"} {
		response, err := http.Get(url + path)

		if err != nil || response.StatusCode != 400 {
			t.Fatalf("%s answered %v %v", path, response, err)
		}
		_ = response.Body.Close()
	}
}

// processTime is the CPU time that all threads have used.
func processTime(t *testing.T) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// How many of a file's pages are in memory.
func residentPages(t *testing.T, f *file) int {
	mapping, err := syscall.Mmap(int(f.pages.Load().content.Fd()), 0, int(f.bytes), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(mapping) }()
	flags := make([]byte, f.bytes/pageBytes)
	_, _, failure := syscall.Syscall(syscall.SYS_MINCORE, uintptr(unsafe.Pointer(&mapping[0])), uintptr(f.bytes),
		uintptr(unsafe.Pointer(&flags[0])))
	if failure != 0 {
		t.Fatal(failure)
	}
	resident := 0
	for _, flag := range flags {
		resident += int(flag & 1)
	}
	return resident
}

func TestFile_kept_isInMemoryOnlyAsFarAsItIsRead(t *testing.T) {
	f := &file{}
	t.Cleanup(func() { _ = f.keep(0) })

	if err := f.keep(20 << 20); err != nil {
		t.Fatal(err)
	}
	before := residentPages(t, f)
	if err := f.read(100); err != nil {
		t.Fatal(err)
	}

	// 100 of 5120 pages at random are 99 different ones; pages come one by one.
	if after := residentPages(t, f); before != 0 || after < 80 || after > 100 {
		t.Fatalf("%d pages in memory before, %d after 100 were read", before, after)
	}
}

func TestRead_pages_areReadBeforeTheAnswerAndCounted(t *testing.T) {
	_, url := started(t)
	_, _ = steered(t, url, `{"fileBytes": 1048576}`)

	response, err := http.Get(url + "/read/7")

	if err != nil || response.StatusCode != 200 {
		t.Fatalf("answered %v %v", response, err)
	}
	_ = response.Body.Close()
	if _, text := steered(t, url, `{}`); !strings.Contains(text, `"readBytes":28672`) {
		t.Fatalf("state %s", text)
	}
}

func TestRead_nonsenseOrNoFile_isRefused(t *testing.T) {
	_, url := started(t)
	for path, want := range map[string]int{"/read/10001": 400, "/read/-1": 400, "/read/much": 400, "/read/1": 409} {
		response, err := http.Get(url + path)

		if err != nil || response.StatusCode != want {
			t.Fatalf("%s answered %v %v", path, response, err)
		}
		_ = response.Body.Close()
	}
}

func TestPost_readRate_readsUntilTheFileIsGone(t *testing.T) {
	l, url := started(t)

	_, _ = steered(t, url, `{"fileBytes": 1048576, "readBytesPerSecond": 1048576}`)
	for deadline := time.Now().Add(10 * time.Second); l.state().ReadBytes == 0; {
		if time.Now().After(deadline) {
			t.Fatal("nothing was read")
		}
		runtime.Gosched()
	}
	_, _ = steered(t, url, `{"fileBytes": 0, "readBytesPerSecond": 0}`)

	if l.file.pages.Load() != nil || l.file.reading.cancel != nil {
		t.Fatal("it goes on reading")
	}
}

func TestTraffic_toASink_arrivesWholeAndIsCounted(t *testing.T) {
	receiver, sinkURL := started(t)
	sender := &traffic{}

	sender.post(context.Background(), http.DefaultClient, sinkURL+"/sink", 123_456)
	sender.post(context.Background(), http.DefaultClient, sinkURL+"/nowhere", 1)

	if got := receiver.state().ReceivedBytes; got != 123_456 || sender.sent.Load() != got {
		t.Fatalf("received %d, sent %d", got, sender.sent.Load())
	}
	if sender.failures.Load() != 1 {
		t.Fatalf("%d failures", sender.failures.Load())
	}
}

func TestParse_flagAndEnvironment_flagWins(t *testing.T) {
	environment := func(key string) string {
		return map[string]string{"MEMORY_BYTES": "1", "CPU_MILLIS": "2"}[key]
	}

	address, d, err := parse([]string{"-memory-bytes", "7"}, environment, io.Discard)

	if err != nil || address != ":8080" || d != (demand{MemoryBytes: 7, CPUMillis: 2}) {
		t.Fatalf("got %s %+v %v", address, d, err)
	}
}

func TestParse_nonsense_saysWhatIsWrong(t *testing.T) {
	nothing := func(string) string { return "" }

	_, _, stray := parse([]string{"pauze"}, nothing, io.Discard)
	_, _, word := parse(nil, func(string) string { return "much" }, io.Discard)

	if stray == nil || !strings.Contains(stray.Error(), `unexpected argument "pauze"`) {
		t.Errorf("got %v", stray)
	}
	if word == nil || !strings.Contains(word.Error(), `MEMORY_BYTES must be a whole number, not "much"`) {
		t.Errorf("got %v", word)
	}
}

func TestServe_toldToEnd_endsWithoutError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, listener, newLoad()) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()

	end()

	if err := <-ended; err != nil || response.StatusCode != 200 {
		t.Fatalf("ended with %v after answering %d", err, response.StatusCode)
	}
}
