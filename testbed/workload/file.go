package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"syscall"
)

const (
	pageBytes = 4096
	// writtenBytes is how much of a file is in memory at most while it is written.
	writtenBytes = 8 << 20

	adviceRandom   = 1
	adviceDontNeed = 4
)

// file is one of its own, of which pages are read at random. What of it is in memory is page cache, which goes when
// memory gets short, also where there is no swap: from then on reads wait for the disk.
type file struct {
	pages          atomic.Pointer[pages]
	bytes          int64
	bytesPerSecond int64
	reading        background
	readPages      atomic.Int64
}

// pages are those of a file that has no name any more, so that it goes with the process.
type pages struct {
	content *os.File
	count   int64
}

// keep writes a file of that size, nothing of which is in memory then; reading it ends.
func (f *file) keep(bytes int64) error {
	if bytes == f.bytes {
		return nil
	}
	f.readAtRandom(0)
	if old := f.pages.Swap(nil); old != nil {
		_ = old.content.Close()
	}
	f.bytes = 0
	if bytes == 0 {
		return nil
	}
	content, err := written(bytes)
	if err != nil {
		return fmt.Errorf("cannot write a file of %d bytes: %w", bytes, err)
	}
	f.pages.Store(&pages{content, bytes / pageBytes})
	f.bytes = bytes
	return nil
}

func written(bytes int64) (*os.File, error) {
	// The image has no such folder.
	if err := os.MkdirAll(os.TempDir(), 0o777); err != nil {
		return nil, err
	}
	content, err := os.CreateTemp("", "workload-")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Remove(content.Name()), fill(content, bytes)); err != nil {
		return nil, errors.Join(err, content.Close())
	}
	return content, nil
}

// fill writes what no disk can store in less space.
func fill(content *os.File, bytes int64) error {
	noise := rand.NewChaCha8([32]byte{})
	block := make([]byte, writtenBytes)
	for left := bytes; left > 0; left -= int64(len(block)) {
		block = block[:min(int64(len(block)), left)]
		_, _ = noise.Read(block)
		if _, err := content.Write(block); err != nil {
			return err
		}
		if err := forget(content); err != nil {
			return err
		}
	}
	return advise(content, adviceRandom)
}

// forget gives the memory back that the file takes in the page cache: written pages alone are given back.
func forget(content *os.File) error {
	if err := syscall.Fdatasync(int(content.Fd())); err != nil {
		return err
	}
	return advise(content, adviceDontNeed)
}

func advise(content *os.File, advice uintptr) error {
	if _, _, failure := syscall.Syscall6(syscall.SYS_FADVISE64, content.Fd(), 0, 0, advice, 0, 0); failure != 0 {
		return failure
	}
	return nil
}

// readAtRandom reads at that rate; what was missed in one period is not made up.
func (f *file) readAtRandom(bytesPerSecond int64) {
	if bytesPerSecond == f.bytesPerSecond {
		return
	}
	f.bytesPerSecond = bytesPerSecond
	if bytesPerSecond == 0 {
		f.reading.end()
		return
	}
	reads := rate{perSecond: bytesPerSecond, unit: pageBytes}
	// Of a file that has just been closed nothing is read.
	go every(f.reading.begin(), period, func() { _ = f.read(reads.due(period)) })
}

// read reads so many pages, each a random one.
func (f *file) read(count int64) error {
	own := f.pages.Load()
	if own == nil || own.count == 0 {
		return errors.New("there is no file to read: fileBytes is less than a page")
	}
	var page [pageBytes]byte
	for range count {
		if _, err := own.content.ReadAt(page[:], rand.Int64N(own.count)*pageBytes); err != nil {
			return err
		}
		f.readPages.Add(1)
	}
	return nil
}
