package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fence is a block of a page: its language, the name of the file that it is, and its text.
var fence = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$")

// planned is what stands in these tests for a plan and for what the CDK makes.
const planned = `{"format_version": "1.2", "terraform_version": "1.9.5", "planned_values": {"root_module": {
 "child_modules": [{"address": "module.edge", "resources": [{"address": "module.edge.aws_lb.web[\"a\"]",
  "mode": "managed", "type": "aws_lb", "name": "web", "index": "a", "values": {"idle_timeout": 60}}]}]}}}
`

const synthesized = `{"Resources": {
  "Web": {
    "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Properties": {
      "LoadBalancerAttributes": [
        {"Key": "idle_timeout.timeout_seconds", "Value": "60"}
      ]
    }
  }
}}
`

// TestInfrastructureDocs runs the commands of the pages on infrastructure code, on the files that stand there: each
// prints what the page says.
func TestInfrastructureDocs(t *testing.T) {
	needProgram(t, "bash")
	path := t.TempDir()
	for name, script := range map[string]string{
		"helm":      "#!/bin/sh\ncat rendered.yaml\n",
		"kubectl":   "#!/bin/sh\ncat list.yaml\n",
		"terraform": "#!/bin/sh\ncat <<'END'\n" + planned + "END\n",
		"cdk":       "#!/bin/sh\nmkdir -p cdk.out\ncat >cdk.out/Edge.template.json <<'END'\n" + synthesized + "END\n",
	} {
		if err := os.WriteFile(filepath.Join(path, name), []byte(script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, page := range []string{
		"terraform.md", "cloudformation.md", "beanstalk.md", "kubernetes.md", "compose.md", "provisioning.md",
	} {
		t.Run(page, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "app")
			ran := 0
			for _, b := range fence.FindAllStringSubmatch(read(t, "../../docs/"+page), -1) {
				language, name, text := b[1], b[2], b[3]
				if name != "" {
					write(t, filepath.Join(dir, name), text)
				}
				if language != "console" {
					continue
				}
				ran++
				command, want, _ := strings.Cut(strings.TrimPrefix(text, "$ "), "\n")
				if _, out := inDocs(dir, path, command); strings.TrimSpace(out) != strings.TrimSpace(want) {
					t.Errorf("%s\n%s\nwant\n%s", command, out, want)
				}
			}
			if ran < 2 {
				t.Errorf("%d commands", ran)
			}
		})
	}
}
