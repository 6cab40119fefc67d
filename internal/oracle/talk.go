package oracle

import (
	"bufio"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// A Talk is what one end of an open tunnel sends and reads. The zero Talk only answers pings, as every WebSocket does.
type Talk struct {
	Pings  time.Duration // a ping frame every so often, the first one after that time
	Data   time.Duration // a data frame every so often, likewise
	Flood  bool          // data frames as fast as they go
	Echo   bool          // every data frame is sent back
	NoPong bool          // pings are not answered
	Stall  bool          // nothing is read
}

// An End is how a connection ended as one end saw it.
type End struct {
	Cut   bool          // false: it was still open when nobody watched any longer
	After time.Duration // since the 101, or since the reload of a probe that reloads
	Since time.Duration // since the last byte that this end received
	RST   bool          // it was reset; false means FIN
	Close bool          // a close frame came first
}

// tunnel carries frames over one connection until it ends.
type tunnel struct {
	conn   net.Conn
	r      *bufio.Reader
	client bool
	talk   Talk
	start  time.Time
	quit   <-chan struct{} // ends a tunnel that does not read
	mu     sync.Mutex      // one frame is written at a time
}

// run talks until the connection ends, and says how it did.
func (t *tunnel) run() End {
	stop := make(chan struct{})
	failed := make(chan error, 3)
	var writers sync.WaitGroup
	every := func(d time.Duration, op byte) {
		if d > 0 {
			writers.Go(func() { t.repeat(d, op, stop, failed) })
		}
	}
	every(t.talk.Pings, opPing)
	every(t.talk.Data, opBinary)
	if t.talk.Flood {
		writers.Go(func() { t.flood(stop, failed) })
	}
	var end End
	if t.talk.Stall {
		// Without reading, an end learns of the cut only when it writes, or never.
		select {
		case err := <-failed:
			end = t.ended(err, t.start)
		case <-t.quit:
		}
	} else {
		end = t.read()
	}
	close(stop)
	t.conn.Close()
	writers.Wait()
	return end
}

func (t *tunnel) read() End {
	last := t.start
	closed := false
	for {
		op, payload, err := readFrame(t.r)
		if err != nil {
			end := t.ended(err, last)
			end.Close = closed
			return end
		}
		last = time.Now()
		switch {
		case op == opPing && !t.talk.NoPong:
			t.write(frame(opPong, payload, t.client))
		case op == opClose:
			closed = true
		case op == opBinary && t.talk.Echo:
			t.write(frame(opBinary, payload, t.client))
		}
	}
}

func (t *tunnel) ended(err error, last time.Time) End {
	now := time.Now()
	cut := !errors.Is(err, net.ErrClosed)
	rst := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	return End{Cut: cut, After: now.Sub(t.start), Since: now.Sub(last), RST: cut && rst && !errors.Is(err, io.EOF)}
}

func (t *tunnel) write(b []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.conn.Write(b)
	return err
}

func (t *tunnel) repeat(d time.Duration, op byte, stop chan struct{}, failed chan error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			if err := t.write(frame(op, []byte("tick"), t.client)); err != nil {
				failed <- err
				return
			}
		}
	}
}

func (t *tunnel) flood(stop chan struct{}, failed chan error) {
	b := frame(opBinary, make([]byte, 32<<10), t.client)
	for {
		select {
		case <-stop:
			return
		default:
			if err := t.write(b); err != nil {
				failed <- err
				return
			}
		}
	}
}
