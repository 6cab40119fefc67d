package awscheck

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/internal/plainfile"
	"github.com/wslint/wslint/parsers"
)

// Reader is how wslint reads snapshots: what wslint snapshot, the AWS command line, CloudMapper or AWS Config wrote,
// in a file or a folder of files.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "aws", Sniff: sniff, Read: readAll, Directories: true, OnlyNamed: true,
		Suffixes: []string{".json"},
		Needs:    "a snapshot, like aws: lbs.json; a load balancer is alb/NAME or its ARN",
	}
}

// sniff takes JSON texts that speak of load balancers.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	switch {
	case f.Dir || filepath.Ext(f.Name) != ".json" && !f.Piped:
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a snapshot"}
	}
	for _, key := range []string{`"LoadBalancers"`, `"LoadBalancerDescriptions"`, `"AWS::ElasticLoadBalancing`} {
		if bytes.Contains(head, []byte(key)) {
			return parsers.Verdict{Claim: parsers.Yes, Why: "it speaks of load balancers of AWS"}
		}
	}
	return parsers.Verdict{Why: "it does not speak of load balancers of AWS"}
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	for _, f := range files {
		s, err := readFound(f, o)
		if err != nil {
			return r, err
		}
		r.Files = append(r.Files, &parsers.File{Name: f.Name})
		r.Resources = append(r.Resources, s.Resources(f.Name)...)
		r.Absent = func(name string) parsers.Absence { return s.Absent(name, nil) }
	}
	return r, nil
}

func readFound(f parsers.Found, o parsers.Options) (s *Snapshot, err error) {
	if f.Dir {
		s, err = ReadDirectory(plainfile.Folder(f.Name))
	} else {
		src := f.Src
		if src == nil {
			if src, err = o.ReadFile(f.Name); err != nil {
				return nil, err
			}
		}
		s, err = ReadSnapshot(src)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", f.Name, err)
	}
	return s, err
}

// kinds are what paths call the kinds of load balancers, in front of a slash and the name.
var kinds = map[Kind][]string{
	Application: {"alb", "aws-alb"},
	Network:     {"nlb", "aws-nlb", "nlb-tcp", "aws-nlb-tcp", "nlb-tls", "aws-nlb-tls"},
	Classic:     {"clb", "elb", "aws-clb"},
}

// PathKinds are what paths put before the name of a load balancer of that kind: "alb", "aws-alb".
func PathKinds(k Kind) []string { return kinds[k] }

// Resources are the load balancers of a snapshot as paths name them; file is where it was read from.
func (s *Snapshot) Resources(file string) []parsers.Resource {
	list := make([]parsers.Resource, len(s.LoadBalancers))
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		list[i] = parsers.Resource{
			Source: lb,
			ID:     lb.Pos.File,
			Name:   lb.Name,
			Kinds:  kinds[lb.Kind],
			Host:   lb.DNSName,
			File:   file,
		}
	}
	return list
}

// Names reports whether a hop of a path is a load balancer of AWS: "alb/prod-web" or an ARN.
func Names(name string) bool {
	if strings.HasPrefix(name, "arn:") {
		return true
	}
	kind, _, named := strings.Cut(name, "/")
	for _, names := range kinds {
		if named && slices.Contains(names, kind) {
			return true
		}
	}
	return false
}
