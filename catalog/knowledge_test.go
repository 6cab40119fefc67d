package catalog_test

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/wslint/wslint/catalog"
	"github.com/wslint/wslint/hop"
)

// knowledge is where the two tables were collected, with the kind of source that each entry comes from.
const knowledge = "testdata/"

// collected reads one file of the collection.
func collected(t *testing.T, name string) map[string]map[string]any {
	t.Helper()
	src, err := os.ReadFile(knowledge + name)
	if err != nil {
		t.Fatal(err)
	}
	var top map[string]map[string]map[string]any
	if err := yaml.Unmarshal(src, &top); err != nil {
		t.Fatal(err)
	}
	return top[strings.TrimSuffix(name, ".yaml")]
}

// seconds is a field in seconds; 0 where it is null or absent.
func seconds(e map[string]any, field string) time.Duration {
	var n int
	fmt.Sscan(fmt.Sprint(e[field]), &n)
	return time.Duration(n) * time.Second
}

// TestHopsAsCollected: what is compiled in is what was collected, hop by hop and field by field, in both directions.
func TestHopsAsCollected(t *testing.T) {
	facts := collected(t, "hops.yaml")
	for _, h := range catalog.Hops {
		if facts[h.Name] == nil {
			t.Errorf("%s was not collected", h.Name)
		}
	}
	for name, e := range facts {
		h, ok := catalog.FindHop(name)
		if !ok || h.Name != name {
			t.Errorf("%s is not among the known hops", name)
			continue
		}
		for field, pair := range hopFields(h, e) {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s is %v, was collected as %v", name, field, pair[0], pair[1])
			}
		}
		for _, field := range []string{"first_byte", "per_request", "shutdown_grace"} {
			if n, said := e[field]; said && !strings.Contains(h.Note, fmt.Sprint(n)) {
				t.Errorf("%s: the note does not say %s %v: %s", name, field, n, h.Note)
			}
		}
	}
}

// hopFields are the fields of a hop as they are compiled in and as they were collected.
func hopFields(h catalog.Hop, e map[string]any) map[string][2]any {
	most := h.Max
	if h.Idle == 0 && h.Varies == "" {
		most = h.MaxLife // of a lifetime
	}
	number := func(field string) int { return int(seconds(e, field) / time.Second) }
	fields := map[string][2]any{
		"idle": {h.Idle, seconds(e, "idle")}, "life": {h.Life, seconds(e, "life")},
		"varies": {h.Varies != "", e["varies"] == true},
		"min":    {h.Min, seconds(e, "min")}, "max": {most, seconds(e, "max")}, "fixed": {h.Fixed, e["fixed"] == true},
		"guess": {h.Guess, e["published"] == false}, "code": {h.Code, number("close_code")},
		"frame": {h.Frame, number("frame")}, "message": {h.Message, number("message")},
		"asof":      {h.Date(), cmp.Or(said(e, "asof"), catalog.AsOf)},
		"websocket": {passes(h), cmp.Or(said(e, "websocket"), "passes")},
	}
	if counts := said(e, "counts"); counts != "" && counts != "none" {
		fields["counts"] = [2]any{strings.ReplaceAll(h.Counts.String(), " ", "_"), counts}
	}
	if expiry := said(e, "expiry"); expiry != "" {
		expiries := map[string]hop.Expiry{"rst_on_next_packet": hop.RST, "silent": hop.Silence}
		fields["expiry"] = [2]any{h.Expiry, expiries[expiry]}
	}
	if after := said(e, "reload_kill_after"); after != "" {
		want := seconds(e, "reload_kill_after")
		if after == "0" {
			want = -1
		}
		fields["reload"] = [2]any{h.Reload, want}
	}
	if key := said(e, "key"); key != "" && h.Name != "haproxy" && h.Name != "caddy" {
		fields["key"] = [2]any{h.Key, key}
	}
	return fields
}

// said is a field as it is written; "" when it is not.
func said(e map[string]any, field string) string {
	if e[field] == nil {
		return ""
	}
	return fmt.Sprint(e[field])
}

// passes is what the collection calls it.
func passes(h catalog.Hop) string {
	switch {
	case h.Never != "":
		return "false"
	case h.Needs != "":
		return "conditional"
	case h.Unsaid:
		return "unsaid"
	}
	return "passes"
}

// TestAppsAsCollected: every application that was collected is compiled in, field by field.
func TestAppsAsCollected(t *testing.T) {
	for name, e := range collected(t, "apps.yaml") {
		a, ok := catalog.FindApp(name)
		if !ok || a.Name != name {
			t.Errorf("%s is not among the known applications", name)
			continue
		}
		from, kind := "", ""
		if e["from"] != nil {
			from, kind = fmt.Sprint(e["from"]), fmt.Sprint(e["kind"])
		}
		for field, pair := range map[string][2]any{
			"every": {a.Every, seconds(e, "every")}, "timeout": {a.Timeout, seconds(e, "timeout")},
			"self_idle": {a.SelfIdle, seconds(e, "self_idle")},
			"life":      {a.Life, seconds(e, "life")}, "close_code": {a.Code, int(seconds(e, "close_code") / time.Second)},
			"from": {strings.Join(a.From.Names(), ""), from}, "kind": {a.Kind, kind},
			"needs_stickiness": {a.Sticky != "", e["needs_stickiness"] == true},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s is %v, was collected as %v", name, field, pair[0], pair[1])
			}
		}
	}
}
