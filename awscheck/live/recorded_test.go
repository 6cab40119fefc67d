package live

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/internal/awstest"
)

// TestRecordedAnswers replays real answers through the real SDK: each recording is the whole of what an account has.
func TestRecordedAnswers(t *testing.T) {
	dirs, _ := filepath.Glob(filepath.Join(recordedDir, "cloud-custodian", "test_*"))
	replayed, balancers := 0, 0
	for _, dir := range dirs {
		w := awstest.New(me)
		w.Region(me, "us-east-1")
		// What was not recorded is empty.
		w.Answers = map[string]awstest.Any{
			"DescribeLoadBalancerAttributes": {
				"Attributes": []any{},
			}, "DescribeListeners": {"Listeners": []any{}}, "DescribeRules": {"Rules": []any{}},
			"DescribeLoadBalancerAttributes (classic)": {
				"LoadBalancerAttributes": awstest.Any{},
			}, "DescribeLoadBalancerPolicies": {"PolicyDescriptions": []any{}},
			"DescribeTargetGroupAttributes": {"Attributes": []any{}}, "DescribeListenerAttributes": {"Attributes": []any{}},
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.Describe*_1.json"))
		for _, file := range files {
			var recorded struct{ Data awstest.Any }
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(src, &recorded); err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			delete(recorded.Data, "ResponseMetadata")
			action := strings.Split(filepath.Base(file), ".")[1]
			action = strings.TrimSuffix(action, "_1")
			_, list := recorded.Data["LoadBalancerDescriptions"]
			_, attributes := recorded.Data["LoadBalancerAttributes"]
			if list || attributes {
				action += " (classic)"
			}
			w.Answers[action] = plainTimes(recorded.Data).(awstest.Any)
			replayed++
		}
		s := fetchFrom(t, w, hasty())
		balancers += len(s.LoadBalancers)
		for i := range s.LoadBalancers {
			lb := &s.LoadBalancers[i]
			if lb.Name == "" || lb.Region == "" ||
				lb.Kind != awscheck.Application && lb.Kind != awscheck.Network && lb.Kind != awscheck.Classic {
				t.Errorf("%s: %+v", dir, lb)
			}
			if _, known := lb.Idle.Get(); lb.Kind != awscheck.Network && !known {
				t.Errorf("%s: idle of %s: %s", filepath.Base(dir), lb.Name, lb.Idle.Why())
			}
			lb.Serve(handshake("wss://a.example.com/ws"))
		}
	}
	if replayed < 40 || balancers < 20 {
		t.Errorf("%d answers replayed, %d load balancers read", replayed, balancers)
	}
	t.Logf("%d answers replayed, %d load balancers read", replayed, balancers)
}

// plainTimes undoes the recorder's form of a time: {"__class__": "datetime", "year": …}.
func plainTimes(v any) any {
	switch v := v.(type) {
	case awstest.Any:
		if v["__class__"] == "datetime" {
			n := func(k string) int { f, _ := v[k].(float64); return int(f) }
			return time.Date(n("year"), time.Month(n("month")), n("day"), n("hour"), n("minute"), n("second"), 0, time.UTC).
				Format(time.RFC3339)
		}
		for k := range v {
			v[k] = plainTimes(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plainTimes(v[i])
		}
	}
	return v
}

// recordedDir holds real answers of AWS; its ORIGINS.md says where they are from.
const recordedDir = "../testdata/recorded"
