package oracle

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// TestMain lets many cases run at once: they mostly wait for timers.
func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "24")
	os.Exit(m.Run())
}

// A lawCase is a case whose outcome is known from the measured laws; the laboratory must reproduce it.
type lawCase struct {
	law  string // as in the laws: "T1", and what the case shows of it
	conf string
	o    Options
	p    Probe

	kind     hop.OutcomeKind
	status   int               // of the answer; 0 is not checked
	location string            // suffix of Location
	got      map[string]string // what the application received: "proto", "target", "method", or a header; "" is none
	app      string            // original address of the application
	cut      time.Duration     // after the 101 or the reload; 0 is not checked, never is none
	old, new bool              // only for an nginx with the old or new proxy_http_version default
}

const never = -1

func (c lawCase) applies(n Nginx) bool {
	isOld := compareVersions(n.Version, "1.29.7") < 0
	return !(c.old && !isOld || c.new && isOld)
}

func compareVersions(a, b string) int {
	number := func(v string) (list []int) {
		for part := range strings.SplitSeq(v, ".") {
			n := 0
			for _, digit := range part {
				n = 10*n + int(digit-'0')
			}
			list = append(list, n)
		}
		return list
	}
	return slices.Compare(number(a), number(b))
}

// TestLaws runs the known cases through every nginx found.
func TestLaws(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: no long runs against real proxies")
	}
	found := Find(t)
	var ran atomic.Int32
	t.Run("cases", func(t *testing.T) {
		for _, n := range found {
			for _, c := range truths {
				if !c.applies(n) {
					continue
				}
				t.Run(n.Version+"/"+c.law, func(t *testing.T) {
					t.Parallel()
					diffs := c.run(t, n)
					if len(diffs) > 0 { // a busy machine delays what is timed
						t.Logf("once more: %s", diffs)
						diffs = c.run(t, n)
					}
					for _, d := range diffs {
						t.Error(d)
					}
					ran.Add(1)
				})
			}
		}
	})
	if want := int32(65 * len(found)); ran.Load() < want && !t.Failed() && flag.Lookup("test.run").Value.String() == "" {
		t.Errorf("%d cases ran, want at least %d", ran.Load(), want)
	}
	t.Logf("%d cases ran on %d nginx", ran.Load(), len(found))
}

// run returns what was otherwise than the law says.
func (c lawCase) run(t *testing.T, n Nginx) []string {
	if c.p.URL == "" {
		c.p.URL = "ws://chat.test/ws"
	}
	if c.cut != 0 && c.p.Watch == 0 {
		c.p.Watch = 4 * time.Second
	}
	lab, err := Rewrite(t, map[string]string{"nginx.conf": c.conf}, c.o)
	if err != nil {
		t.Fatal(err)
	}
	lab.NeedStream(t, n)
	server, err := lab.Start(t, n)
	if err != nil {
		t.Fatal(err)
	}
	seen := server.Observe(t, c.p)
	if seen.Err != nil {
		return []string{seen.Err.Error()}
	}
	return c.check(seen)
}

func (c lawCase) check(seen Observed) (diffs []string) {
	differ := func(format string, args ...any) { diffs = append(diffs, fmt.Sprintf(format, args...)) }
	if seen.Kind != c.kind || c.status != 0 && seen.Status != c.status {
		differ("outcome %v %d (%s), want %v %d", seen.Kind, seen.Status, seen.Why, c.kind, c.status)
	}
	if c.location != "" && !strings.HasSuffix(seen.Location, c.location) {
		differ("Location %q, want …%q", seen.Location, c.location)
	}
	if (c.got != nil || c.app != "") && seen.Got == nil {
		return append(diffs, "the application received nothing")
	}
	for name, want := range c.got {
		observed, ok := map[string]string{"proto": seen.Got.Proto, "target": seen.Got.Target, "method": seen.Got.Method,
			"SNI": seen.Got.SNI}[name]
		if !ok {
			observed = seen.Got.value(name)
		}
		if observed != want {
			differ("the application received %s %q, want %q", name, observed, want)
		}
	}
	if c.app != "" && seen.Got.App != c.app {
		differ("application %s, want %s", seen.Got.App, c.app)
	}
	if c.cut == never && seen.End.Cut ||
		c.cut > 0 && (!seen.End.Cut || seen.End.After <= c.cut-early || seen.End.After > c.cut+late+seen.Stalled) {
		differ("end %+v, want a cut after %v", seen.End, c.cut)
	}
	return diffs
}
