package oracle

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// signature begins a PROXY protocol header of version 2.
const signature = "\r\n\r\n\x00\r\nQUIT\n"

// readPROXY reads a PROXY protocol header: the line of version 1, or the word "v2" for a binary one.
func readPROXY(r *bufio.Reader) (string, error) {
	begin, err := r.Peek(len(signature))
	if err != nil {
		return "", err
	}
	if string(begin) != signature {
		line, err := r.ReadString('\n')
		if err == nil && !strings.HasPrefix(line, "PROXY ") {
			err = errors.New("no PROXY header")
		}
		return strings.TrimSpace(line), err
	}
	head := make([]byte, len(signature)+4)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", err
	}
	_, err = r.Discard(int(binary.BigEndian.Uint16(head[len(head)-2:])))
	return "v2", err
}
