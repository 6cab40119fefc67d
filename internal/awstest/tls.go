package awstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// An Authority makes certificates for whatever host a client asks for, as a proxy that opens TLS does.
type Authority struct {
	File string // its own certificate in PEM, for AWS_CA_BUNDLE
	// Ended makes certificates that ended an hour ago.
	Ended bool

	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// NewAuthority makes one for a test.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &Authority{File: filepath.Join(t.TempDir(), "ca.pem"), key: key, cert: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a company"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.File, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// certify makes the certificate for one handshake.
func (a *Authority) certify(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "a server"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if hello.ServerName != "" {
		leaf.DNSNames = []string{hello.ServerName}
	}
	if a.Ended {
		leaf.NotAfter = time.Now().Add(-time.Hour)
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.cert, &a.key.PublicKey, a.key)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, err
}

// StartTLS serves the world with TLS, under certificates of an authority for every name.
func (w *World) StartTLS(t testing.TB, a *Authority, layers ...Layer) *Double {
	t.Helper()
	server := serveTLS(t, a, w.handler(layers))
	return &Double{URL: server.URL, world: w, server: server}
}

func serveTLS(t testing.TB, a *Authority, handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	// A handshake that fails is what the test is about, and no line on its output.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if a == nil {
		server.Start()
	} else {
		// StartTLS would serve its own certificate to whoever names no host it knows.
		server.Listener = tls.NewListener(server.Listener, &tls.Config{GetCertificate: a.certify})
		server.Start()
		server.URL = "https" + server.URL[len("http"):]
	}
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server
}

// A Proxy is an HTTP proxy on loopback that leads everything to a double, whatever host is asked for.
type Proxy struct {
	URL string

	mu    sync.Mutex
	hosts []string
}

// Hosts are those that were asked for, each once, sorted.
func (p *Proxy) Hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(p.hosts)))
}

// StartProxy runs a proxy until the test ends; clients speak TLS to it where there is an authority. login,
// "user:password" in base64, is what it wants to see; "" for nothing.
func (d *Double) StartProxy(t testing.TB, a *Authority, login string) *Proxy {
	t.Helper()
	p := &Proxy{}
	addr := d.server.Listener.Addr().String()
	server := serveTLS(t, a, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.hosts = append(p.hosts, r.Host)
		p.mu.Unlock()
		if login != "" && r.Header.Get("Proxy-Authorization") != "Basic "+login {
			rw.Header().Set("Proxy-Authenticate", "Basic")
			rw.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method != http.MethodConnect {
			d.server.Config.Handler.ServeHTTP(rw, r)
			return
		}
		tunnel(rw, addr)
	}))
	p.URL = server.URL
	return p
}

// tunnel connects a client that sent CONNECT with an address on loopback.
func tunnel(rw http.ResponseWriter, addr string) {
	there, err := net.Dial("tcp", addr)
	if err != nil {
		rw.WriteHeader(http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, rest, err := rw.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	if _, err := io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	go io.Copy(here, there)
	io.Copy(there, rest)
}
