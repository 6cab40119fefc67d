package infra

import (
	"slices"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// Add builds resources into a reading: load balancers, and what stands before them, serve handshakes, and paths can
// name them. From is the file or directory that they are described in, files are all that they are made of, and prefix
// is that of the reader.
func Add(r *parsers.Reading, prefix, from string, files []string, resources Resources) {
	built := Build(resources)
	r.Unknown, r.Debug = append(r.Unknown, built.Unknown...), append(r.Debug, built.Debug...)
	for _, s := range built.Sources {
		r.Sources = append(r.Sources, parsers.Source{Source: s, Name: from, Files: files})
		r.Resources = append(r.Resources, parsers.Resource{
			Source: s, ID: from + "#" + s.Address, Name: s.Name, Other: s.Names,
			Kinds: append(slices.Clone(awscheck.PathKinds(s.Kind)), prefix),
			File:  s.Pos.File,
		})
	}
	for _, f := range fronts(&resources) {
		r.Sources = append(r.Sources, parsers.Source{Source: f, Name: from, Files: files})
		r.Resources = append(r.Resources, parsers.Resource{
			Source: f, ID: from + "#" + f.Address, Name: f.Address, Other: f.Names,
			Kinds: append(f.Kinds, prefix), File: f.Pos.File,
		})
	}
}

// Endpoints are those of the load balancer. Of one that perhaps does not exist they are possible at most, and those
// of a perhaps Classic one that pass no WebSocket on are none, unless somebody asked for that: it may as well be of a
// kind that does.
func (s *Source) Endpoints() []hop.Endpoint {
	list := s.LoadBalancer.Endpoints()
	if s.Maybe == "" {
		return list
	}
	var out []hop.Endpoint
	for _, e := range list {
		if s.Kind == awscheck.Classic && e.Confidence == hop.Possible && !s.asked {
			continue
		}
		e.Confidence, e.Why = hop.Possible, s.Maybe
		out = append(out, e)
	}
	return out
}

// Doubt says why it is not known whether the load balancer exists; "" when it does.
func (s *Source) Doubt() string { return s.Maybe }
