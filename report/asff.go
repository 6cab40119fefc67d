package report

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wslint/wslint/lint"
	"github.com/wslint/wslint/rules"
)

// Findings are imported into AWS Security Hub in its own format, the AWS Security Finding Format. The longest texts
// that it takes are those of its reference (docs.aws.amazon.com/securityhub/latest/userguide/,
// asff-required-attributes.html and asff-top-level-attributes.html); a finding may have 240 KB.
const (
	asffTitle       = 256
	asffDescription = 1024
	asffAdvice      = 512
	asffID          = 512
)

type asffFinding struct {
	SchemaVersion string
	ID            string `json:"Id"`
	ProductARN    string `json:"ProductArn"`
	GeneratorID   string `json:"GeneratorId"`
	AwsAccountID  string `json:"AwsAccountId"`
	Types         []string
	CreatedAt     string
	UpdatedAt     string
	Severity      asffSeverity
	Title         string
	Description   string
	Remediation   asffRemediation
	Resources     []asffResource
	// FindingProviderFields are what a provider may update later: severity and types themselves are the customer's.
	FindingProviderFields asffProvider
	ProductFields         map[string]string
	RecordState           string
}

type asffSeverity struct{ Label, Original string }

type asffProvider struct {
	Severity asffSeverity
	Types    []string
}

type asffRemediation struct{ Recommendation asffRecommendation }

type asffRecommendation struct {
	Text string
	URL  string `json:"Url"`
}

type asffResource struct {
	Type      string
	ID        string `json:"Id"`
	Partition string
	Region    string
}

// asffLabels are the severities of the format that ours become.
var asffLabels = [...]string{rules.Info: "INFORMATIONAL", rules.Warning: "MEDIUM", rules.Error: "HIGH"}

// ASFF prints the findings about resources of AWS as a list for BatchImportFindings of AWS Security Hub, which takes
// 100 at a time, of one account and region, from that account. What a file holds has no resource to be shown at.
func ASFF(w io.Writer, r *lint.Result, _ Options) error {
	list := []asffFinding{}
	taken := time.Time{}
	if r.Extent != nil {
		taken = r.Extent.Taken
	}
	seen := map[string]bool{}
	for _, f := range r.Findings {
		resource, account, ok := asffResourceOf(f.Pos.File)
		if !ok {
			continue
		}
		x := asffOf(f, resource, account, taken.UTC().Format(time.RFC3339))
		if !seen[x.ID] {
			list = append(list, x)
		}
		seen[x.ID] = true
	}
	return writeJSON(w, list)
}

func asffOf(f rules.Finding, resource asffResource, account, taken string) asffFinding {
	severity := asffSeverity{asffLabels[f.Severity], f.Severity.String()}
	types := []string{"Software and Configuration Checks/Availability/WebSocket"}
	// The same fault has the same name in every audit, so that an import updates it.
	hash := sha256.Sum256([]byte(strings.Join([]string{resource.ID, f.Rule.Name, f.Path}, "\x00")))
	x := asffFinding{
		SchemaVersion: "2018-10-08",
		ID:            cut(fmt.Sprintf("%s/wslint/%s/%x", resource.ID, f.Rule.Name, hash[:8]), asffID),
		ProductARN: fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%[3]s/default",
			resource.Partition, resource.Region, account),
		GeneratorID: "wslint/" + f.Rule.Name, AwsAccountID: account, Types: types, CreatedAt: taken, UpdatedAt: taken,
		Severity: severity, Title: cut(clean(f.Message), asffTitle), Resources: []asffResource{resource},
		FindingProviderFields: asffProvider{severity, types}, RecordState: "ACTIVE",
		ProductFields: map[string]string{
			"wslint/rule": f.Rule.Name, "wslint/path": cut(cmp.Or(clean(f.Path), "-"), asffDescription),
		},
	}
	var description, advice []string
	for _, n := range f.Notes {
		text := clean(n.Text)
		if strings.HasPrefix(text, "to fix this: ") || strings.HasPrefix(text, "aws ") {
			advice = append(advice, strings.TrimPrefix(text, "to fix this: "))
		}
		description = append(description, text)
	}
	x.Description = cut(strings.Join(append([]string{clean(f.Message)}, description...), ". "), asffDescription)
	x.Remediation.Recommendation = asffRecommendation{
		Text: cut(cmp.Or(strings.Join(advice, " or: "), f.Rule.Summary), asffAdvice),
		URL:  RulePage(f.Rule),
	}
	return x
}

// asffResourceOf is the resource that an ARN names, with its account; ok is false of what is no ARN, or one without an
// account and region.
func asffResourceOf(name string) (resource asffResource, account string, ok bool) {
	part := strings.SplitN(name, ":", 6)
	if len(part) < 6 || part[0] != "arn" || part[3] == "" || len(part[4]) != 12 {
		return resource, "", false
	}
	kind := "Other"
	switch {
	case !strings.HasPrefix(part[5], "loadbalancer/"):
	case strings.HasPrefix(part[5], "loadbalancer/app/"), strings.HasPrefix(part[5], "loadbalancer/net/"),
		strings.HasPrefix(part[5], "loadbalancer/gwy/"):
		kind = "AwsElbv2LoadBalancer"
	default:
		kind = "AwsElbLoadBalancer"
	}
	return asffResource{Type: kind, ID: cut(name, asffID), Partition: part[1], Region: part[3]}, part[4], true
}

// cut is a text of at most n bytes, whose end says where it was cut.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[:n-len("…")]
	for len(s) > 0 && s[len(s)-1] >= 0x80 {
		s = s[:len(s)-1] // no half character
	}
	return s + "…"
}
