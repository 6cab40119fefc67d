package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
	"github.com/wslint/wslint/rules"
)

// maxSummary is how many bytes GitHub takes of one step; it shows nothing of more.
const maxSummary = 1 << 20

// An output is one report and where it goes.
type output struct {
	format report.Format
	file   string // "" for standard output
}

// formatsOf are the formats of the reports that a command prints.
func formatsOf(command string) []report.Format {
	if command == "audit" {
		return report.AuditFormats()
	}
	return report.Formats
}

func formatNames(formats []report.Format) []string {
	var names []string
	for _, f := range formats {
		names = append(names, f.Name)
	}
	return names
}

// outputs reads --output and --format. --format is one more report on standard output; without any there is one in
// text.
func outputs(x *cli.Context) ([]output, error) {
	formats := formatsOf(x.Command.Name)
	list := x.StringSlice("output")
	if len(list) == 0 && !x.Bool("diff") || x.IsSet("format") {
		list = append(list, x.String("format"))
	}
	var outs []output
	for _, s := range list {
		name, file, named := strings.Cut(s, ":")
		switch {
		case named && file == "":
			return nil, fmt.Errorf("--output %s names no file", s)
		case file == "-":
			file = ""
		}
		i := slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == name })
		if i < 0 {
			return nil, fmt.Errorf(
				"unknown format %q%s",
				name,
				didYouMean(name, formatNames(formats), ": it is one of "+strings.Join(formatNames(formats), ", ")),
			)
		}
		if x.Bool("diff") && file == "" {
			return nil, fmt.Errorf("--diff prints a patch on standard output: use --output %s:FILE for the report", name)
		}
		if slices.ContainsFunc(outs, func(o output) bool { return sameFile(o.file, file) }) {
			return nil, fmt.Errorf("only one report can go to %s: use --output %s:FILE for the other", orStdout(file), name)
		}
		format := formats[i]
		for flag, write := range map[string]func(io.Writer, *lint.Result, report.Options) error{
			"statistics": report.Statistics, "summary": report.ByAccount,
		} {
			if !x.Bool(flag) {
				continue
			}
			if format.Name != "text" {
				return nil, fmt.Errorf("--%s counts in text: it cannot be combined with --format %s", flag, format.Name)
			}
			format.Write = write
		}
		outs = append(outs, output{format, file})
	}
	return outs, nil
}

// sameFile reports whether two names are of one file, or both of none.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y) && x.Mode().IsRegular()
	}
	absA, errA := filepath.Abs(a)
	absB, errB := filepath.Abs(b)
	return errA == nil && errB == nil && absA == absB
}

func orStdout(file string) string {
	if file == "" {
		return "standard output"
	}
	return file
}

// mayWrite says which of the files no report may be written to.
func mayWrite(outs []output, project lint.Project) error {
	for _, out := range outs {
		if out.file == "" {
			continue
		}
		if err := project.MayWrite(out.file); err != nil {
			return fmt.Errorf("--output %s", err)
		}
	}
	return nil
}

// write prints the reports. Nothing is written unless all of them can be made.
func (c *Command) write(outs []output, r *lint.Result, o report.Options) error {
	texts := make([]bytes.Buffer, len(outs))
	for i, out := range outs {
		ro := o
		if out.file != "" {
			ro.Color, ro.Width = false, 0
		}
		if err := out.format.Write(&texts[i], r, ro); err != nil {
			return err
		}
	}
	for i, out := range outs {
		var err error
		if out.file == "" {
			_, err = c.Stdout.Write(texts[i].Bytes())
		} else {
			err = plainPathError(os.WriteFile(out.file, texts[i].Bytes(), 0o666))
		}
		if err != nil {
			return err
		}
	}
	// Who wrote reports for programs only is told in a line what they say.
	forPeople := func(o output) bool { return o.file == "" || o.format.Name == "text" || o.format.Name == "concise" }
	if len(outs) > 0 && !slices.ContainsFunc(outs, forPeople) && !o.Quiet {
		report.Brief(c.Stderr, r)
	}
	if slices.ContainsFunc(outs, func(o output) bool { return o.format.Name == "github" }) {
		if err := c.stepSummary(r, o); err != nil {
			// In a container the name may lead nowhere. What was found is told already.
			fmt.Fprintf(c.Stderr, "wslint: could not write the job summary: %s\n", report.Clean(plainPathError(err).Error()))
		}
	}
	return nil
}

// stepSummary adds the findings to the page of a job on GitHub, where one is being written.
func (c *Command) stepSummary(r *lint.Result, o report.Options) error {
	name := c.Getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Size() < maxSummary {
		err = report.Summary(f, r, o, int(maxSummary-1-info.Size()))
		if err == nil {
			_, err = f.WriteString("\n")
		}
	}
	return errors.Join(err, f.Close())
}

// absolute is the absolute name of a file; the name itself where the current directory is not known.
func absolute(file string) string {
	if abs, err := filepath.Abs(file); err == nil {
		return abs
	}
	return file
}

// reportOptions are what the reports of a check need to know.
func (c *Command) reportOptions(x *cli.Context, project lint.Project) (report.Options, error) {
	o, err := c.options(x)
	if err != nil {
		return o, err
	}
	if x.String("fail-on") != "" {
		if _, err := choice(x, "fail-on", lint.FailOns...); err != nil {
			return o, err
		}
	}
	o.Version, o.Locate = buildVersion(), project.Paths()
	o.Absolute = absolute
	o.Run = report.Run{At: c.Now, Host: c.Host, Command: "wslint " + report.ShellWords(c.args)}
	return o, nil
}

// failOn is the least severity of findings in a file that makes the check fail: what the command line says, else the
// configuration file that governs the file.
func failOn(x *cli.Context, r *lint.Result) func(file string) (least rules.Severity, ok bool) {
	return func(file string) (rules.Severity, bool) {
		level := orElse(x.String("fail-on"), orElse(r.FailOn(file), "error"))
		if x.Bool("exit-zero") {
			level = "never"
		}
		least, ok := map[string]rules.Severity{"error": rules.Error, "warning": rules.Warning, "info": rules.Info}[level]
		return least, ok
	}
}
