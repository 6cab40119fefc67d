package rules

// UnreadableConfig is found while reading: lint reports it for everything that makes nginx refuse to start.
var UnreadableConfig = &Rule{
	Name:     "unreadable-config",
	Summary:  "nginx refuses to start with this configuration",
	Severity: Error,
	Seen:     CannotBeRead,
}
