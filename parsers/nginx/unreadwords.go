package nginx

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// idle are directives of which nothing here is ever read. TestIdle holds that against the text of this package.
var idle = []string{
	"charset", "client_body_buffer_size", "client_body_timeout", "client_header_timeout", "client_max_body_size",
	"expires", "gzip", "gzip_buffers", "gzip_comp_level", "gzip_min_length", "gzip_proxied", "gzip_types", "gzip_vary",
	"keepalive_requests", "log_not_found", "open_file_cache", "open_file_cache_valid", "proxy_buffers",
	"proxy_busy_buffers_size", "proxy_max_temp_file_size", "proxy_temp_file_write_size", "send_timeout", "sendfile",
	"server_tokens", "ssl_ciphers", "ssl_session_cache", "ssl_session_tickets", "ssl_session_timeout", "tcp_nodelay",
	"tcp_nopush",
}

var isIdle = conf.OneOf(idle...)

// isUnread reports whether nothing that becomes of a handshake hangs on an argument of a directive: it is one that is
// never read, or the value of a header that is nobody's but the application's.
func isUnread(d *conf.Directive, i int) bool {
	if conf.HasVariable(d.Args[i].Value) {
		return false
	}
	switch d.Name.Value {
	case "proxy_set_header", "add_header":
		name := strings.ToLower(d.Arg(0))
		return i == 1 && d.Args[i].Value != "" && (d.Is("add_header") && strings.HasPrefix(name, "access-control-") ||
			parsers.IsOwnHeader(name) || name == "x-real-ip")
	case "auth_basic":
		return d.Args[i].Value != "off"
	}
	return isIdle(d)
}

// passesBy reports whether a rewrite of a server is for other paths than all that handshakes get there: what it matches
// begins otherwise than any path that the server names.
func (x *shaper) passesBy(d *conf.Directive) bool {
	if d.Parent != x.s.scope.d || len(d.Args) < 2 || d.Args[0].Template || !parsers.IsPlainRegex(d.Arg(0)) {
		return false
	}
	begins := beginning(d.Arg(0), false)
	apart := func(path string) bool {
		path, _, _ = strings.Cut(path, "$")
		return !strings.HasPrefix(path, begins) && !strings.HasPrefix(begins, path)
	}
	var unlike func(items []*conf.Directive) bool
	unlike = func(items []*conf.Directive) bool {
		return !slices.ContainsFunc(items, func(other *conf.Directive) bool {
			words, computed := other.Args, false // a path
			switch other.Name.Value {
			case "if":
				return true
			case "try_files", "error_page":
				computed = true
			case "rewrite":
				words, computed = words[min(1, len(words)):], true
			case "location":
				if len(words) == 1 && words[0].Value == "/" {
					return !apart("/ws") || !apart("/x") || !unlike(other.Block) // what is made up for it
				}
				first := other.Arg(0)
				if first != "=" && first != "^~" && !strings.HasPrefix(first, "/") && !strings.HasPrefix(first, "@") {
					return true // a regex, which may match anything
				}
			}
			return other != d && slices.ContainsFunc(words, func(w conf.Word) bool {
				return (strings.HasPrefix(w.Value, "/") || computed && strings.HasPrefix(w.Value, "$")) && !apart(w.Value)
			}) || !unlike(other.Block)
		})
	}
	return len(begins) > 1 && unlike(x.s.scope.items)
}

// page writes where the page of an error is looked for, but for its name; false where something looks at that.
func (x *shaper) page(d *conf.Directive, i int) bool {
	if !d.Is("error_page") || !strings.HasPrefix(d.Arg(i), "/") || !isPlainTarget(d.Arg(i)) || x.paths() == nil ||
		slices.ContainsFunc(x.s.scope.items, func(d *conf.Directive) bool { return !x.paths().indifferent(d) }) {
		return false
	}
	ls := x.s.locations()
	found := ls.find(asWritten, d.Arg(i))
	if found.loc != nil {
		n := slices.Index(slices.Concat(ls.static, ls.regex), found.loc)
		if n < 0 || found.redirect {
			return false
		}
		x.key = binary.AppendUvarint(x.key, uint64(n))
	}
	x.mark('p')
	return found.why == ""
}

// time notes the length of a timeout, and writes whether it is a short one. Timeouts that end a handshake at once, and
// those in milliseconds, are none of these.
func (x *shaper) time(d *conf.Directive) bool {
	switch d.Name.Value {
	case "proxy_read_timeout", "proxy_send_timeout", "proxy_connect_timeout", "keepalive_timeout":
	default:
		return false
	}
	length, ok := conf.ParseTime(d.Arg(0))
	if !ok || len(d.Args) != 1 || length < time.Second || length%time.Second != 0 {
		return false
	}
	x.times = append(x.times, length)
	x.mark('t')
	if length > longRead {
		x.mark('l')
	} else if length == longRead {
		x.mark('e')
	}
	return true
}

// extremes are those of several servers that have the shortest or the longest of one of their times: where the same is
// found at these, it is at those between, since each timeout is held against lengths that are the same for all.
func extremes(alike []int, times [][]time.Duration) (list []int) {
	for k := range times[alike[0]] {
		least, most := alike[0], alike[0]
		for _, i := range alike {
			if t := times[i][k]; t < times[least][k] {
				least = i
			} else if t > times[most][k] {
				most = i
			}
		}
		for _, i := range []int{least, most} {
			if i != alike[0] && !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
	}
	return list
}

// fits reports whether the same is found at other servers as at the model.
func (m *model) fits(others []int) bool {
	for _, i := range others {
		s := m.c.servers[i]
		itself := m.c.endpointsOf(s, false)
		for i := range itself {
			if i >= len(m.found) || m.judge(&itself[i]) != m.found[i] {
				return false
			}
		}
		if len(itself) != len(m.found) {
			return false
		}
		m.judged[s] = itself
	}
	return true
}
