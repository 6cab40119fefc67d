package live

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/internal/awstest"
)

// TestPolicy: the printed policy allows exactly the calls that an audit makes.
func TestPolicy(t *testing.T) {
	w := small()
	c := w.Region(me, "eu-west-1").Classic[0]
	c.Fields["BackendServerDescriptions"] = []any{awstest.Any{"InstancePort": 8080, "PolicyNames": []any{"proxy"}}}
	c.Policies = []awstest.Any{{"PolicyName": "proxy", "PolicyTypeName": "ProxyProtocolPolicyType"}}
	scope := hasty()
	scope.Filters = []awscheck.Filter{{Name: "*"}, {Key: "team"}}
	scope.Sessions = []awscheck.Filter{{Name: "web"}}
	s := fetchFrom(t, w, scope)
	called := map[string]bool{}
	for action := range w.Calls() {
		switch name := strings.TrimSuffix(action, " (classic)"); name {
		case "GetCallerIdentity": // needs no permission
		case "ListRegions":
			called["account:"+name] = true
		default:
			called["elasticloadbalancing:"+name] = true
		}
	}
	var policy struct{ Statement []struct{ Action []string } }
	if err := json.Unmarshal([]byte(Policy), &policy); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(called)); !slices.Equal(got, policy.Statement[0].Action) {
		t.Errorf("called %q\nallowed %q", got, policy.Statement[0].Action)
	}
	guide, err := os.ReadFile("../../docs/aws.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range policy.Statement[0].Action {
		if strings.Count(string(guide), `"`+action+`"`) != 1 || strings.Count(string(guide), "- "+action+"\n") != 1 {
			t.Errorf("docs/aws.md does not allow %s in its Terraform and in its CloudFormation", action)
		}
	}
	if !json.Valid([]byte(HubPolicy)) {
		t.Error("the policy of the hub is no JSON")
	}
	i := slices.IndexFunc(
		s.LoadBalancers,
		func(lb awscheck.LoadBalancer) bool { return lb.Kind == awscheck.Classic && lb.Region == "eu-west-1" },
	)
	if on, known := s.LoadBalancers[i].Listeners[0].ProxyProtocol.Get(); !on || !known {
		t.Errorf("the PROXY protocol of a awscheck.Classic ELB: %v, known: %v", on, known)
	}
}
