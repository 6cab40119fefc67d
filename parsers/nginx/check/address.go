package check

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// resolver checks the servers and parameters of a resolver. A server given by name is looked up when nginx starts:
// what comes of that is not known here.
func (c *checker) resolver(d *conf.Directive) {
	for i, a := range d.Args {
		name, value, assigned := strings.Cut(a.Value, "=")
		if assigned {
			if text := resolverParameter(name, value, a.Value); text != "" {
				c.argument(d, i, text)
				return
			}
			continue
		}
		u, text := readURL(a.Value, false)
		switch {
		case text != "":
			c.argument(d, i, fmt.Sprintf(`%s in resolver "%s"`, text, a.Value))
			return
		case u.host != "" && strings.Trim(u.host, "0123456789.") == "" && !isIPv4(u.host):
			c.argument(d, i, fmt.Sprintf(`host not found in resolver "%s"`, u.host))
			return
		}
	}
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

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

// bind checks the address that connections to an upstream come from.
func (c *checker) bind(d *conf.Directive) {
	address := d.Arg(0)
	// Versions differ in [::1].
	if strings.Contains(address, "$") || address == "off" && len(d.Args) == 1 || strings.HasSuffix(address, "]") {
		return
	}
	if a, err := netip.ParseAddrPort(address); err != nil || a.Port() == 0 {
		if _, err := netip.ParseAddr(address); err != nil {
			c.argument(d, 0, fmt.Sprintf(`invalid address "%s"`, address))
			return
		}
	}
	if len(d.Args) == 2 && d.Arg(1) != "transparent" {
		c.argument(d, 1, fmt.Sprintf(`invalid parameter "%s"`, d.Arg(1)))
	}
}

// headerBuffers checks that a buffer is at least as large as the memory that a connection begins with, 512 bytes
// unless it is set.
func (c *checker) headerBuffers(d *conf.Directive) {
	const usual = 512
	size, ok := conf.ParseSize(d.Arg(1))
	if !ok || size >= usual || !c.complete() {
		return
	}
	pool := int64(usual)
	for l := d.Parent; l != nil; l = l.Parent {
		if set := c.inForce("connection_pool_size", l); len(set) > 0 {
			if pool, ok = conf.ParseSize(set[0].Arg(0)); !ok {
				return
			}
			break
		}
	}
	if size < pool {
		c.argument(d, 1, `the "large_client_header_buffers" size must be equal to or greater than "connection_pool_size"`)
	}
}
