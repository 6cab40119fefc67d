package live

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// asked notes which host each action was asked of, and by whose key.
type asked struct {
	mu    sync.Mutex
	lines []string
}

func (a *asked) layer(next awstest.Handler) awstest.Handler {
	return func(w http.ResponseWriter, r *awstest.Request) {
		a.mu.Lock()
		a.lines = append(a.lines, fmt.Sprintf("%s %s by %s", r.HTTP.Host, r.Action, r.Account))
		a.mu.Unlock()
		next(w, r)
	}
}

// TestPartitions: the SDK's own endpoint rules run, in the isolated partitions too, EC2 is asked where the rest is, and
// everything ends at the double. Roles and load balancers have the ARNs of their partition, and where the regions
// cannot be listed only those of the partition are read.
func TestPartitions(t *testing.T) {
	const other = "222222222222"
	for _, tc := range []struct{ region, partition, suffix, always string }{
		{"eu-west-1", "aws", "amazonaws.com", "us-east-1"},
		{"cn-north-1", "aws-cn", "amazonaws.com.cn", "cn-northwest-1"},
		{"us-gov-west-1", "aws-us-gov", "amazonaws.com", "us-gov-east-1"},
		{"us-iso-east-1", "aws-iso", "c2s.ic.gov", ""},
		{"us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", ""},
		{"eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk", ""},
		{"us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov", ""},
		{"eusc-de-east-1", "aws-eusc", "amazonaws.eu", ""},
	} {
		t.Run(tc.partition, func(t *testing.T) {
			world := func() *awstest.World {
				w := awstest.New(me)
				w.Partition = tc.partition
				w.ALB(me, tc.region, "web", "60")
				w.CLB(other, tc.region, "theirs", 60)
				return w
			}
			scope, a := hasty(), &asked{}
			scope.Accounts = []string{me, other}
			none := awstest.Error(403, "AccessDenied", "no")
			w := world()
			s, err := Fetch(t.Context(), w.Start(t, a.layer,
				awstest.When(awstest.Action("ListRegions"), none)).Config(tc.region), scope)
			if err != nil || len(s.LoadBalancers) != 2 || s.Incomplete() {
				t.Fatalf("%v, %+v", err, s)
			}
			for _, lb := range s.LoadBalancers {
				if !strings.HasPrefix(lb.Pos.File, "arn:"+tc.partition+":elasticloadbalancing:"+tc.region+":") {
					t.Errorf("a load balancer is %s", lb.Pos.File)
				}
			}
			for _, want := range []string{
				"ec2." + tc.region + "." + tc.suffix + " DescribeRegions by " + me,
				"elasticloadbalancing." + tc.region + "." + tc.suffix + " DescribeLoadBalancers by " + me,
				"elasticloadbalancing." + tc.region + "." + tc.suffix + " DescribeLoadBalancers by " + other,
				"sts." + tc.region + "." + tc.suffix + " AssumeRole by " + me,
			} {
				if !slices.Contains(a.lines, want) {
					t.Errorf("nobody asked %s:\n%s", want, strings.Join(a.lines, "\n"))
				}
			}
			for _, line := range a.lines {
				if host, _, _ := strings.Cut(line, " "); !strings.HasSuffix(host, "."+tc.suffix) {
					t.Errorf("%s is of another partition", line)
				}
			}
			// Without any list of regions.
			scope = hasty()
			s = fetchFromIn(t, world(), tc.region, scope, awstest.When(awstest.Action("ListRegions"), none),
				awstest.When(awstest.Action("DescribeRegions"), none))
			got := covered(s)
			if !s.Incomplete() || !strings.Contains(got, tc.region+" complete 1/1") || !strings.Contains(got, tc.always) ||
				tc.always == "" && (strings.Count(got, "complete") != 1 || !strings.Contains(got, "other regions unread")) {
				t.Errorf("without a list: %s", got)
			}
			for _, c := range s.Coverage {
				if tc.partition != "aws" && strings.HasPrefix(c.Region, "ap-") {
					t.Errorf("%s is asked of %s", c.Region, tc.partition)
				}
			}
		})
	}
}

// TestEndpointsOfEC2: FIPS and dual-stack endpoints are those of the other calls.
func TestEndpointsOfEC2(t *testing.T) {
	for variable, want := range map[string]string{
		"":                                    "https://ec2.us-east-1.amazonaws.com/",
		"AWS_USE_FIPS_ENDPOINT":               "https://ec2-fips.us-east-1.amazonaws.com/",
		"AWS_USE_DUALSTACK_ENDPOINT":          "https://ec2.us-east-1.api.aws/",
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "https://ec2.us-east-1.amazonaws.com/",
	} {
		t.Run(variable, func(t *testing.T) {
			for name, value := range map[string]string{"AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none",
				"AWS_ENDPOINT_URL": "", "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"} {
				t.Setenv(name, value)
			}
			if variable != "" {
				t.Setenv(variable, "true")
			}
			cfg, err := LoadConfig(t.Context(), Login{})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := endpointOfEC2(t.Context(), cfg); err != nil || got != want {
				t.Errorf("%s, %v; want %s", got, err, want)
			}
		})
	}
}

// TestRoleChain: the role of --role-arn assumes the roles of the accounts, and nothing is read with the first keys.
func TestRoleChain(t *testing.T) {
	const hub, leaf = "222222222222", "333333333333"
	w := awstest.New(me)
	w.Region(hub, "eu-west-1")
	w.ALB(leaf, "eu-west-1", "web", "60")
	a := &asked{}
	scope := hasty()
	scope.Accounts = []string{leaf}
	cfg := w.Start(t, a.layer).Config("eu-west-1")
	s, err := Fetch(t.Context(), assume(cfg, "arn:aws:iam::"+hub+":role/hub", "x"), scope)
	if err != nil || len(s.LoadBalancers) != 1 || s.Incomplete() {
		t.Fatalf("%v, %+v", err, s)
	}
	const sts = "sts.eu-west-1.amazonaws.com AssumeRole by "
	if !slices.Contains(a.lines, sts+me) || !slices.Contains(a.lines, sts+hub) {
		t.Errorf("asked:\n%s", strings.Join(a.lines, "\n"))
	}
	for _, line := range a.lines {
		if strings.Contains(line, "Describe") && !strings.HasSuffix(line, " by "+leaf) ||
			strings.HasSuffix(line, " by "+me) && line != sts+me {
			t.Errorf("asked: %s", line)
		}
	}
	// A link of the chain that breaks is told with the role that it broke at.
	for role, of := range map[string]string{"role/hub": me, "role/wslint-audit": hub} {
		broken := func(r *awstest.Request) bool {
			return r.Action == "AssumeRole" && strings.HasSuffix(r.Params.Get("RoleArn"), role)
		}
		cfg := w.Start(t, awstest.When(broken, awstest.Error(403, "AccessDenied", "User: "+of+" is not authorized"))).
			Config("eu-west-1")
		s, err := Fetch(t.Context(), assume(cfg, "arn:aws:iam::"+hub+":role/hub", "x"), scope)
		switch {
		case role == "role/hub" && (err == nil || !strings.Contains(err.Error(), "AccessDenied: User: "+of)):
			t.Errorf("%s: %v", role, err)
		case role != "role/hub" && (err != nil || covered(s) != " unread 0/0 [AssumeRole access denied 1]" ||
			!strings.Contains(s.Coverage[0].Faults[0].Message, "(arn:aws:iam::"+leaf+":role/wslint-audit)")):
			t.Errorf("%s: %v, %+v", role, err, s)
		}
	}
}
