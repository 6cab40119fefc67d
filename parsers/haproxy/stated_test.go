package haproxy_test

import (
	"path/filepath"
	"testing"

	"github.com/wslint/wslint/internal/oracle"
	"github.com/wslint/wslint/parsers/haproxy"
)

// TestStated holds predictions against what the cases of testdata/truth-haproxy state, without a HAProxy: TestTruth
// holds both against a real one.
func TestStated(t *testing.T) {
	held := 0
	for _, c := range oracle.Cases(t, "../../testdata/truth-haproxy") {
		if c.Min != "" || c.Max != "" || c.Probe.Blind || !c.Usual() || c.Outcome == "nostart" {
			continue
		}
		lab, err := oracle.RewriteHAProxy(t, withDefaults(c.Conf), c.Options)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		config, err := haproxy.Read(filepath.Join(lab.Conf, lab.Main), haproxy.Options{})
		if err != nil || len(config.Problems) > 0 {
			t.Errorf("%s: %v, %d problems", c.Name, err, len(config.Problems))
			continue
		}
		diff, err := lab.Contradicts(c, config)
		if err != nil || diff != "" {
			t.Errorf("%s: %s %v", c.Name, diff, err)
		}
		held++
	}
	if held < 300 {
		t.Errorf("%d cases were held against what they state", held)
	}
}
