package rules

import (
	"net/url"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

// CSPBlocksWebSocket is found where a header that comes with the page keeps it from opening the WebSocket. Measured:
// law B8.
var CSPBlocksWebSocket = &Rule{
	Name:     "csp-blocks-websocket",
	Summary:  "the page's own Content-Security-Policy does not let it open the WebSocket",
	Severity: Error,
	Seen:     NotSent,
	Needs:    hasPage,
	Check: func(p *hop.Path, report func(Finding)) {
		if p.Page == nil {
			return
		}
		page, pageErr := url.Parse(p.Page.URL)
		socket, err := url.Parse(p.Name)
		if err != nil || pageErr != nil {
			return
		}
		for _, policy := range p.Page.Policies {
			header, _ := policy.Get()
			lists, upgrades := connectSources(header)
			if upgrades && socket.Scheme == "ws" {
				continue // it asks for wss: instead
			}
			lists = slices.DeleteFunc(lists, func(l sourceList) bool { return l.allows(page, socket) })
			if len(lists) == 0 {
				continue
			}
			origin := socket.Scheme + "://" + strings.ToLower(socket.Host)
			f := Finding{
				Pos:     policy.Pos,
				Message: "the policy of the page does not let it open " + origin,
				Notes: slices.Concat(
					note("%s comes with %s: nothing in it matches %s", lists[0], p.Page.URL, origin),
					whyNot(lists[0], socket),
					note("the browser sends nothing and reports 1006: no log shows a request"),
				),
			}
			if to := letThrough(header, origin, lists); policy.Set != nil && to != header {
				f.Fix = &Fix{Title: "add " + origin + " to connect-src", Edits: policy.Set(to)}
			} else {
				f.Notes = append(f.Notes, remedy("add %s to connect-src", origin)...)
			}
			report(f)
		}
	},
}

// whyNot explains the source that was probably meant to allow it.
func whyNot(l sourceList, socket *url.URL) []hop.Note {
	for _, s := range l.sources {
		switch lower := strings.ToLower(s); {
		case lower == "https:" || lower == "http:":
			return note("%s does not include %s:", s, socket.Scheme)
		case strings.HasPrefix(lower, "https://") && strings.Contains(lower, strings.ToLower(socket.Hostname())):
			return note("%s does not include %s", s, socket.Scheme)
		case lower == "self" || lower == `"self"`:
			return note("%s is not 'self': single quotes are part of the word", s)
		case !strings.ContainsAny(s, `:/'"`) && strings.EqualFold(s, socket.Hostname()):
			return note("a host without a scheme means http or https: write %s://%s", socket.Scheme, s)
		}
	}
	return nil
}

// letThrough writes the source into connect-src of the policies of a header whose lists keep it out.
func letThrough(header, source string, lists []sourceList) string {
	policies := strings.Split(header, ",")
	for i, policy := range policies {
		directives := strings.Split(policy, ";")
		for k, directive := range directives {
			words := strings.Fields(directive)
			is := func(l sourceList) bool {
				return len(words) > 0 && strings.EqualFold(words[0], l.directive) && slices.Equal(words[1:], l.sources)
			}
			if !slices.ContainsFunc(lists, is) {
				continue
			}
			sources := slices.DeleteFunc(words[1:], func(s string) bool { return strings.EqualFold(s, "'none'") })
			sources = append(sources, source)
			lead := directive[:len(directive)-len(strings.TrimLeft(directive, " \t"))]
			if own := lead + words[0] + " " + strings.Join(sources, " "); strings.EqualFold(words[0], "connect-src") {
				directives[k] = own
			} else {
				sources = slices.DeleteFunc(sources, func(s string) bool {
					return strings.HasPrefix(s, "'") && !strings.EqualFold(s, "'self'") // keywords about scripts and styles
				})
				directives[k] = directive + "; connect-src " + strings.Join(sources, " ")
			}
			break
		}
		policies[i] = strings.Join(directives, ";")
	}
	return strings.Join(policies, ",")
}
