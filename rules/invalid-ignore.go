package rules

// InvalidIgnore is found while ignore comments are read: lint reports each that it cannot make sense of.
var InvalidIgnore = &Rule{
	Name:     "invalid-ignore",
	Summary:  "an ignore comment is incomplete or wrong, so it has no effect",
	Severity: Warning,
	Seen:     CannotBeRead,
}
