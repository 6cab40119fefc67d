package live

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"time"

	"github.com/wslint/wslint/probe"
)

// secure makes a TLS connection of conn, as browsers do for wss: HTTP/1.1 alone is offered.
func (d *dialer) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	var seen []*x509.Certificate
	var doubt error
	secure := tls.Client(conn, &tls.Config{
		ServerName: d.Request.Host, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12,
		// The certificate is looked at here, so that it can be shown when it is no good.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			seen = state.PeerCertificates
			if doubt = d.distrust(state); doubt != nil && !d.Insecure {
				return doubt
			}
			return nil
		},
	})
	err := d.step(probe.TLS, func(s *probe.Step) error {
		ctx, cancel := context.WithTimeout(ctx, d.Timeout)
		defer cancel()
		err := secure.HandshakeContext(ctx)
		if len(seen) > 0 {
			s.More = append(s.More, certificateText(seen[0], time.Now()))
		}
		switch {
		case err != nil && doubt != nil:
			s.Err = certificateError(doubt)
			s.Hint = "every browser fails such a connection: 1006. To look behind it: --insecure"
			return err
		case err != nil:
			s.Err, s.Hint = tlsError(err)
			return err
		}
		state := secure.ConnectionState()
		s.Text = tls.VersionName(state.Version) + ", ALPN " + cmp.Or(state.NegotiatedProtocol, "none")
		if doubt != nil {
			s.More = append(s.More, "browsers fail this connection: "+certificateError(doubt)+" (--insecure)")
		}
		return nil
	})
	return secure, err
}

// distrust says why a browser would not trust the server.
func (d *dialer) distrust(state tls.ConnectionState) error {
	between := x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(
		x509.VerifyOptions{DNSName: d.Request.Host, Roots: d.Roots, Intermediates: between})
	return err
}

// certificateText says for whom a certificate is, by whom and how long.
func certificateText(c *x509.Certificate, now time.Time) string {
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		names = []string{c.Subject.CommonName}
	}
	const most = 3
	if len(names) > most {
		names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
	}
	days := int(math.Floor(c.NotAfter.Sub(now).Hours() / 24))
	ends := fmt.Sprintf("ends %s, in %d days", c.NotAfter.UTC().Format(time.DateOnly), days)
	if days < 0 {
		ends = "ended " + c.NotAfter.UTC().Format(time.DateOnly)
	}
	issuer := c.Issuer.CommonName
	if issuer == "" {
		issuer = c.Issuer.String()
	}
	return fmt.Sprintf("certificate for %s, issued by %s, %s", strings.Join(names, ", "), issuer, ends)
}

// certificateError says what is wrong with a certificate.
func certificateError(err error) string {
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "the certificate is not for " + name.Host
	case errors.As(err, &authority):
		return "the certificate is signed by nobody that is trusted here, or an intermediate certificate is missing"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate is expired or not yet valid"
	}
	return err.Error()
}

// tlsError says why a TLS handshake failed.
func tlsError(err error) (why, hint string) {
	var header tls.RecordHeaderError
	var alert tls.AlertError
	var timeout net.Error
	const plain = "the port may speak plain HTTP (ws:), or expect a PROXY protocol header"
	switch {
	case errors.As(err, &header):
		return "what answers does not speak TLS", plain
	case errors.As(err, &alert):
		return "the server refuses: " + strings.TrimPrefix(err.Error(), "remote error: "),
			"it may know no certificate for this name (SNI), want one of the client's, or speak TLS 1.1 and older alone"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time", plain
	case reset(err):
		return "the connection is reset (TCP RST)", plain
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection is closed (TCP FIN)", plain
	case strings.Contains(err.Error(), "protocol version"):
		return "the server speaks only versions of TLS that browsers do not", "enable TLS 1.2 and 1.3 there"
	}
	return err.Error(), ""
}
