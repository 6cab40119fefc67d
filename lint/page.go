package lint

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
)

const policyHeader = "Content-Security-Policy"

// parsePage reads the URL of a page that opens a WebSocket.
func parsePage(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, fmt.Errorf("%q: a page has a URL like https://chat.example.com/", s)
	}
	if _, err := parseURL(asSocket(u)); err != nil {
		return nil, fmt.Errorf("%q is not the URL of a page", s)
	}
	return u, nil
}

// asSocket is the URL of a WebSocket at the same place.
func asSocket(page *url.URL) string {
	u := *page
	u.Scheme = "ws" + strings.TrimPrefix(u.Scheme, "http")
	return u.String()
}

// headers are those that are declared, and the Origin of the page.
func (d Declared) headers() []Header {
	isOrigin := func(h Header) bool { return h.Name == "Origin" }
	u, err := parsePage(d.Page)
	if err != nil || slices.ContainsFunc(d.Headers, isOrigin) {
		return d.Headers
	}
	return append(slices.Clip(d.Headers), Header{"Origin", u.Scheme + "://" + strings.ToLower(u.Host)})
}

// page is the page that is declared to open a WebSocket, with the policies that it surely comes with: those that the
// configurations which are read add to it, whatever the conditions that nothing here decides; nil when none is
// declared. A page of another host does not pass the declared hops, and what hops that nobody configured here do to the
// headers of an answer is not known.
func (r *declaredPaths) page(d Declared, legs []leg) *hop.Page {
	u, err := parsePage(d.Page)
	if err != nil {
		return nil
	}
	page := &hop.Page{URL: d.Page}
	q, err := pageRequest(u)
	if err != nil {
		return page
	}
	socket, err := parseURL(d.URL)
	if err != nil || !strings.EqualFold(socket.Host, u.Host) || len(legs) == 0 {
		s, arrived := r.published(q)
		if q = arrived; s == nil {
			s = listener(nil, q, r.sources)
		}
		if s == nil {
			s = r.namedBy(q, false)
		}
		if s == nil {
			return page
		}
		legs = []leg{{source: s, beside: r.beside()}}
	}
	if slices.ContainsFunc(legs, func(l leg) bool { return l.station != nil }) {
		return page
	}
	page.Policies = surely(travel(legs, q))
	return page
}

// pageRequest is what a browser asks for a page with.
func pageRequest(page *url.URL) (hop.Request, error) {
	q, err := Handshake{URL: asSocket(page), Browser: Browsers[0]}.Request()
	for name := range q.Header {
		if name == "Upgrade" || name == "Connection" || name == "Origin" || strings.HasPrefix(name, "Sec-Websocket-") {
			delete(q.Header, name)
		}
	}
	set(&q, "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	set(&q, "Connection", "keep-alive")
	return q, err
}

// surely are the policies that the page comes with on all of its ways. Those on which it is not served do not count;
// where it is not known whether it is, there is nothing sure.
func surely(routes []route) (policies []hop.Setting[string]) {
	served := false
	for _, t := range routes {
		answer, known := t.last().Answer.Get()
		if t.rest != "" || !known {
			return nil
		}
		if answer.Kind != hop.PassedOn && (answer.Kind != hop.Answered || answer.Status != 200) {
			continue
		}
		own := policiesOf(t.hops)
		if !served {
			policies, served = own, true
			continue
		}
		policies = slices.DeleteFunc(policies, func(s hop.Setting[string]) bool {
			value, _ := s.Get()
			return !slices.ContainsFunc(own, func(o hop.Setting[string]) bool { return o.Pos == s.Pos && hop.Is(o, value) })
		})
	}
	return policies
}

// policiesOf are the policies that hops add to an answer on its way back.
func policiesOf(hops []hop.Hop) (policies []hop.Setting[string]) {
	for _, h := range slices.Backward(hops) {
		for _, hidden := range h.Reply.Hidden {
			if name, known := hidden.Get(); !known || name == policyHeader {
				policies = nil
			}
		}
		for _, s := range h.Reply.Added[policyHeader] {
			if _, known := s.Get(); known {
				policies = append(policies, s)
			}
		}
	}
	return policies
}
