package live

import (
	"bytes"
	"strings"
	"testing"

	"github.com/wslint/wslint/internal/awstest"
)

// token is a session token, in a form that no other guard knows for a secret.
const token = "FwoGZXIvYXdzEDEaDHcanonical"

// leaks are messages of AWS that repeat the request that they are about, and what is to be left of them.
var leaks = map[string]struct{ message, left string }{
	"canonical": {"The request signature we calculated does not match the signature you provided.\n\n" +
		"The Canonical String " +
		"for this request should have been\n'POST\n/\n\nx-amz-security-token:" + token + "\n\nhost;x-amz-date'\n\n" +
		"The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n" + token + "'",
		"The request signature we calculated does not match the signature you provided."},
	"string to sign": {"It does not match. The String-to-Sign should have been 'AWS4 " + token + "'",
		"It does not match."},
	"encoded": {"You are not authorized to perform this operation. Encoded authorization failure message: " + token,
		"You are not authorized to perform this operation."},
	"header": {"The token of x-amz-security-token: " + token + " is invalid", "The token of"},
	"field":  {"The security token is bad, \"SessionToken\": \"" + token + "\"", "The security token is bad,"},
	"header of the signature": {"Authorization header requires existence of a date. Authorization=AWS4-HMAC-SHA256 " +
		"Credential=AKIAIOSFODNN7EXAMPLE/20260101/" + token, "Authorization"},
	"terminal": {"no\x1b]52;c;aaaa\x07\u202e\u009b31m", "no\uFFFD]52;c;aaaa"},
}

// TestErrorsAreCut: of what AWS says, the request with its token, and what a terminal obeys, are nowhere: not in the
// coverage, not in a snapshot, whichever call it is that fails.
func TestErrorsAreCut(t *testing.T) {
	for name, leak := range leaks {
		for call, match := range map[string]func(r *awstest.Request) bool{
			"first":   awstest.Action("GetCallerIdentity"),
			"regions": func(r *awstest.Request) bool { return r.Action == "ListRegions" || r.Action == "DescribeRegions" },
			"role":    awstest.Action("AssumeRole"), "lists": awstest.InRegion(""), "rules": awstest.Action("DescribeRules"),
		} {
			scope := hasty()
			scope.Attempts = 1
			if call == "role" {
				scope.Accounts = []string{"222222222222"}
			}
			w := small()
			w.Region("222222222222", "eu-west-1")
			d := w.Start(t, awstest.When(match, awstest.Error(403, "SignatureDoesNotMatch", leak.message)))
			s, err := Fetch(t.Context(), d.Config("eu-west-1"), scope)
			var said bytes.Buffer
			if err != nil {
				said.WriteString(err.Error())
			} else if err := s.Write(&said); err != nil {
				t.Fatal(err)
			}
			if text := said.String(); strings.Contains(text, token) || strings.ContainsAny(text, "\x1b\u202e\u009b") ||
				!strings.Contains(text, strings.ReplaceAll(leak.left, `"`, `\"`)) {
				t.Errorf("%s, %s: %s", name, call, text)
			}
		}
	}
}
