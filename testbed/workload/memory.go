package main

import (
	"fmt"
	"os"
	"syscall"
)

// blockBytes is how much one mapping holds: small enough to give back exactly, large enough to be quick.
const blockBytes = 1 << 20

// memory is held in mappings of its own, every page written, so that it is resident at once
// and is given back to the system at once, which the garbage collector would not promise.
type memory struct {
	blocks [][]byte
	held   int64
}

func (m *memory) hold(bytes int64) error {
	for m.held > bytes {
		m.release()
	}
	for m.held < bytes {
		if err := m.take(min(blockBytes, bytes-m.held)); err != nil {
			return fmt.Errorf("held %d of %d bytes: %w", m.held, bytes, err)
		}
	}
	return nil
}

func (m *memory) take(bytes int64) error {
	block, err := syscall.Mmap(-1, 0, int(bytes), syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return err
	}
	for page := 0; page < len(block); page += os.Getpagesize() {
		block[page] = 1
	}
	m.blocks = append(m.blocks, block)
	m.held += bytes
	return nil
}

func (m *memory) release() {
	last := len(m.blocks) - 1
	m.held -= int64(len(m.blocks[last]))
	// Only a mapping that is not ours could fail to be unmapped.
	_ = syscall.Munmap(m.blocks[last])
	m.blocks = m.blocks[:last]
}
