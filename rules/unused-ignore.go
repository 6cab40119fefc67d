package rules

// UnusedIgnore is found while findings are compared with the ignore comments: lint reports each that suppressed
// nothing.
var UnusedIgnore = &Rule{
	Name:     "unused-ignore",
	Summary:  "an ignore comment suppresses nothing",
	Severity: Warning,
	Seen:     CannotBeRead,
}
