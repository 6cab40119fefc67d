package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/wslint/wslint/audit"
	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/awscheck/live"
	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/report"
)

// accountFlags say what to read of AWS, and how.
func accountFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "region", Usage: "read the region R; repeatable (default: all that are enabled)"},
		&cli.StringFlag{Name: "profile", Usage: "the AWS profile P (default: what AWS_PROFILE and the environment say)"},
		&cli.StringFlag{Name: "role-arn", Usage: "assume the role ARN first"},
		&cli.StringFlag{Name: "external-id", Usage: "external id for assuming roles"},
		&cli.StringSliceFlag{Name: "accounts", Usage: "read the accounts ID,ID by their role; repeatable"},
		&cli.BoolFlag{Name: "organization", Usage: "read all active accounts of the organisation by their role"},
		&cli.StringFlag{Name: "role-name", Usage: "the role in each account (default wslint-audit)"},
		&cli.StringFlag{Name: "config-aggregator", Usage: "read what the aggregator NAME of AWS Config knows from there"},
		&cli.StringSliceFlag{Name: "lb", Usage: "only load balancers of this NAME, ARN or tag:KEY=VALUE; repeatable"},
		&cli.Float64Flag{
			Name:  "rps",
			Usage: "calls a second for each account, region and API version (default 8, after a burst of 30)",
		},
		&cli.IntFlag{Name: "concurrency", Usage: "regions read at a time, N (default 32)"},
		&cli.DurationFlag{Name: "timeout", Usage: "the longest for one region, D (default 15m)"},
		&cli.StringFlag{Name: "app", Usage: "what runs behind the load balancers, like socket.io: wslint apps lists them"},
		&cli.BoolFlag{Name: "allow-partial", Usage: "what could not be read does not end in exit code 3"},
	}
}

func (c *Command) audit() *cli.Command {
	flags := append(
		accountFlags(),
		&cli.StringFlag{Name: "from", Usage: "judge a snapshot, FILE or folder, instead of a live account"},
		&cli.StringFlag{Name: "since", Usage: "report only what became worse since the snapshot FILE"},
		&cli.BoolFlag{Name: "summary", Usage: "only count: findings by account and region"},
		&cli.StringSliceFlag{Name: "nginx", Usage: "the nginx configuration behind the load balancers, PATH; repeatable"},
		&cli.BoolFlag{Name: "print-iam-policy", Usage: "print the least that an audit has to be allowed, and end"},
		&cli.StringSliceFlag{
			Name:    "output",
			Aliases: []string{"o"},
			Usage:   "FORMAT[:FILE]: another report, to FILE; repeatable",
		},
		&cli.StringFlag{
			Name:  "fail-on",
			Usage: "error|warning|info|never: the least severity that ends in exit code 1 (default error)",
		},
	)
	return c.command(&cli.Command{
		Name: "audit", Usage: "judge the load balancers of AWS accounts as they are",
		Description: "Credentials are those of the AWS CLI. Nothing is ever written to AWS.\n" +
			"--ping, --app or a keepalive in .wslint.yaml declares that the load balancers in\n" +
			"scope carry WebSockets. Exit code 3: something could not be read.",
		Flags: append(append(flags, inputFlags()...), formatFlag(formatNames(report.AuditFormats())...)),
		Action: func(x *cli.Context) error {
			if x.NArg() > 0 {
				return fmt.Errorf("audit takes no argument: --nginx %s puts an nginx behind the load balancers", x.Args().First())
			}
			if x.Bool("print-iam-policy") {
				_, err := fmt.Fprintf(
					c.Stdout,
					"%s\nThe account that audits others needs this too:\n\n%s",
					live.Policy,
					live.HubPolicy,
				)
				return err
			}
			return c.runAudit(x)
		},
	})
}

// auditMemory is what an audit of the largest organisations may take before the garbage is looked for all the time.
const auditMemory = 800 << 20

func (c *Command) runAudit(x *cli.Context) error {
	c.large()
	if os.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(auditMemory))
	}
	outs, err := outputs(x)
	if err != nil {
		return err
	}
	project, err := lint.FindProject(".", x.StringSlice("nginx"))
	if err == nil {
		err = mayWrite(outs, project)
	}
	if err != nil {
		return err
	}
	in, err := c.input(x, x.StringSlice("nginx"))
	if err != nil {
		return err
	}
	o, err := c.reportOptions(x, project)
	if err != nil {
		return err
	}
	scope, err := scopeOf(x)
	if err != nil {
		return err
	}
	a := lint.Audit{
		App:          x.String("app"),
		AllowPartial: x.Bool("allow-partial"),
		Named:        byName(scope.Filters),
	}
	if scope.Wants, err = audit.Needs(scope.Filters, in.Config, a.App, a.Named); err != nil {
		return err
	}
	s, err := c.snapshotOf(x, scope)
	if err != nil {
		return err
	}
	a.Inventory = audit.Of(s, scope.Filters)
	result, err := lint.JudgeAudit(in, a)
	if err != nil {
		return err
	}
	if file := x.String("since"); file != "" {
		if err := c.since(x, file, scope, a, result); err != nil {
			return err
		}
	}
	o.FailOn = failOn(x, result)
	if !x.Bool("exit-zero") {
		c.code = exitCode(result, o)
	}
	if o.Verbose {
		report.Remarks(c.Stderr, "debug", result.Debug)
	}
	if slices.ContainsFunc(outs, func(o output) bool { return o.format.Name != "text" && o.format.Name != "json" }) {
		// Not all other formats have a place for what was not read.
		report.Coverage(c.Stderr, result.Extent)
	}
	return c.write(outs, result, o)
}

// since leaves in the result what became worse since a former snapshot.
func (c *Command) since(x *cli.Context, file string, scope live.Scope, a lint.Audit, result *lint.Result) error {
	former, err := audit.ReadSnapshot(file)
	if err != nil {
		return fmt.Errorf("--since %w", err)
	}
	former.Pick(scope.Filters)
	in, err := c.input(x, x.StringSlice("nginx"))
	if err != nil {
		return err
	}
	a.Inventory = audit.Of(former, scope.Filters)
	then, err := lint.JudgeAudit(in, a)
	if err != nil {
		return err
	}
	result.Worse(then, former.Taken)
	return nil
}

// byName reports whether load balancers are picked one by one.
func byName(filters []awscheck.Filter) bool {
	for _, f := range filters {
		if f.Key != "" || strings.ContainsAny(f.Name, "*?") {
			return false
		}
	}
	return len(filters) > 0
}

// snapshotOf reads the file of --from, or the accounts.
func (c *Command) snapshotOf(x *cli.Context, scope live.Scope) (*awscheck.Snapshot, error) {
	if file := x.String("from"); file != "" {
		s, err := audit.ReadSnapshot(file)
		if err == nil {
			s.Pick(scope.Filters)
		}
		return s, err
	}
	return c.fetch(x, scope)
}

// fetch reads live accounts until it is done or interrupted.
func (c *Command) fetch(x *cli.Context, scope live.Scope) (*awscheck.Snapshot, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	// The first interrupt ends the reading, and what was read is judged; the second one ends wslint.
	context.AfterFunc(ctx, stop)
	login := live.Login{Profile: x.String("profile"), RoleARN: x.String("role-arn"), ExternalID: x.String("external-id")}
	if len(scope.Regions) > 0 {
		login.Region = scope.Regions[0]
	}
	if c.Interactive {
		login.AskMFA = func() (string, error) { return c.askMFA(ctx) }
	}
	cfg, err := live.LoadConfig(ctx, login)
	if err != nil {
		return nil, err
	}
	scope.Progress = &live.Progress{}
	defer c.watch(scope.Progress)()
	return live.Fetch(ctx, cfg, scope)
}

func (c *Command) askMFA(ctx context.Context) (string, error) {
	fmt.Fprint(c.Stderr, "MFA code: ")
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(c.Stdin).ReadString('\n')
		got <- answer{strings.TrimSpace(line), err}
	}()
	select {
	case a := <-got:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// watch shows how far an audit is, when somebody looks. The function it returns ends that.
func (c *Command) watch(p *live.Progress) (end func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	show := c.showProgress
	if !c.ErrTerminal {
		show = c.sayWaits
	}
	go func() {
		defer close(ended)
		show(p, done)
	}()
	return func() {
		close(done)
		<-ended
	}
}

// showProgress is a line for a terminal that is written anew until done.
func (c *Command) showProgress(p *live.Progress, done chan struct{}) {
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			fmt.Fprintf(c.Stderr, "\r\x1b[K%s", p)
		case <-done:
			fmt.Fprint(c.Stderr, "\r\x1b[K")
			return
		}
	}
}

// sayWaits says once what everything waits for, where that takes long: a log shows no progress.
func (c *Command) sayWaits(p *live.Progress, done chan struct{}) {
	tick := time.NewTicker(2500 * time.Millisecond)
	defer tick.Stop()
	said, last := map[string]bool{}, ""
	for {
		select {
		case <-tick.C:
			what := p.Waiting()
			if what != "" && what == last && !said[what] {
				said[what] = true
				fmt.Fprintf(c.Stderr, "wslint: still waiting for %s\n", what)
			}
			last = what
		case <-done:
			return
		}
	}
}

// scopeOf reads the flags that say what to read.
func scopeOf(x *cli.Context) (live.Scope, error) {
	s := live.Scope{
		Regions: commas(
			x.StringSlice("region"),
		), Accounts: commas(x.StringSlice("accounts")), Organization: x.Bool("organization"),
		RoleName: x.String("role-name"), ExternalID: x.String("external-id"), Aggregator: x.String("config-aggregator"),
		Rate: x.Float64("rps"), Concurrency: x.Int("concurrency"), RegionTimeout: x.Duration("timeout"),
	}
	switch {
	case s.Organization && len(s.Accounts) > 0:
		return s, errors.New("--accounts and --organization cannot be combined")
	case s.Rate < 0 || s.Concurrency < 0 || s.RegionTimeout < 0:
		return s, errors.New("--rps, --concurrency and --timeout are more than 0")
	}
	for _, id := range s.Accounts {
		if len(id) != 12 || strings.Trim(id, "0123456789") != "" {
			return s, fmt.Errorf("--accounts %s: an account has a number of 12 digits", id)
		}
	}
	for _, f := range x.StringSlice("lb") {
		filter, err := awscheck.ParseFilter(f)
		if err != nil {
			return s, fmt.Errorf("--lb: %w", err)
		}
		s.Filters = append(s.Filters, filter)
	}
	return s, nil
}

// commas takes lists apart that are written with commas.
func commas(values []string) (list []string) {
	for _, v := range values {
		for one := range strings.SplitSeq(v, ",") {
			if one = strings.TrimSpace(one); one != "" {
				list = append(list, one)
			}
		}
	}
	return list
}
