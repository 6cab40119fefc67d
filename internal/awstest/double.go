package awstest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// A Request is one call, as its signature and its body name it.
type Request struct {
	Account, Region, Service string
	Action                   string // version 1 of the load balancers' API has " (classic)" behind it
	JSON                     bool   // the service answers in JSON
	Params                   url.Values
	Body                     []byte
	HTTP                     *http.Request
}

// A Handler answers calls.
type Handler func(w http.ResponseWriter, r *Request)

// A Layer stands before a Handler: a fault, a limit.
type Layer func(next Handler) Handler

// A Double serves a World.
type Double struct {
	URL    string
	world  *World
	server *httptest.Server
}

// Start serves the world until the test ends; the first layer sees a call first.
func (w *World) Start(t testing.TB, layers ...Layer) *Double {
	t.Helper()
	server := httptest.NewServer(w.handler(layers))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return &Double{URL: server.URL, world: w, server: server}
}

func (w *World) handler(layers []Layer) http.Handler {
	handler := Handler(w.serve)
	for i := len(layers) - 1; i >= 0; i-- {
		handler = layers[i](handler)
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, hr *http.Request) {
		r := w.parse(hr)
		w.mu.Lock()
		if w.calls == nil {
			w.calls = map[string]int{}
		}
		w.calls[r.Action]++
		w.mu.Unlock()
		handler(rw, r)
	})
}

// Config is a configuration of the SDK whose every connection, to whatever host, ends at the double.
func (d *Double) Config(region string) aws.Config {
	return Config(d.server.Listener.Addr().String(), region, "AKIA"+d.world.Caller)
}

// Config is a configuration of the SDK whose every connection, to whatever host, ends at the given address, which is on
// loopback: no test reaches another one.
func Config(addr, region, key string) aws.Config {
	if at, err := netip.ParseAddrPort(addr); err != nil || !at.Addr().IsLoopback() {
		panic(fmt.Sprintf("a test would dial %q, which is not on loopback", addr))
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, "tcp", addr)
	}
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		// A connection that is already there counts as one with TLS: certificates are not what is tested.
		t.DialContext, t.DialTLSContext, t.Proxy = dial, dial, nil
		t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, 64
	})
	return aws.Config{
		Region: region, HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
	}
}

// parse reads who calls what: the account is in the key's id, region and service in the scope of the signature.
func (w *World) parse(hr *http.Request) *Request {
	body, _ := io.ReadAll(hr.Body)
	r := &Request{Body: body, HTTP: hr}
	_, scope, _ := strings.Cut(hr.Header.Get("Authorization"), "Credential=")
	if part := strings.Split(scope, "/"); len(part) > 4 {
		r.Account, r.Region, r.Service = strings.TrimLeft(part[0], "AKISFG"), part[2], part[3]
	}
	if target := hr.Header.Get("X-Amz-Target"); target != "" {
		r.JSON = true
		r.Action = target[strings.LastIndexByte(target, '.')+1:]
		return r
	}
	if r.Service == "account" {
		r.JSON = true
		r.Action = map[string]string{"/listRegions": "ListRegions"}[hr.URL.Path]
		return r
	}
	r.Params, _ = url.ParseQuery(string(body))
	r.Action = r.Params.Get("Action")
	if r.Params.Get("Version") == "2012-06-01" {
		r.Action += " (classic)"
	}
	return r
}
