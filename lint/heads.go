package lint

import "sync"

// maxHeads is how many bytes of files that nobody has read yet are kept.
const maxHeads = 4 << 20

// heads reads files. What was looked at to see what a file is, and is all of it, is kept until somebody reads the file:
// it is then what was looked at.
type heads struct {
	head func(name string, n int) ([]byte, error)
	read func(name string) ([]byte, error)
	mu   sync.Mutex
	kept map[string][]byte
	size int
}

// peek returns the first n bytes of a file.
func (h *heads) peek(name string, n int) ([]byte, error) {
	src, err := h.head(name, n)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil && len(src) < n && h.size+len(src) <= maxHeads {
		h.size += len(src) - len(h.kept[name])
		h.kept[name] = src
	}
	return src, err
}

// readFile hands over what was kept.
func (h *heads) readFile(name string) ([]byte, error) {
	h.mu.Lock()
	src, ok := h.kept[name]
	h.size -= len(src)
	delete(h.kept, name)
	h.mu.Unlock()
	if ok {
		return src, nil
	}
	return h.read(name)
}
