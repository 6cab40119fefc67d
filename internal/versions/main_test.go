package main

import (
	"strings"
	"testing"
)

// TestTable: every case that ended is counted for its version, and what failed as a disagreement.
func TestTable(t *testing.T) {
	const events = `{"Action":"pass","Test":"TestTruth/cases/1.30.6/H1"}
{"Action":"fail","Test":"TestTruth/cases/1.30.6/H2"}
{"Action":"pass","Test":"TestTruth/cases/1.4.0/H1"}
{"Action":"skip","Test":"TestTruth/cases/1.4.0/S1"}
{"Action":"fail","Test":"TestTruth/cases"}
{"Action":"output","Test":"TestGenerated/1.30.6","Output":"  x.go:1: 100 configurations (7 refused ` +
		`before them), 900 probes: 2 disagreements, 1.5 % unknown\n"}
`
	const haproxy = `{"Action":"pass","Test":"TestTruth/3.2.26/A"}
{"Action":"pass","Test":"TestTruth/3.2.26"}
{"Action":"pass","Test":"TestRandom/3.2.26/cases/1"}
{"Action":"pass","Test":"TestRandom/3.2.26/cases/2"}
{"Action":"fail","Test":"TestRandom/3.2.26/alone/2"}
{"Action":"fail","Test":"TestRandom/3.2.26/alone"}
`
	all := table{}
	for program, text := range map[string]string{"nginx": events, "HAProxy": haproxy} {
		if err := all.read(program, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	var got strings.Builder
	if err := all.write(&got); err != nil {
		t.Fatal(err)
	}
	const want = "| nginx | 1.4.0 | 1 | 0 | 0 | 0 |\n| nginx | 1.30.6 | 2 | 1 | 100 | 2 |\n" +
		"| HAProxy | 3.2.26 | 1 | 0 | 2 | 1 |\n"
	if _, rows, _ := strings.Cut(got.String(), "|---|---|---|---|---|---|\n"); rows != want {
		t.Errorf("got\n%swant\n%s", rows, want)
	}
}
