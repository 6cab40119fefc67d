package check

import (
	"fmt"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// tls checks what nginx checks of each server once it has read all: certificates, their keys, and what client
// certificates are held against. It needs every level that could bring them.
func (c *checker) tls() {
	if !c.complete() {
		return
	}
	for _, http := range c.tree.Main.Block {
		if !http.Is("http") {
			continue
		}
		for _, s := range http.Block {
			if s.Is("server") {
				c.certificates(http, s)
			}
		}
	}
	for _, at := range c.listen {
		c.defaultCertificate(at)
	}
}

// inForce finds the directives of one name on the server, else on the http block around it.
func (c *checker) inForce(name string, levels ...*conf.Directive) []*conf.Directive {
	for _, l := range levels {
		var list []*conf.Directive
		if len(l.Block) > indexAbove {
			list = c.named(l)[name]
		} else {
			for _, d := range l.Block {
				if d.Is(name) {
					list = append(list, d)
				}
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// indexAbove is the size of blocks from which an index is worth its making.
const indexAbove = 64

// named are the directives of a block by their names. A block may hold thousands of servers, each of which asks.
func (c *checker) named(block *conf.Directive) map[string][]*conf.Directive {
	if names, known := c.names[block]; known {
		return names
	}
	names := map[string][]*conf.Directive{}
	for _, d := range block.Block {
		names[d.Name.Value] = append(names[d.Name.Value], d)
	}
	if c.names == nil {
		c.names = map[*conf.Directive]map[string][]*conf.Directive{}
	}
	c.names[block] = names
	return names
}

// certificates checks one server.
func (c *checker) certificates(http, server *conf.Directive) {
	certificates := c.inForce("ssl_certificate", server, http)
	if len(certificates) == 0 {
		return
	}
	keys := c.inForce("ssl_certificate_key", server, http)
	if len(keys) < len(certificates) {
		d := certificates[len(certificates)-1]
		c.problem(d.Name.Pos(), fmt.Sprintf(`no "ssl_certificate_key" is defined for certificate "%s"`, d.Arg(0)))
		return
	}
	verify := c.inForce("ssl_verify_client", server, http)
	if len(verify) == 0 || verify[0].Arg(0) == "off" || verify[0].Arg(0) == "optional_no_ca" {
		return
	}
	clients := c.inForce("ssl_client_certificate", server, http)
	if len(clients)+len(c.inForce("ssl_trusted_certificate", server, http)) == 0 {
		c.problem(verify[0].Name.Pos(), "no ssl_client_certificate for ssl_verify_client")
	}
}

// defaultCertificate checks the server that answers at an address when no name is asked for: with TLS it needs a
// certificate.
func (c *checker) defaultCertificate(at *listener) {
	if at.tls == nil {
		return
	}
	server := at.order[0]
	if at.fallback != nil {
		server = at.fallback.Parent
	}
	http := server.Parent
	if http == nil || len(c.inForce("ssl_certificate", server, http)) > 0 {
		return
	}
	if reject := c.inForce("ssl_reject_handshake", server, http); len(reject) > 0 && reject[0].Arg(0) == "on" {
		return
	}
	c.problem(server.Name.Pos(), `no "ssl_certificate" is defined for the "listen ... ssl" directive`,
		hop.Note{Pos: at.tls.Pos(), Text: "this address takes TLS"})
}
