package lint

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/hop"
)

// keepalive reads "keepalive: {every: 25s, …}", "keepalive: 25s" or "keepalive: none".
func (f *yamlFile) keepalive(n ast.Node) (*Keepalive, error) {
	k := &Keepalive{Name: "keepalive", Pos: f.pos(n), From: hop.Server, Kind: "ping"}
	switch f.resolve(n).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default: // "none", or the interval alone
		s, err := f.text(n, "keepalive")
		if k.None = err == nil && s == "none"; k.None || err != nil {
			return k, err
		}
		return k, scalar(f, n, "keepalive", &k.Every, parseDuration)
	}
	err := f.mapping(n, "keepalive", map[string]func(key, value ast.Node) error{
		"every": func(_, v ast.Node) error {
			k.Pos = f.pos(v)
			return scalar(f, v, "every", &k.Every, parseDuration)
		},
		"timeout": func(_, v ast.Node) error { return scalar(f, v, "timeout", &k.Timeout, parseDuration) },
		"from":    func(_, v ast.Node) error { return scalar(f, v, "from", &k.From, parseSide) },
		"kind":    func(_, v ast.Node) error { return scalar(f, v, "kind", &k.Kind, parseKind) },
	})
	if err == nil && k.Every == 0 {
		err = f.errorf(n, "keepalive lacks every: how long is it between two pings?")
	}
	return k, err
}

// scalar reads one value by parse and puts its error in its place.
func scalar[T any](f *yamlFile, n ast.Node, what string, into *T, parse func(string) (T, error)) error {
	s, err := f.text(n, what)
	if err != nil {
		return err
	}
	if *into, err = parse(s); err != nil {
		return f.errorf(n, "%s: %v", what, err)
	}
	return nil
}

func (f *yamlFile) declared(n ast.Node) (Declared, error) {
	d := Declared{Pos: f.pos(n)}
	err := f.mapping(n, "a path", map[string]func(key, value ast.Node) error{
		"url": func(_, v ast.Node) error {
			d.Pos = f.pos(v)
			return scalar(f, v, "url", &d.URL, func(s string) (string, error) {
				_, err := parseURL(s)
				return s, err
			})
		},
		"through": func(_, v ast.Node) (err error) {
			d.Through, err = f.through(v)
			return err
		},
		"app": func(_, v ast.Node) (err error) {
			d.AppPos = f.pos(v)
			d.App, err = f.filled(v, "app")
			return err
		},
		"keepalive": func(_, v ast.Node) (err error) {
			d.Keepalive, err = f.keepalive(v)
			return err
		},
		"page": func(_, v ast.Node) error {
			return scalar(f, v, "page", &d.Page, func(s string) (string, error) {
				_, err := parsePage(s)
				return s, err
			})
		},
		"clients": func(_, v ast.Node) error { return scalar(f, v, "clients", &d.Clients, parseClients) },
		"subprotocols": func(_, v ast.Node) (err error) {
			d.Subprotocols, err = items(f, v, "subprotocols", func(v ast.Node) (string, error) {
				return f.filled(v, "a subprotocol")
			})
			return err
		},
		"headers": func(_, v ast.Node) (err error) {
			d.Headers, err = f.headers(v)
			return err
		},
	})
	if err == nil && d.URL == "" {
		err = f.errorf(n, "a path lacks url: what do browsers connect to?")
	}
	return d, err
}

func parseClients(s string) (int, error) {
	n, err := strconv.Atoi(strings.ReplaceAll(s, "_", ""))
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not a number of concurrent sockets", s)
	}
	return n, nil
}

func (f *yamlFile) headers(n ast.Node) (list []Header, err error) {
	err = f.pairs(n, "headers", func(key ast.Node, name string, value ast.Node) error {
		s, err := f.text(value, name)
		if err != nil {
			return err
		}
		h, err := newHeader(name, s)
		if err != nil {
			return f.errorf(key, "%v", err)
		}
		list = append(list, h)
		return nil
	})
	return list, err
}
