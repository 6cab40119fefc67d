package awscheck

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/wslint/wslint/hop"
)

// rewrite applies the transforms of a rule (application/rule-transforms.html). why says that the result cannot be
// known.
func rewrite(r hop.Request, transforms []Transform) (_ hop.Request, why string) {
	for _, t := range transforms {
		switch t.Type {
		case "url-rewrite":
			target, ok := rewriteTarget(t, r.Target)
			if !ok {
				return r, fmt.Sprintf("what url-rewrite %s makes of %s is not known", t.Regex, r.Target)
			}
			r.Target = target
		case "host-header-rewrite":
			lines, why := r.Lines("Host")
			if why != "" || len(lines) != 1 {
				return r, "what host-header-rewrite works on is not known: " + why
			}
			host, ok := substitute(t, lines[0])
			if !ok {
				return r, fmt.Sprintf("what host-header-rewrite %s makes of %s is not known", t.Regex, lines[0])
			}
			if host != lines[0] {
				set(&r, "Host", host, hop.Pos{})
			}
		default:
			return r, fmt.Sprintf("what the transform %q does is not known", t.Type)
		}
	}
	return r, ""
}

// rewriteTarget works on path and query. Whether the expression sees the query is not documented: where that matters
// the result is unknown.
func rewriteTarget(t Transform, target string) (string, bool) {
	path, query, has := strings.Cut(target, "?")
	alone, ok := substitute(t, path)
	if !ok || !has {
		return alone, ok
	}
	if strings.Contains(alone, "?") {
		return target, false
	}
	whole, ok := substitute(t, target)
	return alone + "?" + query, ok && whole == alone+"?"+query
}

// substitute replaces what the expression matches. ok is false when it matches only a part of s: AWS does not say
// whether the rest stays.
func substitute(t Transform, s string) (string, bool) {
	re, err := regexp.Compile(t.Regex)
	if err != nil {
		return s, false
	}
	at := re.FindStringSubmatchIndex(s)
	switch {
	case at == nil:
		return s, true
	case at[0] != 0 || at[1] != len(s):
		return s, false
	}
	// In Go's syntax $1x is a group named 1x, in that of AWS it is group 1 and an x.
	template := regexp.MustCompile(`\$(\d+)`).ReplaceAllString(t.Replace, "$${$1}")
	return string(re.ExpandString(nil, template, s, at)), true
}
