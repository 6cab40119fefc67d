package report

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/truth"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// schemaFile names a copy of the standard's schema, which is not ours to carry; .ci/run fetches one.
var schemaFile = os.Getenv("WSLINT_SARIF_SCHEMA")

// TestSARIFSchema says whether logs are held to the standard's schema in this run, and that the schema does refuse
// something.
func TestSARIFSchema(t *testing.T) {
	if schemaFile == "" {
		truth.Missing(t, "SARIF",
			"WSLINT_SARIF_SCHEMA names no copy of the schema: SARIF logs are held to GitHub's rules only")
	}
	text := printed(t, "sarif", example(), Options{})
	if err := validate(t, text); err != nil {
		t.Error(err)
	}
	for _, broken := range []string{
		strings.Replace(text, `"startLine": `, `"startLine": -`, 1),
		strings.Replace(text, `"version": "2.1.0"`, `"version": "2.2.0"`, 1),
		strings.Replace(text, `"ruleId"`, `"rule"`, 1),
	} {
		if broken == text || validate(t, broken) == nil {
			t.Error("the schema accepts a log that is not valid")
		}
	}
}

// validate holds a log to the schema.
func validate(t *testing.T, text string) error {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

// checkSARIF holds a log to the standard's schema, where there is a copy of it, and to GitHub's rules.
func checkSARIF(t *testing.T, text string) {
	t.Helper()
	if schemaFile != "" {
		if err := validate(t, text); err != nil {
			t.Errorf("not valid by %s: %v", schemaFile, err)
		}
	}
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	if log.Schema == "" || log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].Results == nil {
		t.Fatalf("the frame is wrong: %.300s", text)
	}
	run := log.Runs[0]
	if run.ColumnKind != "utf16CodeUnits" || !strings.HasSuffix(run.AutomationDetails.ID, "/") ||
		run.Tool.Driver.Name == "" {
		t.Errorf("run: %+v, %+v", run.ColumnKind, run.AutomationDetails)
	}
	checkSARIFRules(t, run.Tool.Driver.Rules)
	for _, r := range run.Results {
		checkSARIFResult(t, r, run.Tool.Driver.Rules)
	}
}

func checkSARIFRules(t *testing.T, table []sarifRule) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range table {
		switch {
		case r.ID == "" || len(r.ID) > 255 || seen[r.ID]:
			t.Errorf("rule id %q", r.ID)
		case r.Short.Text == "" || len(r.Short.Text) > 1024 || r.Full.Text == "" || len(r.Full.Text) > 1024:
			t.Errorf("%s: descriptions %q, %q", r.ID, r.Short.Text, r.Full.Text)
		case r.Help.Text == "" || r.Help.Markdown == "":
			t.Errorf("%s has no help", r.ID)
		case r.Properties["security-severity"] != nil || r.Properties["precision"] == nil ||
			r.Properties["problem.severity"] == nil:
			t.Errorf("%s: %v", r.ID, r.Properties)
		case strings.ContainsAny(r.Short.Text+r.Full.Text+r.Help.Text, "\ue000\ufffd"):
			t.Errorf("%s: its texts hold marks of the terminal", r.ID)
		}
		seen[r.ID] = true
	}
}

// relative is a path of which nothing needs escaping any more; its first segment holds no colon.
var relative = regexp.MustCompile(`^([A-Za-z0-9._~-]|%[0-9A-F]{2})+(/([A-Za-z0-9._~-]|%[0-9A-F]{2})+)*$`)

func checkSARIFResult(t *testing.T, r sarifResult, table []sarifRule) {
	t.Helper()
	if r.Message.Text == "" || r.RuleIndex < 0 || r.RuleIndex >= len(table) || table[r.RuleIndex].ID != r.RuleID {
		t.Errorf("result %q, rule %s, index %d", r.Message.Text, r.RuleID, r.RuleIndex)
	}
	if len(r.Locations) != 1 ||
		!regexp.MustCompile(`^[0-9a-f]+:[1-9][0-9]*$`).MatchString(r.Fingerprints["primaryLocationLineHash"]) {
		t.Errorf("%s: %d locations, fingerprints %v", r.RuleID, len(r.Locations), r.Fingerprints)
	}
	all := append(append([]sarifLocation{}, r.Locations...), r.Related...)
	for _, c := range r.CodeFlows {
		if len(c.ThreadFlows) != 1 || len(c.ThreadFlows[0].Steps) < 2 {
			t.Errorf("%s: code flow %+v", r.RuleID, c)
		}
		for _, s := range c.ThreadFlows[0].Steps {
			all = append(all, s.Location)
		}
	}
	for _, l := range all {
		u, g := l.Physical.Artifact.URI, l.Physical.Region
		if !relative.MatchString(u) || strings.Contains("/"+u+"/", "/../") || l.Physical.Artifact.Base != sourceRoot {
			t.Errorf("%s: uri %q", r.RuleID, u)
		}
		if g.StartLine < 1 || g.StartColumn < 1 || g.EndLine != g.StartLine || g.EndColumn <= g.StartColumn {
			t.Errorf("%s: region %+v", r.RuleID, g)
		}
	}
	for i, l := range r.Related {
		if l.ID == nil || *l.ID != i+1 || l.Message == nil {
			t.Errorf("%s: related location %d is %+v", r.RuleID, i, l)
		}
	}
}

func TestSARIF(t *testing.T) {
	checkSARIF(t, printed(t, "sarif", example(), Options{Version: "v1.2.3"}))
}

// TestSARIFAnchor: the finding of a live resource stands where its path is declared; without that it is a
// notification.
func TestSARIFAnchor(t *testing.T) {
	const config = ".wslint.yaml"
	declared := &hop.Path{Name: "wss://a/", Pos: hop.Pos{File: config, Line: 2, Col: 10, EndCol: 18}}
	live := hop.Pos{File: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/prod/0123456789abcdef"}
	r := &lint.Result{
		Findings: []rules.Finding{
			{
				Rule:     rules.ZeroTimeout,
				Severity: rules.Error,
				Pos:      live,
				Message:  "declared",
				Path:     declared.Name,
				Trace:    declared,
			},
			{Rule: rules.ZeroTimeout, Severity: rules.Warning, Pos: live, Message: "found"},
		},
		Source: func(string) []byte { return []byte("paths:\n  - url: wss://a/\n") },
	}
	text := printed(t, "sarif", r, Options{})
	checkSARIF(t, text)
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != 1 || run.Results[0].Locations[0].Physical.Artifact.URI != config ||
		run.Results[0].Locations[0].Physical.Region.StartLine != 2 {
		t.Errorf("results %+v", run.Results)
	}
	if n := run.Invocations[0].Notifications; len(n) != 1 || n[0].Level != "warning" ||
		!strings.Contains(n[0].Message.Text, live.File+": found") {
		t.Errorf("notifications %+v", n)
	}
}
