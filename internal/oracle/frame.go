package oracle

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Opcodes of RFC 6455.
const (
	opBinary = 2
	opClose  = 8
	opPing   = 9
	opPong   = 10
)

// frame is one unfragmented frame; the client's are masked, with a mask of zeros, which leaves the payload as it is.
func frame(op byte, payload []byte, masked bool) []byte {
	b := []byte{0x80 | op}
	mask := byte(0)
	if masked {
		mask = 0x80
	}
	if len(payload) < 126 {
		b = append(b, mask|byte(len(payload)))
	} else {
		b = append(b, mask|126)
		b = binary.BigEndian.AppendUint16(b, uint16(len(payload)))
	}
	if masked {
		b = append(b, 0, 0, 0, 0)
	}
	return append(b, payload...)
}

// readFrame reads one frame as frame writes it, from either side.
func readFrame(r *bufio.Reader) (op byte, payload []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	length := int(head[1] & 0x7f)
	if length >= 126 {
		var long [2]byte
		if _, err := io.ReadFull(r, long[:]); err != nil {
			return 0, nil, err
		}
		length = int(binary.BigEndian.Uint16(long[:]))
	}
	if head[1]&0x80 != 0 {
		if _, err := r.Discard(4); err != nil {
			return 0, nil, err
		}
	}
	payload = make([]byte, length)
	_, err = io.ReadFull(r, payload)
	return head[0] & 0x0f, payload, err
}
