package main

import (
	"errors"
	"fmt"
	"net/url"
	"sync"
)

// demand is what the program is asked to do.
type demand struct {
	MemoryBytes           int64  `json:"memoryBytes"`
	CPUMillis             int64  `json:"cpuMillis"`
	TrafficBytesPerSecond int64  `json:"trafficBytesPerSecond"`
	TrafficTarget         string `json:"trafficTarget"`
	FileBytes             int64  `json:"fileBytes"`
	ReadBytesPerSecond    int64  `json:"readBytesPerSecond"`
}

// limits keep a slip of the pen from taking the machine down.
const (
	maxMemoryBytes           = 64 << 30
	maxCPUMillis             = 256_000
	maxTrafficBytesPerSecond = 10 << 30
	maxFileBytes             = 16 << 30
	maxReadBytesPerSecond    = 10 << 30
)

func (d demand) check() error {
	return errors.Join(
		within("memoryBytes", d.MemoryBytes, maxMemoryBytes),
		within("cpuMillis", d.CPUMillis, maxCPUMillis),
		within("trafficBytesPerSecond", d.TrafficBytesPerSecond, maxTrafficBytesPerSecond),
		within("fileBytes", d.FileBytes, maxFileBytes),
		within("readBytesPerSecond", d.ReadBytesPerSecond, maxReadBytesPerSecond),
		d.checkTarget(),
		d.checkFile())
}

func within(name string, value, limit int64) error {
	if value < 0 || value > limit {
		return fmt.Errorf("%s must be between 0 and %d, not %d", name, limit, value)
	}
	return nil
}

func (d demand) checkTarget() error {
	if d.TrafficBytesPerSecond == 0 && d.TrafficTarget == "" {
		return nil
	}
	target, err := url.Parse(d.TrafficTarget)
	if err != nil || (target.Scheme != "http" && target.Scheme != "https") || target.Host == "" {
		return fmt.Errorf("trafficTarget must be an http or https URL when there is traffic, not %q", d.TrafficTarget)
	}
	return nil
}

func (d demand) checkFile() error {
	if d.ReadBytesPerSecond > 0 && d.FileBytes < pageBytes {
		return fmt.Errorf("fileBytes must be %d or more when it is read, not %d", pageBytes, d.FileBytes)
	}
	return nil
}

// state is the demand beside what was done for it.
type state struct {
	demand
	HeldBytes          int64 `json:"heldBytes"`
	BurnedMilliseconds int64 `json:"burnedMilliseconds"`
	SentBytes          int64 `json:"sentBytes"`
	SendFailures       int64 `json:"sendFailures"`
	ReceivedBytes      int64 `json:"receivedBytes"`
	ReadBytes          int64 `json:"readBytes"`
}

// load holds, burns, sends and reads. Any goroutine may use it; one demand is applied at a time.
type load struct {
	mutex   sync.Mutex
	demand  demand
	memory  memory
	cpu     cpu
	traffic traffic
	sink    sink
	file    file
}

func newLoad() *load {
	return &load{}
}

// change applies what edit makes of the present demand, or nothing when that is no valid demand.
func (l *load) change(edit func(demand) (demand, error)) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	wanted, err := edit(l.demand)
	if err == nil {
		err = wanted.check()
	}
	if err != nil {
		return err
	}
	if err := l.memory.hold(wanted.MemoryBytes); err != nil {
		return errors.Join(err, l.memory.hold(l.demand.MemoryBytes))
	}
	if err := l.file.keep(wanted.FileBytes); err != nil {
		// The old one is gone; what was not asked to change stays.
		l.demand.FileBytes, l.demand.ReadBytesPerSecond = 0, 0
		return errors.Join(err, l.memory.hold(l.demand.MemoryBytes))
	}
	l.file.readAtRandom(wanted.ReadBytesPerSecond)
	l.cpu.burn(wanted.CPUMillis)
	l.traffic.send(wanted.TrafficTarget, wanted.TrafficBytesPerSecond)
	l.demand = wanted
	return nil
}

func (l *load) apply(d demand) error {
	return l.change(func(demand) (demand, error) { return d, nil })
}

func (l *load) state() state {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return state{
		demand:             l.demand,
		HeldBytes:          l.memory.held,
		BurnedMilliseconds: l.cpu.burnedNanos.Load() / 1_000_000,
		SentBytes:          l.traffic.sent.Load(),
		SendFailures:       l.traffic.failures.Load(),
		ReceivedBytes:      l.sink.received.Load(),
		ReadBytes:          l.file.readPages.Load() * pageBytes,
	}
}

func (l *load) close() {
	// Zero demand is always valid, and giving memory back cannot run out of it.
	_ = l.apply(demand{})
}
