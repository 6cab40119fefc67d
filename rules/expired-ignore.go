package rules

// ExpiredIgnore is found while findings are compared with the ignore comments: lint reports each whose last day is
// over.
var ExpiredIgnore = &Rule{
	Name:     "expired-ignore",
	Summary:  "an ignore comment has expired",
	Severity: Warning,
	Seen:     CannotBeRead,
}
