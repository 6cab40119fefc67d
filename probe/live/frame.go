package live

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// Opcodes of RFC 6455 section 5.2.
const (
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// A connection is an open WebSocket.
type connection struct {
	conn   net.Conn
	r      *bufio.Reader
	opened time.Time
	mu     sync.Mutex // one frame is written at a time
}

// writeTime is how long a control frame may take to write.
const writeTime = 10 * time.Second

// write sends a control frame, masked as those of clients are.
func (c *connection) write(op byte, payload []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := make([]byte, 6, 6+len(payload))
	b[0], b[1] = 0x80|op, 0x80|byte(len(payload))
	rand.Read(b[2:6])
	for i, x := range payload {
		b = append(b, x^b[2+i%4])
	}
	c.conn.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := c.conn.Write(b)
	return err
}

// leave closes in order: 1001, as a page that is left does. It waits for nothing.
func (c *connection) leave() {
	c.write(opClose, binary.BigEndian.AppendUint16(nil, 1001))
	c.conn.Close()
}

// errFrame says that what came is no frame.
var errFrame = errors.New("a broken frame")

// read reads one frame. The payload is that of control frames: what messages say is nothing to this client.
func (c *connection) read() (op byte, payload []byte, err error) {
	var head [10]byte
	if _, err := io.ReadFull(c.r, head[:2]); err != nil {
		return 0, nil, err
	}
	op = head[0] & 0x0f
	length, more := uint64(head[1]&0x7f), 0
	switch length {
	case 126:
		more = 2
	case 127:
		more = 8
	}
	masked, control := head[1]&0x80 != 0, op >= opClose
	if masked || control && more > 0 {
		return 0, nil, errFrame
	}
	if more > 0 {
		if _, err := io.ReadFull(c.r, head[2:2+more]); err != nil {
			return 0, nil, err
		}
		length = uint64(binary.BigEndian.Uint16(head[2:4]))
		if more == 8 {
			length = binary.BigEndian.Uint64(head[2:10])
		}
	}
	if length > 1<<62 {
		return 0, nil, errFrame
	}
	if !control {
		_, err := io.CopyN(io.Discard, c.r, int64(length))
		return op, nil, err
	}
	payload = make([]byte, length)
	_, err = io.ReadFull(c.r, payload)
	return op, payload, err
}
