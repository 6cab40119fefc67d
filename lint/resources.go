package lint

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/wslint/wslint/awscheck"
	"github.com/wslint/wslint/hop"
)

// kindNames are what paths call the kinds of load balancers, in front of a slash and the name.
var kindNames = map[awscheck.Kind][]string{
	awscheck.Application: {"alb", "aws-alb"},
	awscheck.Network:     {"nlb", "aws-nlb", "nlb-tcp", "aws-nlb-tcp", "nlb-tls", "aws-nlb-tls"},
	awscheck.Classic:     {"clb", "elb", "aws-clb"},
}

// isAWS reports whether e names a load balancer of AWS: "alb/prod-web" or an ARN.
func (e Element) isAWS() bool {
	if strings.HasPrefix(e.Kind, "arn:") {
		return true
	}
	kind, _, named := strings.Cut(e.Kind, "/")
	for _, names := range kindNames {
		if named && slices.Contains(names, kind) {
			return true
		}
	}
	return false
}

// plainName is the name in "alb/prod-web"; an ARN stays what it is.
func plainName(name string) string {
	if _, plain, ok := strings.Cut(name, "/"); ok && !strings.HasPrefix(name, "arn:") {
		return plain
	}
	return name
}

// named are the load balancers that a name means: "alb/prod-web", "prod-web", or an ARN.
func named(s *awscheck.Snapshot, name string) (list []*awscheck.LoadBalancer) {
	kind, plain, hasKind := strings.Cut(name, "/")
	for i := range s.LoadBalancers {
		lb := &s.LoadBalancers[i]
		if lb.Pos.File == name || lb.Name == name || hasKind && lb.Name == plain && slices.Contains(kindNames[lb.Kind], kind) {
			list = append(list, lb)
		}
	}
	return list
}

// oneOf says that a name means several load balancers.
func oneOfARNs(list []*awscheck.LoadBalancer) string {
	arns := make([]string, 0, 3)
	for _, lb := range list[:min(3, len(list))] {
		arns = append(arns, lb.Pos.File)
	}
	return "name one by its ARN, like " + strings.Join(arns, " or ")
}

// resolve finds the load balancers that the declared paths name in a snapshot. What those do that it does not hold is
// unknown.
func (r *run) resolve(s *awscheck.Snapshot) error {
	for _, d := range r.in.Config.Paths {
		for _, e := range d.Through {
			if !e.isAWS() || r.resources[e.Kind] != nil {
				continue
			}
			switch list := named(s, e.Kind); len(list) {
			case 0: // legs says so
			case 1:
				r.addResource(e.Kind, list[0])
			default:
				return r.blame(e, fmt.Sprintf("%s is the name of %d load balancers: %s", e.Kind, len(list), oneOfARNs(list)))
			}
		}
	}
	return nil
}

func (r *run) addResource(name string, lb *awscheck.LoadBalancer) {
	if r.resources == nil {
		r.resources = map[string]hop.Source{}
	}
	r.resources[name] = lb
}

// blame is an error at the place where a path names a hop.
func (r *run) blame(e Element, text string) error {
	return &PlaceError{Pos: e.Pos, Text: text, Line: lineOf(r.in.Config.Src, e.Pos.Line)}
}

// readSnapshot reads the file of "aws: FILE" or "aws: FILE#alb/prod-web" and takes the load balancer that is meant: the named one, the
// only one, or the one whose DNS name the URL has.
func (r *run) readSnapshot(d Declared, e Element) error {
	file, name, _ := strings.Cut(e.Value, "#")
	s, err := ReadSnapshot(r.beside(file))
	if err != nil {
		return r.blame(e, err.Error())
	}
	if _, seen := r.files[file]; !seen {
		r.files[file] = nil
		r.result.Files++
	}
	var list []*awscheck.LoadBalancer
	if name != "" {
		list = named(s, name)
	} else {
		list = meant(s, d)
	}
	switch {
	case len(list) == 0:
		return r.blame(e, fmt.Sprintf("%s: there is no load balancer %s in it", file, name))
	case len(list) > 1 && name != "":
		return r.blame(e, fmt.Sprintf("%s: %s is the name of %d load balancers: %s", file, name, len(list), oneOfARNs(list)))
	case len(list) > 1:
		return r.blame(e, fmt.Sprintf("%s: there are %d load balancers in it: say which one, like aws: %s#alb/%s", file, len(list), file, list[0].Name))
	}
	r.addResource(e.String(), list[0])
	return nil
}

// meant are the load balancers of a snapshot that the path d may go through.
func meant(s *awscheck.Snapshot, d Declared) (list []*awscheck.LoadBalancer) {
	u, err := parseURL(d.URL)
	for i := range s.LoadBalancers {
		if lb := &s.LoadBalancers[i]; err == nil && strings.EqualFold(lb.DNSName, u.Hostname()) {
			return []*awscheck.LoadBalancer{lb}
		} else {
			list = append(list, lb)
		}
	}
	return list
}

// ReadSnapshot reads a file, or a folder of files, about load balancers. Its errors name the file.
func ReadSnapshot(file string) (s *awscheck.Snapshot, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, plainPathError(err)
	}
	if info.IsDir() {
		s, err = awscheck.ReadDirectory(os.DirFS(file))
	} else {
		var src []byte
		if src, err = readFile(file); err != nil {
			return nil, plainPathError(err)
		}
		s, err = awscheck.ReadSnapshot(src)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}
