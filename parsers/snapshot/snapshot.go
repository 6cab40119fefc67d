// Package snapshot reads snapshots of AWS accounts: what is in them, awscheck serves.
package snapshot

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
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
		r.Resources = append(r.Resources, Resources(s, f.Name)...)
		r.Absent = func(name string) hop.Absence { return s.Absent(name, nil) }
	}
	return r, nil
}

func readFound(f parsers.Found, o parsers.Options) (s *awscheck.Snapshot, err error) {
	if f.Dir {
		s, err = awscheck.ReadDirectory(plainfile.Folder(f.Name))
	} else {
		src := f.Src
		if src == nil {
			if src, err = o.ReadFile(f.Name); err != nil {
				return nil, err
			}
		}
		s, err = awscheck.ReadSnapshot(src)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", f.Name, err)
	}
	return s, err
}

// Resources are the load balancers of a snapshot as paths name them; file is where it was read from.
func Resources(s *awscheck.Snapshot, file string) []parsers.Resource {
	list := make([]parsers.Resource, len(s.LoadBalancers))
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		list[i] = parsers.Resource{
			Source: lb,
			ID:     lb.Pos.File,
			Name:   lb.Name,
			Kinds:  awscheck.PathKinds(lb.Kind),
			Host:   lb.DNSName,
			File:   file,
		}
	}
	return list
}
