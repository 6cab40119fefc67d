// Command iaccorpus lints real infrastructure code, one repository after the other, and writes what it finds in
// Markdown: docs/corpus-iac.md. It fails when a repository cannot be linted, and when a finding that was judged by hand
// is found no more: then its line in judged.txt goes.
//
//	go run ./tools/iaccorpus ../shared/corpus/iac > docs/corpus-iac.md
package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// judged are findings that somebody checked by hand: rule, place, whether it is true, why.
//
//go:embed judged.txt
var judged string

// kinds are the directories of the corpus that are read here.
var kinds = []string{
	"terraform", "terraform-plan", "cloudformation", "beanstalk", "kubernetes", "gateway-api", "helm", "kustomize",
	"compose",
}

// pingEvery is the keepalive that is declared where somebody is asked to say that there are WebSockets.
const pingEvery = "75s"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: iaccorpus DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "iaccorpus:", err)
		os.Exit(1)
	}
}

// A count is what was found in the repositories of one kind.
type count struct {
	repositories, files, passed, endpoints, unknown int
	bare, pinged                                    [3]int // findings by severity, without and with a keepalive
}

func run(dir string, out io.Writer) error {
	ping, err := lint.ParseKeepalive(nil, pingEvery, "", "")
	if err != nil {
		return err
	}
	counts := map[string]*count{}
	found := map[string]bool{}
	byRule := map[string]*[3]int{}
	for _, kind := range kinds {
		c := &count{}
		counts[kind] = c
		repositories, err := os.ReadDir(filepath.Join(dir, kind))
		if err != nil {
			return err
		}
		for _, r := range repositories {
			in := lint.Input{Args: []string{filepath.Join(dir, kind, r.Name())}, Rules: rules.All}
			bare, err := lint.Check(in)
			var nothing *lint.NothingFoundError
			if errors.As(err, &nothing) {
				continue
			}
			if err != nil {
				return err
			}
			in.Ping = ping
			pinged, err := lint.Check(in)
			if err != nil {
				return err
			}
			c.repositories++
			c.files += bare.Files
			c.passed += len(bare.NotRead)
			c.endpoints += bare.Endpoints
			c.unknown += len(bare.Unknown)
			for _, f := range bare.Findings {
				c.bare[f.Severity]++
			}
			for _, f := range pinged.Findings {
				c.pinged[f.Severity]++
				if byRule[f.Rule.Name] == nil {
					byRule[f.Rule.Name] = &[3]int{}
				}
				byRule[f.Rule.Name][f.Severity]++
				file, err := filepath.Rel(dir, f.Pos.File)
				if err == nil {
					found[fmt.Sprintf("%s\t%s:%d", f.Rule.Name, filepath.ToSlash(file), f.Pos.Line)] = true
				}
			}
		}
	}
	fmt.Fprint(out, strings.ReplaceAll(head, "~", "`"))
	for _, kind := range kinds {
		c := counts[kind]
		fmt.Fprintf(out, "| %s | %d | %d | %d | %d | %d, %d, %d | %d, %d, %d |\n",
			kind, c.repositories, c.files, c.endpoints, c.unknown,
			c.bare[rules.Error], c.bare[rules.Warning], c.bare[rules.Info],
			c.pinged[rules.Error], c.pinged[rules.Warning], c.pinged[rules.Info])
	}
	fmt.Fprint(out, ruleHead)
	for _, r := range rules.All {
		if n := byRule[r.Name]; n != nil {
			fmt.Fprintf(out, "| [%s](../rules/%[1]s.md) | %d | %d | %d |\n", r.Name,
				n[rules.Error], n[rules.Warning], n[rules.Info])
		}
	}
	return writeJudged(out, found)
}

// writeJudged writes what was checked by hand.
func writeJudged(out io.Writer, found map[string]bool) error {
	lines := strings.Split(strings.TrimSpace(judged), "\n")
	wrong := 0
	for _, l := range lines {
		f := strings.Split(l, "\t")
		if len(f) != 4 {
			return fmt.Errorf("judged.txt: %q has not four parts", l)
		}
		if !found[f[0]+"\t"+f[1]] {
			return fmt.Errorf("judged.txt: %s at %s is found no more", f[0], f[1])
		}
		if f[2] == "false" {
			wrong++
		}
	}
	fmt.Fprintf(out, judgedHead, len(lines), wrong)
	slices.Sort(lines)
	for _, l := range lines {
		f := strings.Split(l, "\t")
		fmt.Fprintf(out, "| %s | `%s` | %s | %s |\n", f[0], f[1], f[2], f[3])
	}
	return nil
}

const head = `# Findings on real infrastructure code

Made by ~go run ./tools/iaccorpus ../shared/corpus/iac > docs/corpus-iac.md~: public repositories, each checked as
a whole, with nothing declared and with a keepalive of ` + pingEvery + `. Findings are errors, warnings and infos.
Nothing panics: ~go test ./lint -run TestCorpus~ checks every file by itself.

Idle timeouts in Terraform, with those of the older corpus beside this one: 126 of 131 are evaluated to a value, of the
32 that somebody wrote 27 (84 %). ~go test ./parsers/terraform -run TestCorpus -v~ counts them, says why the others are
not known, and fails below 80 %.

| kind | repositories | files read | endpoints | unknown | nothing declared | with the keepalive |
|---|--:|--:|--:|--:|--:|--:|
`

const ruleHead = `
## By rule, with a keepalive

| rule | errors | warnings | infos |
|---|--:|--:|--:|
`

const judgedHead = `
## Checked by hand

%d findings, with a keepalive declared: is what it says of this place so? %d are not. That a load balancer carries
WebSockets is what the keepalive declares, and not asked.

| rule | place | true | why |
|---|---|---|---|
`
