package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/nginx/conf"
)

// tls checks what nginx checks of each server once it has read all: the memory of a connection, certificates, their
// keys, and what the certificates of clients and of backends are held against. It needs every level that could bring
// them.
func (c *checker) tls() {
	if !c.complete() {
		return
	}
	for _, http := range c.tree.Main.Block {
		if http.Is("stream") {
			c.streamTLS(http)
		}
		if !http.Is("http") {
			continue
		}
		for _, s := range http.Block {
			if s.Is("server") {
				c.headerBuffers(http, s)
				c.certificates(http, s)
				if c.facts.https {
					c.backends(s, s, http)
				}
			}
		}
	}
	for _, at := range c.listen {
		c.defaultCertificate(at)
	}
}

// streamTLS checks the servers of stream.
func (c *checker) streamTLS(stream *conf.Directive) {
	for _, s := range stream.Block {
		if !s.Is("server") {
			continue
		}
		if isOn(c.inForce("proxy_ssl", s, stream)) {
			c.backendTLS(s, stream)
		}
		for _, listen := range c.inForce("listen", s) {
			if !slices.Contains(words(listen), "ssl") {
				continue
			}
			if len(c.inForce("ssl_certificate", s, stream)) == 0 && !c.rejects(s, stream) {
				c.noCertificate(s, listen)
				return
			}
			c.certificates(stream, s)
		}
	}
}

// rejects reports whether a server turns handshakes of TLS away, for which it needs no certificate.
func (c *checker) rejects(server, around *conf.Directive) bool {
	reject := c.inForce("ssl_reject_handshake", server, around)
	return len(reject) > 0 && reject[0].Arg(0) == "on"
}

func (c *checker) noCertificate(server, listen *conf.Directive) {
	c.problem(server.Name.Pos(), `no "ssl_certificate" is defined for the "listen ... ssl" directive`,
		hop.Note{Pos: listen.Pos(), Text: "this address takes TLS"})
}

// backendTLS checks what nginx checks of a place that speaks TLS to what is behind it. levels are the blocks that the
// place takes its settings from, the innermost first.
func (c *checker) backendTLS(levels ...*conf.Directive) {
	cert := c.inForce("proxy_ssl_certificate", levels...)
	if len(cert) > 0 && cert[0].Arg(0) != "" && len(c.inForce("proxy_ssl_certificate_key", levels...)) == 0 {
		c.problem(cert[0].Name.Pos(),
			fmt.Sprintf(`no "proxy_ssl_certificate_key" is defined for certificate "%s"`, cert[0].Arg(0)))
		return
	}
	verify := c.inForce("proxy_ssl_verify", levels...)
	if isOn(verify) && len(c.inForce("proxy_ssl_trusted_certificate", levels...)) == 0 {
		c.problem(verify[0].Name.Pos(), "no proxy_ssl_trusted_certificate for proxy_ssl_verify")
	}
}

func isOn(ds []*conf.Directive) bool { return len(ds) > 0 && strings.EqualFold(ds[0].Arg(0), "on") }

// backends checks the locations of a block that send requests on by TLS.
func (c *checker) backends(block *conf.Directive, levels ...*conf.Directive) {
	for _, l := range block.Block {
		if !l.Is("location") {
			continue
		}
		around := append([]*conf.Directive{l}, levels...)
		if pass := c.inForce("proxy_pass", l); len(pass) > 0 {
			if _, ok := cutPrefixFold(pass[0].Arg(0), "https://"); ok {
				c.backendTLS(around...)
			}
		}
		c.backends(l, around...)
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

// certificates checks one server. Its certificates are of use, or would be, on any address that takes TLS.
func (c *checker) certificates(around, server *conf.Directive) {
	certificates := c.inForce("ssl_certificate", server, around)
	on := isOn(c.inForce("ssl", server, around)) && !c.version.AtLeast(conf.HTTP2Directive) // before, listen took it
	switch {
	case len(certificates) > 0:
	case on:
		c.problem(server.Name.Pos(), `no "ssl_certificate" is defined for the "ssl" directive`)
		return
	case !c.rejects(server, around):
		return
	}
	keys := c.inForce("ssl_certificate_key", server, around)
	if len(keys) < len(certificates) {
		d := certificates[len(certificates)-1]
		c.problem(d.Name.Pos(), fmt.Sprintf(`no "ssl_certificate_key" is defined for certificate "%s"`, d.Arg(0)))
		return
	}
	verify := c.inForce("ssl_verify_client", server, around)
	if len(verify) == 0 || verify[0].Arg(0) == "off" || verify[0].Arg(0) == "optional_no_ca" {
		return
	}
	trusted := c.inForce("ssl_trusted_certificate", server, around)
	clients := c.inForce("ssl_client_certificate", server, around)
	// From 1.27.2 on, either will do.
	either := c.version.AtLeast(conf.Version{Major: 1, Minor: 27, Patch: 2})
	switch {
	case len(clients) > 0, len(trusted) > 0 && (either || c.version.IsZero()):
	case either:
		c.problem(verify[0].Name.Pos(), "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client")
	default:
		c.problem(verify[0].Name.Pos(), "no ssl_client_certificate for ssl_verify_client")
	}
}

// defaultCertificate checks the server that answers at an address when no name is asked for: with TLS it needs a
// certificate, unless it turns such handshakes away. Then each of the others needs one.
func (c *checker) defaultCertificate(at *listener) {
	if at.tls == nil {
		return
	}
	server := at.order[0]
	if at.fallback != nil {
		server = at.fallback.Parent
	}
	for _, s := range append([]*conf.Directive{server}, at.order...) {
		http := s.Parent
		if http == nil || s == server && len(c.inForce("ssl_certificate", s, http)) > 0 {
			return
		}
		if len(c.inForce("ssl_certificate", s, http)) == 0 && !c.rejects(s, http) {
			c.noCertificate(s, at.tls)
			return
		}
	}
}
