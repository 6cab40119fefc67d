package live

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/redact"
)

// ProxyFor is the HTTP proxy to go through: the given one, none for "none", and where nothing is given that of the
// environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), as browsers on Linux and curl take it. It is nil for no proxy.
func ProxyFor(given string, r hop.Request) (*url.URL, error) {
	if given == "none" {
		return nil, nil
	}
	u, err := url.Parse(given)
	if given == "" {
		scheme := "http"
		if r.TLS {
			scheme = "https"
		}
		if u, err = http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: scheme, Host: r.Addr}}); u == nil {
			return nil, err
		}
	}
	switch {
	case err != nil:
		return nil, errors.New("the proxy is no URL: write it like http://proxy.example.com:3128")
	case u.Scheme != "http" || u.Hostname() == "":
		return nil, fmt.Errorf("proxy %s: only an HTTP proxy is supported, like http://proxy.example.com:3128",
			redact.Text(u.String()))
	}
	return u, nil
}
