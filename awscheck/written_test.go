package awscheck

import (
	"testing"
	"time"

	"github.com/wslint/wslint/hop"
)

// TestWrittenAttributes: a file has its own names, places and edits for attributes, and each may be unknown by itself.
func TestWrittenAttributes(t *testing.T) {
	at := func(line int) hop.Pos { return hop.Pos{File: "main.tf", Line: line, Col: 3} }
	edit := func(v string) []hop.Edit { return []hop.Edit{{File: "main.tf", New: v}} }
	idle := hop.Written("idle_timeout", "90", at(4))
	idle.Set = edit
	lb := LoadBalancer{Kind: Application}
	lb.Apply(Attributes{
		Pos: at(1),
		Values: map[string]hop.Setting[string]{
			keyIdle:   idle,
			keyDesync: hop.Unknown[string]("desync_mitigation_mode", at(5), "var.mode has no default"),
		},
		Missing: func(key string) hop.Setting[string] {
			return hop.Setting[string]{Name: "missing " + key, Pos: at(1), Set: edit}
		},
	})
	if d, known := lb.Idle.Get(); !known || d != 90*time.Second || lb.Idle.Pos != at(4) ||
		lb.Idle.Name != "idle_timeout" {
		t.Errorf("the idle timeout is %v at %v", d, lb.Idle.Pos)
	}
	if e := lb.Idle.Set("1h30m"); len(e) != 1 || e[0].New != "5400" {
		t.Errorf("a rule's 1h30m is written as %v, want seconds", e)
	}
	if _, known := lb.Desync.Get(); known ||
		lb.Desync.Why() != "desync_mitigation_mode is not known: var.mode has no default" ||
		lb.Desync.Pos != at(5) {
		t.Errorf("an unknown value: %q at %v", lb.Desync.Why(), lb.Desync.Pos)
	}
	if !lb.DropInvalid.IsDefault() || lb.DropInvalid.As != "" || lb.DropInvalid.Name != "missing "+keyDropInvalid ||
		lb.DropInvalid.Set == nil {
		t.Errorf("a missing value is %+v", lb.DropInvalid)
	}
}

// TestClassicAttributes: draining is off unless somebody switches it on.
func TestClassicAttributes(t *testing.T) {
	for _, c := range []struct {
		values map[string]string
		idle   time.Duration
		drain  time.Duration
	}{
		{nil, time.Minute, 0},
		{map[string]string{keyClassicIdle: "90", keyClassicDrainTime: "20"}, 90 * time.Second, 0},
		{map[string]string{keyClassicDraining: "true"}, time.Minute, 5 * time.Minute},
		{map[string]string{keyClassicDraining: "true", keyClassicDrainTime: "20"}, time.Minute, 20 * time.Second},
		{map[string]string{keyClassicDraining: "false", keyClassicDrainTime: "20"}, time.Minute, 0},
	} {
		lb := LoadBalancer{Kind: Classic}
		lb.Apply(Answered(c.values, hop.Pos{}))
		if idle, ok := lb.Idle.Get(); !ok || idle != c.idle {
			t.Errorf("%v: idle is %v", c.values, idle)
		}
		if drain, ok := lb.Drain.Get(); !ok || drain != c.drain {
			t.Errorf("%v: drain is %v", c.values, drain)
		}
	}
}
