package live

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/wslint/wslint/probe"
)

// A watcher holds one connection until it ends.
type watcher struct {
	*connection
	begun    time.Time
	patience time.Duration // how long a pong may take
	hide     hider

	mu    sync.Mutex
	seen  probe.Watch
	last  time.Time // the last byte in either direction
	heard time.Time // the last frame of the server's own
	got   time.Time // the last frame of any kind
	asked bool      // a ping at the beginning has no answer yet
	ended chan struct{}
	heeds chan struct{} // is sent to when something came
}

func watch(c *connection, every, patience time.Duration, begun time.Time, hide hider) *watcher {
	w := &watcher{
		connection: c, begun: begun, patience: patience, hide: hide, last: c.opened, heard: c.opened, got: c.opened,
		seen: probe.Watch{Every: every, Opened: c.opened.Sub(begun)}, ended: make(chan struct{}),
		heeds: make(chan struct{}, 1),
	}
	go w.listen()
	if every > 0 {
		go w.ping(every)
	}
	return w
}

// look is what was seen so far.
func (w *watcher) look() probe.Watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen.End == probe.StillOpen {
		w.seen.Age, w.seen.Since = time.Since(w.opened), time.Since(w.last)
	}
	return w.seen
}

// finish notes the end, the first time that it is called.
func (w *watcher) finish(end probe.End, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen.End != probe.StillOpen {
		return
	}
	w.seen.End, w.seen.Age, w.seen.Since = end, at.Sub(w.opened), at.Sub(w.last)
	close(w.ended)
	w.conn.Close()
}

// stop ends the connection in order, and notes that it was open until now.
func (w *watcher) stop() probe.Watch {
	seen := w.look()
	if seen.End == probe.StillOpen {
		w.leave()
	}
	return seen
}

// listen reads what the server sends, until the connection ends.
func (w *watcher) listen() {
	for {
		op, payload, err := w.read()
		now := time.Now()
		switch {
		case errors.Is(err, errFrame):
			w.finish(probe.Broken, now)
		case errors.Is(err, net.ErrClosed):
			w.finish(probe.FIN, now) // this end closed it, and has noted why before
		case err != nil && reset(err):
			w.finish(probe.RST, now)
		case err != nil:
			w.finish(probe.FIN, now)
		case op == opClose:
			w.closed(payload)
			w.finish(probe.CloseFrame, now)
		default:
			w.note(op, now)
			if op == opPing {
				w.write(opPong, payload)
			}
			continue
		}
		return
	}
}

// closed notes what a close frame says.
func (w *watcher) closed(payload []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(payload) >= 2 {
		w.seen.Code, w.seen.Reason = int(binary.BigEndian.Uint16(payload)), w.hide.text(string(payload[2:]))
	}
}

// note takes a frame into account.
func (w *watcher) note(op byte, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case w.heeds <- struct{}{}:
	default: // it was told before, and has not looked yet
	}
	w.last, w.got = now, now
	if op == opPong && w.asked {
		w.asked = false
		return
	}
	if op == opPong && w.seen.Pings > w.seen.Pongs {
		w.seen.Pongs++
		return
	}
	w.seen.Kind = "message"
	switch op {
	case opPing:
		w.seen.Kind = "ping"
	case opPong:
		w.seen.Kind = "pong"
	}
	w.seen.Frames++
	w.seen.Gap, w.heard = max(w.seen.Gap, now.Sub(w.heard)), now
}

// ping sends pings until the connection ends. The first comes at once: not every server answers pings, and of one that
// does not, silence means nothing.
func (w *watcher) ping(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	w.mu.Lock()
	w.asked = true
	w.mu.Unlock()
	w.write(opPing, []byte("wslint"))
	if w.await(tick.C, w.answers) == inVain {
		w.mu.Lock()
		w.seen.Mute = true
		w.mu.Unlock()
	}
	for {
		select {
		case <-w.ended:
			return
		case <-tick.C:
			if w.look().Mute {
				w.send()
			} else if !w.alive(tick.C) {
				return
			}
		}
	}
}

// send sends a ping; before is when the last byte travelled until then.
func (w *watcher) send() (sent, before time.Time) {
	w.mu.Lock()
	before, sent = w.last, time.Now()
	w.last = sent
	w.seen.Pings++
	w.mu.Unlock()
	// Where it fails, the reader says how the connection ended.
	w.write(opPing, []byte("wslint"))
	return sent, before
}

// An awaited is what came of waiting.
type awaited uint8

const (
	came   awaited = iota
	gone           // the connection ended before
	inVain         // nothing came in time
)

// await waits until something came that is waited for. It goes on sending pings at the ticks of more: one that is not
// answered keeps idle timers from firing all the same.
func (w *watcher) await(more <-chan time.Time, there func() bool) awaited {
	late := time.After(w.patience)
	for {
		select {
		case <-w.ended:
			return gone
		case <-more:
			w.send()
		case <-w.heeds:
			if there() {
				return came
			}
		case <-late:
			if there() {
				return came
			}
			return inVain
		}
	}
}

// alive sends a ping, and further ones at the ticks of more, and reports whether something came back; where nothing
// does, the connection is lost.
func (w *watcher) alive(more <-chan time.Time) bool {
	sent, before := w.send()
	switch w.await(more, func() bool { return w.heardSince(sent) }) {
	case gone:
		w.untold(sent, before)
		return false
	case inVain:
		w.mu.Lock()
		w.last = before
		w.mu.Unlock()
		w.finish(probe.Lost, sent)
		return false
	}
	return true
}

// answers reports whether the first ping was answered.
func (w *watcher) answers() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.asked
}

// untold notes of an end with a reset, that only a ping brought to light, that it had come before: when the connection
// was dropped, nobody was told.
func (w *watcher) untold(sent, before time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen.End == probe.RST && w.got.Before(sent) {
		w.seen.End, w.seen.Since = probe.Lost, sent.Sub(before)
	}
}

func (w *watcher) heardSince(t time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.got.Before(t)
}
