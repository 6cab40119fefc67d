package report

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The parameters of the rolling hash by which GitHub recognises an alert when its line has moved. They are those of
// the action that uploads SARIF files, which warns about a fingerprint that it would have computed otherwise.
const (
	hashWindow = 100   // units that count from the start of a line, blanks left out
	hashFactor = 37    //
	hashEnd    = 65535 // stands for the end of the file
)

// fingerprints returns the hash of every line of a text, "hash:occurrence": that of its first 100 units without
// blanks, those of the following lines included. All line ends are one.
func fingerprints(src []byte) []string {
	h := hasher{seen: map[uint64]int{}, out: map[int]string{}, power: 1}
	for range hashWindow {
		h.power *= hashFactor
	}
	afterCR := false
	for _, u := range utf16.Encode(decoded(src)) {
		switch {
		case u == ' ' || u == '\t' || afterCR && u == '\n':
			afterCR = false
			continue
		case u == '\r':
			u, afterCR = '\n', true
		default:
			afterCR = false
		}
		h.unit(u)
	}
	h.unit(hashEnd)
	// What is missing behind the end counts as zeros.
	for range hashWindow {
		h.due()
		h.push(0)
	}
	list := make([]string, h.line)
	for i := range list {
		list[i] = h.out[i+1]
	}
	return list
}

// decoded is a text as the action reads it. A character that breaks off is one U+FFFD however many bytes of it are
// there; to Go it is one for each byte.
func decoded(src []byte) []rune {
	list := make([]rune, 0, len(src))
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		if r == utf8.RuneError && size == 1 {
			size = broken(src)
		}
		list, src = append(list, r), src[size:]
	}
	return list
}

// broken is how many bytes at the start of a text begin a character and do not end it; 1 where none does.
func broken(src []byte) int {
	for n := min(3, len(src)); n > 1; n-- {
		if !utf8.FullRune(src[:n]) {
			return n
		}
	}
	return 1
}

// A hasher keeps the last units in a ring, and at each of them the line that begins there.
type hasher struct {
	window [hashWindow]uint16
	starts [hashWindow]int // 0: none
	at     int
	sum    uint64
	power  uint64 // hashFactor to the hashWindow
	line   int    // the number of the present line
	inLine bool
	seen   map[uint64]int
	out    map[int]string
}

func (h *hasher) unit(u uint16) {
	h.due()
	if !h.inLine {
		h.inLine = true
		h.line++
		h.starts[h.at] = h.line
	}
	if u == '\n' {
		h.inLine = false
	}
	h.push(u)
}

// due records the hash of the line whose first unit is about to leave the window.
func (h *hasher) due() {
	if line := h.starts[h.at]; line > 0 {
		h.seen[h.sum]++
		h.out[line] = fmt.Sprintf("%s:%d", strconv.FormatUint(h.sum, 16), h.seen[h.sum])
		h.starts[h.at] = 0
	}
}

func (h *hasher) push(u uint16) {
	old := h.window[h.at]
	h.window[h.at] = u
	h.sum = h.sum*hashFactor + uint64(u) - h.power*uint64(old)
	h.at = (h.at + 1) % hashWindow
}
