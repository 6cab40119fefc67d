package rules

// PathHopMissing is found while the declared paths are read: lint reports it for a load balancer that a path names
// and that is sure not to be in the account or snapshot.
var PathHopMissing = &Rule{
	Name:     "path-hop-missing",
	Summary:  "a declared path goes through a load balancer that is not there",
	Severity: Error,
	Seen:     CannotBeRead,
}
