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
func inForce(name string, levels ...*conf.Directive) (list []*conf.Directive) {
	for _, l := range levels {
		for _, d := range l.Block {
			if d.Is(name) {
				list = append(list, d)
			}
		}
		if len(list) > 0 {
			return list
		}
	}
	return nil
}

// certificates checks one server.
func (c *checker) certificates(http, server *conf.Directive) {
	certificates := inForce("ssl_certificate", server, http)
	if len(certificates) == 0 {
		return
	}
	keys := inForce("ssl_certificate_key", server, http)
	if len(keys) < len(certificates) {
		d := certificates[len(certificates)-1]
		c.problem(d.Name.Pos(), fmt.Sprintf(`no "ssl_certificate_key" is defined for certificate "%s"`, d.Arg(0)))
		return
	}
	verify := inForce("ssl_verify_client", server, http)
	if len(verify) == 0 || verify[0].Arg(0) == "off" || verify[0].Arg(0) == "optional_no_ca" {
		return
	}
	if len(inForce("ssl_client_certificate", server, http))+len(inForce("ssl_trusted_certificate", server, http)) == 0 {
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
	if http == nil || len(inForce("ssl_certificate", server, http)) > 0 {
		return
	}
	if reject := inForce("ssl_reject_handshake", server, http); len(reject) > 0 && reject[0].Arg(0) == "on" {
		return
	}
	c.problem(server.Name.Pos(), `no "ssl_certificate" is defined for the "listen ... ssl" directive`,
		hop.Note{Pos: at.tls.Pos(), Text: "this address takes TLS"})
}
