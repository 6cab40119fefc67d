package compose

import (
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// network is how the container of a service is reached.
func (p *project) network(s *service) *parsers.Network {
	n := &parsers.Network{Of: p.file, Names: []string{s.name}}
	if v := s.text("container_name"); v.known() && v.text != "" {
		n.Names = append(n.Names, v.text)
	}
	switch mode := s.text("network_mode"); {
	case mode.text == "host":
		n.Own = true
	case mode.text == "none":
		n.Names = nil
	case strings.HasPrefix(mode.text, "service:"):
		n.Networks = []string{"(that of another service)"}
	}
	for _, l := range s.layers {
		list := l.Get("networks")
		if list == nil {
			continue
		}
		for _, i := range list.Items {
			n.Networks = append(n.Networks, l.env.of(i).text)
		}
		for _, pair := range list.Pairs {
			n.Networks = append(n.Networks, pair.Key.Value)
			if aliases := pair.Value.Get("aliases"); aliases != nil {
				for _, a := range aliases.Items {
					n.Names = append(n.Names, l.env.of(a).text)
				}
			}
		}
	}
	if len(n.Networks) == 0 {
		n.Networks = []string{"default"}
	}
	s.each("ports", func(e entry) { n.Ports = append(n.Ports, ports(e)...) })
	return n
}

// ports reads published ports in either form: HOST:FROM:TO/tcp with ranges, or a mapping.
func ports(e entry) []parsers.Port {
	if e.Kind == document.Mapping {
		if proto := e.env.of(e.Get("protocol")).text; proto != "" && proto != "tcp" {
			return nil
		}
		published, target := e.env.of(e.Get("published")).text, e.env.of(e.Get("target")).text
		return ranges(e.env.of(e.Get("host_ip")).text, published, target, e.Pos())
	}
	text := e.env.of(e.Node)
	if !text.known() {
		return nil
	}
	spec, proto, _ := strings.Cut(text.text, "/")
	if proto != "" && proto != "tcp" {
		return nil
	}
	host, from, to := "", "", spec
	if i := strings.LastIndexByte(spec, ':'); i >= 0 {
		from, to = spec[:i], spec[i+1:]
		if j := strings.LastIndexByte(from, ':'); j >= 0 {
			host, from = strings.Trim(from[:j], "[]"), from[j+1:]
		}
	}
	return ranges(host, from, to, e.Pos())
}

// mostPorts bounds how many ports a range may have.
const mostPorts = 1000

// ranges are the ports of two ranges of one length. Where no port of the host is written, docker takes one.
func ranges(host, from, to string, pos hop.Pos) (list []parsers.Port) {
	first, last, ok1 := bounds(from)
	low, high, ok2 := bounds(to)
	if !ok1 || !ok2 || last-first != high-low || last-first > mostPorts {
		return nil
	}
	for i := 0; first+i <= last; i++ {
		list = append(list, parsers.Port{Host: host, From: first + i, To: low + i, Pos: pos})
	}
	return list
}

func bounds(text string) (first, last int, ok bool) {
	a, b, isRange := strings.Cut(text, "-")
	first, err := strconv.Atoi(a)
	if err != nil {
		return 0, 0, false
	}
	if !isRange {
		return first, first, true
	}
	last, err = strconv.Atoi(b)
	return first, last, err == nil && last >= first
}
