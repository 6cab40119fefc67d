package nginx

import (
	"net/textproto"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/spelling"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// header is $http_name: name is lower-case with underscores.
func (r *run) header(name string) text {
	canonical := textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(name, "_", "-"))
	if _, sent := r.request.Header[canonical]; !sent && misspelt(canonical) {
		return known("")
	}
	return r.choice(r.request.About(canonical), r.headerText(canonical))
}

// misspelt reports whether a header's name is nearly one of a handshake's: whatever a hop in front adds to the headers,
// it is none of that name.
func misspelt(name string) bool {
	meant := spelling.Suggest(name, []string{"Upgrade", "Connection", "Origin", "Sec-Websocket-Key",
		"Sec-Websocket-Version", "Sec-Websocket-Protocol", "Sec-Websocket-Extensions"})
	return meant != "" && meant != name && !strings.HasPrefix(name, "X-")
}

func (r *run) headerText(canonical string) text {
	lines, why := r.headerLines(canonical)
	if why != "" {
		return unknownText(why)
	}
	if len(lines) == 0 {
		return known("")
	}
	switch {
	case len(lines) == 1:
		return known(lines[0])
	case canonical == "Cookie":
		return known(strings.Join(lines, "; "))
	case canonical == "X-Forwarded-For", r.atLeast(conf.JoinedHeaders):
		return known(strings.Join(lines, ", "))
	}
	return known(lines[0])
}

// headerLines are the lines of a header under each of its names: variables do not tell underscores from hyphens.
func (r *run) headerLines(canonical string) (lines []string, why string) {
	lines, why = r.request.Lines(canonical)
	var others []string
	for other := range r.request.Header {
		if other != canonical && strings.Contains(other, "_") &&
			strings.EqualFold(strings.ReplaceAll(other, "_", "-"), canonical) {
			valid, unsure := r.validHeader(other)
			if unsure != "" {
				return nil, unsure
			}
			if valid {
				others = append(others, other)
			}
		}
	}
	slices.Sort(others)
	for _, other := range others {
		more, _ := r.request.Lines(other)
		lines = append(lines, more...)
	}
	return lines, why
}

func (r *run) cookie(name string) text {
	lines, why := r.request.Lines("Cookie")
	if why != "" {
		return r.choice("cookie "+name, unknownText(why))
	}
	for _, l := range lines {
		for pair := range strings.SplitSeq(l, ";") {
			k, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if strings.EqualFold(k, name) {
				return known(v)
			}
		}
	}
	return known("")
}

// keepsArgs reports whether a text with variables has the client's arguments in it.
func keepsArgs(written string) bool {
	return slices.ContainsFunc(
		conf.Parts(written),
		func(p conf.Part) bool { return p.Variable == "args" || p.Variable == "query_string" },
	)
}

func (r *run) argument(name string) text {
	for pair := range strings.SplitSeq(r.args, "&") {
		k, v, found := strings.Cut(pair, "=")
		if found && strings.EqualFold(k, name) {
			return known(v)
		}
	}
	if r.ownArgs || r.request.Whole || r.noQuery {
		return known("")
	}
	return r.choice("argument "+name, unknownText("what the query of the URL says is not declared ("+name+")"))
}
