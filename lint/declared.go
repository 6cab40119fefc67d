package lint

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/wslint/wslint/hop"
)

// keepalive reads "keepalive: {every: 25s, …}" or "keepalive: none".
func (f *yamlFile) keepalive(n ast.Node) (*Keepalive, error) {
	k := &Keepalive{Name: "keepalive", Pos: f.pos(n), From: hop.Server, Kind: "ping"}
	if s, ok := f.resolve(n).(*ast.StringNode); ok && s.Value == "none" {
		k.None = true
		return k, nil
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
			d.App, err = f.text(v, "app")
			return err
		},
		"keepalive": func(_, v ast.Node) (err error) {
			d.Keepalive, err = f.keepalive(v)
			return err
		},
		"clients": func(_, v ast.Node) error { return scalar(f, v, "clients", &d.Clients, parseClients) },
		"subprotocols": func(_, v ast.Node) (err error) {
			d.Subprotocols, err = f.texts(v, "subprotocols")
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

// through reads the hops of a path: names, or mappings of one key like "nginx: deploy/nginx.conf".
func (f *yamlFile) through(n ast.Node) ([]Element, error) {
	list, err := f.sequence(n, "through")
	if err != nil {
		return nil, err
	}
	var elements []Element
	for _, item := range list {
		switch f.resolve(item).(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
			before := len(elements)
			err = f.pairs(item, "a hop", func(key ast.Node, name string, value ast.Node) error {
				s, err := f.text(value, name)
				e := Element{Kind: name, Value: s, Pos: f.pos(key)}
				if hasPrefix(name) {
					e = Element{Kind: name + "/" + s, Pos: e.Pos} // an address, and no file
				}
				elements = append(elements, e)
				return err
			})
			if err == nil && len(elements) != before+1 {
				err = f.errorf(item, "a hop has one key, like nginx: nginx.conf")
			}
		default:
			var s string
			s, err = f.text(item, "a hop")
			elements = append(elements, Element{Kind: s, Pos: f.pos(item)})
			switch {
			case err == nil && s == "":
				err = f.errorf(item, "a hop has no name")
			case err == nil:
				if reader, ok := readerNamed(Readers(), s); ok && reader.Needs != "" {
					err = f.errorf(item, "%s needs %s", s, reader.Needs)
				}
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return elements, nil
}
