package nginx

import (
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// sharedHeaders are headers of which browsers send the same, or none.
var sharedHeaders = []string{"upgrade", "host", "origin", "x_", "cookie", "authorization", "referer", "forwarded",
	"via", "sec_websocket_key", "sec_websocket_protocol", "range", "if_"}

// sniffs reports whether a directive reads what differs between browsers' handshakes: any other header, or the
// browser itself. So does one that adds to the 101 what not every browser refuses there.
func sniffs(d *conf.Directive) bool {
	if strings.HasSuffix(d.Name.Value, "_browser") || strings.HasSuffix(d.Name.Value, "_by_lua_block") {
		return true
	}
	switch d.Name.Value {
	case "log_format":
		return false
	case "early_hints":
		return true
	case "add_header":
		name := strings.ToLower(d.Arg(0))
		if name == "upgrade" || name == "sec-websocket-protocol" || d.Args[0].Template {
			return true
		}
	}
	for _, a := range d.Args {
		if strings.IndexByte(a.Value, '_') < 0 && strings.IndexByte(a.Value, '$') < 0 {
			continue // most words
		}
		rest := a.Value
		for {
			_, after, found := strings.Cut(rest, "http_")
			if !found {
				break
			}
			if rest = strings.ToLower(after); !sharedHeader(rest) && strings.Contains(a.Value, "$") {
				return true
			}
		}
		if strings.Contains(a.Value, "$msie") || strings.Contains(a.Value, "_browser") {
			return true
		}
	}
	return false
}

func sharedHeader(name string) bool {
	for _, h := range sharedHeaders {
		if strings.HasPrefix(name, h) {
			return true
		}
	}
	return false
}
