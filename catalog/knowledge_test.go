package catalog_test

import (
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

// TestHopsAsCollected: every hop that was collected is compiled in, field by field.
func TestHopsAsCollected(t *testing.T) {
	for name, e := range collected(t, "hops.yaml") {
		h, ok := catalog.FindHop(name)
		if !ok || h.Name != name {
			t.Errorf("%s is not among the known hops", name)
			continue
		}
		differ := func(field string, got, want any) {
			if got != want {
				t.Errorf("%s: %s is %v, was collected as %v", name, field, got, want)
			}
		}
		differ("idle", h.Idle, seconds(e, "idle"))
		differ("life", h.Life, seconds(e, "life"))
		most := h.Max
		if h.Idle == 0 {
			most = h.MaxLife // of a lifetime
		}
		for field, got := range map[string]time.Duration{"min": h.Min, "max": most} {
			if _, said := e[field]; said {
				differ(field, got, seconds(e, field))
			}
		}
		differ("fixed", h.Fixed, e["fixed"] == true)
		differ("guess", h.Guess, e["published"] == false)
		differ("code", h.Code, int(seconds(e, "close_code")/time.Second))
		if counts, said := e["counts"]; said && counts != "none" {
			differ("counts", strings.ReplaceAll(h.Counts.String(), " ", "_"), counts)
		}
		if expiry, said := e["expiry"]; said {
			differ(
				"expiry",
				h.Expiry,
				map[string]hop.Expiry{"rst_on_next_packet": hop.RST, "silent": hop.Silence}[fmt.Sprint(expiry)],
			)
		}
		if after, said := e["reload_kill_after"]; said {
			want := seconds(e, "reload_kill_after")
			if fmt.Sprint(after) == "0" {
				want = -1
			}
			differ("reload", h.Reload, want)
		}
		if key := fmt.Sprint(e["key"]); e["key"] != nil && name != "haproxy" && name != "caddy" {
			differ("key", h.Key, key)
		}
		for _, field := range []string{"first_byte", "per_request", "shutdown_grace"} {
			if n, said := e[field]; said && !strings.Contains(h.Note, fmt.Sprint(n)) {
				t.Errorf("%s: the note does not say %s %v: %s", name, field, n, h.Note)
			}
		}
	}
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
