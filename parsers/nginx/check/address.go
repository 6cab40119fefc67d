package check

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// resolver checks the servers and parameters of a resolver. A server given by name is looked up when nginx starts:
// what comes of that is not known here.
func (c *checker) resolver(d *conf.Directive) {
	servers, families := 0, 2
	for i, a := range d.Args {
		name, value, assigned := strings.Cut(a.Value, "=")
		if assigned {
			if c.ipv4(d, i, name) {
				return
			}
			if text := resolverParameter(name, value, a.Value); text != "" {
				c.argument(d, i, text)
				return
			}
			if strings.HasPrefix(name, "ipv") && value == "off" {
				families--
			}
			continue
		}
		servers++
		u, text := readURL(a.Value, false)
		switch {
		case text == "" && strings.HasPrefix(a.Value, "[") && !strings.Contains(a.Value, "]"):
			text = "invalid host"
			fallthrough
		case text != "":
			c.argument(d, i, fmt.Sprintf(`%s in resolver "%s"`, text, a.Value))
			return
		case isNoHost(u.host):
			c.argument(d, i, fmt.Sprintf(`host not found in resolver "%s"`, u.host))
			return
		}
	}
	switch {
	case families == 0:
		c.problem(d.Name.Pos(), `"ipv4" and "ipv6" cannot both be "off"`)
	case servers == 0:
		c.problem(d.Name.Pos(), "no name servers defined")
	}
}

// ipv4 reports a parameter that the declared version takes for the name of a server.
func (c *checker) ipv4(d *conf.Directive, i int, name string) bool {
	since := conf.Version{Major: 1, Minor: 23, Patch: 1}
	if name != "ipv4" || c.version.IsZero() || c.version.AtLeast(since) {
		return false
	}
	note := c.declaredNote(d, "nginx has it from "+since.String()+" on")
	c.argument(d, i, fmt.Sprintf(`host not found in resolver "%s"`, d.Arg(i)), note)
	return true
}

// isNoHost reports whether nothing can have that name: several with a comma between them, or a number that is no
// address. The system's resolver takes short and octal addresses too: "127.1".
func isNoHost(host string) bool {
	if strings.Contains(host, ",") {
		return true
	}
	if host == "" || strings.Trim(host, "0123456789.") != "" {
		return false
	}
	parts := strings.Split(host, ".")
	for i, p := range parts {
		base, room := 10, 8
		if len(p) > 1 && p[0] == '0' {
			base = 8
		}
		if i == len(parts)-1 {
			room = 8 * max(5-len(parts), 1)
		}
		if _, err := strconv.ParseUint(p, base, room); err != nil {
			return true
		}
	}
	return len(parts) > 4
}

// resolverParameter says what is wrong with a parameter of a resolver.
func resolverParameter(name, value, whole string) string {
	fine := true
	switch name {
	case "valid":
		_, fine = conf.ParseSeconds(value)
	case "ipv4", "ipv6":
		fine = value == "on" || value == "off"
	case "status_zone": // of NGINX Plus
	default:
		return fmt.Sprintf(`host not found in resolver "%s"`, whole)
	}
	if fine {
		return ""
	}
	return "invalid parameter: " + whole
}

// bind checks the address that connections to an upstream come from.
func (c *checker) bind(d *conf.Directive) {
	address := d.Arg(0)
	// Versions differ in [::1].
	if address == "off" && len(d.Args) == 1 || strings.HasSuffix(address, "]") {
		return
	}
	if a, err := netip.ParseAddrPort(address); (err != nil || a.Port() == 0) && !strings.Contains(address, "$") {
		if _, err := netip.ParseAddr(address); err != nil {
			c.argument(d, 0, fmt.Sprintf(`invalid address "%s"`, address))
			return
		}
	}
	if len(d.Args) == 2 && d.Arg(1) != "transparent" {
		c.argument(d, 1, fmt.Sprintf(`invalid parameter "%s"`, d.Arg(1)))
	}
}

// headerBuffers checks that the buffers for header lines are at least as large as the memory that a connection begins
// with, 512 bytes unless it is set. nginx does so for each server, with what it inherits.
func (c *checker) headerBuffers(http, server *conf.Directive) {
	buffers := c.inForce("large_client_header_buffers", server, http)
	if len(buffers) == 0 {
		return
	}
	pool := int64(512)
	if set := c.inForce("connection_pool_size", server, http); len(set) > 0 {
		pool, _ = conf.ParseSize(set[0].Arg(0))
	}
	if size, ok := conf.ParseSize(buffers[0].Arg(1)); ok && size < pool {
		c.argument(buffers[0], 1,
			`the "large_client_header_buffers" size must be equal to or greater than "connection_pool_size"`)
	}
}
