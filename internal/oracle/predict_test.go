package oracle_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/nginx"
)

// A source is a lab's configuration as the linter reads it for one version of nginx. Its text is that which nginx runs.
type source struct{ config *nginx.Config }

// readSource fails for a text that the linter thinks nginx would refuse.
func readSource(lab *oracle.Lab, version string) (source, error) {
	v, err := nginx.ParseVersion(version)
	if err != nil {
		return source{}, err
	}
	// The files of this machine are those that nginx sees.
	trees, err := nginx.Read([]string{filepath.Join(lab.Conf, lab.Main)}, nil, nginx.Options{Root: "/", Version: v})
	if err != nil {
		return source{}, err
	}
	if len(trees) != 1 {
		return source{}, fmt.Errorf("%d configurations were read, want 1", len(trees))
	}
	if p := trees[0].Problems; len(p) > 0 {
		return source{}, fmt.Errorf("predicted that nginx does not start: %s: %s", p[0].Pos, p[0].Text)
	}
	return source{nginx.Compile(trees[0], v)}, nil
}

// maxHops ends the journey of a handshake that goes round in circles.
const maxHops = 16

// path predicts what becomes of a probe, through as many servers of the configuration as it passes.
func (s source) path(lab *oracle.Lab, p oracle.Probe) (*hop.Path, error) {
	q, err := lab.Request(p)
	if err != nil {
		return nil, err
	}
	path := &hop.Path{Name: p.URL, Browser: p.Browser, Request: q, Pings: pings(p)}
	for r := q; len(path.Hops) < maxHops; {
		h := s.config.Serve(r)
		path.Hops = append(path.Hops, h)
		if a, known := h.Answer.Get(); !known || a.Kind != hop.PassedOn || !s.config.Listens(h.Next) {
			return path, nil
		}
		r = h.Next
	}
	return nil, fmt.Errorf("the handshake goes round in circles")
}

// pings is what moves on the tunnel of a probe. A ping is answered unless the other end keeps silent.
func pings(p oracle.Probe) []hop.Ping {
	var list []hop.Ping
	add := func(from, to hop.Side, mine, others oracle.Talk) {
		if mine.Pings > 0 {
			moves := from
			if !others.NoPong {
				moves |= to
			}
			list = append(list, hop.Ping{Every: hop.Written("ping", mine.Pings, hop.Pos{}), Moves: moves})
		}
		if mine.Data > 0 {
			list = append(list, hop.Ping{Every: hop.Written("data", mine.Data, hop.Pos{}), Moves: from})
		}
	}
	add(hop.Client, hop.Server, p.Client, p.Server)
	add(hop.Server, hop.Client, p.Server, p.Client)
	return list
}

// onePercent of a run's time goes to a temporary directory: in memory it costs nothing.
func useMemory(t testing.TB) {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		t.Setenv("TMPDIR", "/dev/shm")
	}
}
