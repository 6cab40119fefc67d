package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// TestAWSDocs runs the commands of docs/aws.md about fleets, with a program in place of aws that keeps what it is to
// import.
func TestAWSDocs(t *testing.T) {
	needProgram(t, "bash")
	needProgram(t, "jq")
	guide := blocks(t, "../../docs/aws.md")
	w := awstest.New(account)
	for i := range 130 {
		w.ALB(account, "eu-west-1", "web"+strings.Repeat("x", i), "60")
	}
	w.ALB(account, "us-east-1", "web", "60")
	onDouble(t, w)
	where := []string{"snapshot", "--region", "eu-west-1,us-east-1", "--rps", "100000"}
	_, now, _ := runMain("", where...)
	w.Region(account, "us-east-1").Balancers[0].Attributes["idle_timeout.timeout_seconds"] = "3600"
	_, before, _ := runMain("", where...)
	put(t, "lbs.json", now)
	put(t, "old.json", before)
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	const aws = "#!/bin/sh\nif [ $1 = sts ]; then echo " + account + "; exit; fi\n" +
		"echo \"$1 $2 $3 $4 $5\" >> calls\ncp batch.json \"batch.$(wc -l < calls | tr -d ' ')\"\n"
	if err := os.WriteFile(filepath.Join(path, "aws"), []byte(aws), 0o777); err != nil {
		t.Fatal(err)
	}
	var out string
	for _, b := range guide {
		fleets := strings.HasPrefix(b.text, "wslint audit --from") || strings.HasPrefix(b.text, "account=$(aws")
		if b.language == "sh" && fleets {
			for _, command := range commandsOf(b.text) {
				code, text := inDocs(dir, path, command)
				if code != exitFindings && code != exitClean {
					t.Errorf("%s: code %d\n%s", command, code, text)
				}
				out += text
			}
		}
	}
	for _, want := range []string{account + "  eu-west-1  complete  130 of 130      130     0\n",
		account + "  us-east-1  complete  1 of 1          1       0\n", "1 error: read 2 of 2 regions", "; 130 as on "} {
		if !strings.Contains(out, want) {
			t.Errorf("the commands do not print %q:\n%s", want, out)
		}
	}
	calls, _ := os.ReadFile("calls")
	const call = "securityhub batch-import-findings --region "
	if want := call + "eu-west-1 --findings\n" + call + "eu-west-1 --findings\n" + call + "us-east-1 --findings\n"; string(
		calls) != want {
		t.Errorf("imports:\n%s", calls)
	}
	for name, want := range map[string]int{"batch.1": 100, "batch.2": 30, "batch.3": 1} {
		var list []any
		text, _ := os.ReadFile(name)
		if err := json.Unmarshal(text, &list); err != nil || len(list) != want {
			t.Errorf("%s: %d findings, want %d, %v", name, len(list), want, err)
		}
	}
}

// commandsOf are the lines of a block, or the whole block where it is one script.
func commandsOf(block string) []string {
	if strings.Contains(block, "\ndone") {
		return []string{block}
	}
	return strings.Split(strings.TrimSpace(block), "\n")
}
