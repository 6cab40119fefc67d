package rules

// PathHopUnknown is found while the declared paths are read: lint reports it for every hop that neither the
// configuration file nor wslint knows.
var PathHopUnknown = &Rule{
	Name:     "path-hop-unknown",
	Summary:  "a declared path names an unknown hop",
	Severity: Warning,
	Seen:     CannotBeRead,
}
