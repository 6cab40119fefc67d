package awscheck

import (
	"slices"
	"strings"
)

// kinds are what paths call the kinds of load balancers, in front of a slash and the name.
var kinds = map[Kind][]string{
	Application: {"alb", "aws-alb"},
	Network:     {"nlb", "aws-nlb", "nlb-tcp", "aws-nlb-tcp", "nlb-tls", "aws-nlb-tls"},
	Classic:     {"clb", "elb", "aws-clb"},
}

// PathKinds are what paths put before the name of a load balancer of that kind: "alb", "aws-alb".
func PathKinds(k Kind) []string { return kinds[k] }

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
