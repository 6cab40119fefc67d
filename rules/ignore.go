package rules

// UnusedIgnore is found while findings are compared with the ignore comments: lint reports each that suppressed nothing.
var UnusedIgnore = &Rule{
	Name:     "unused-ignore",
	Summary:  "an ignore comment suppresses nothing",
	Severity: Warning,
	Seen:     CannotBeRead,
}

// InvalidIgnore is found while ignore comments are read: lint reports each that it cannot make sense of.
var InvalidIgnore = &Rule{
	Name:     "invalid-ignore",
	Summary:  "an ignore comment is incomplete or wrong, so it has no effect",
	Severity: Warning,
	Seen:     CannotBeRead,
}

// ExpiredIgnore is found while findings are compared with the ignore comments: lint reports each whose last day is over.
var ExpiredIgnore = &Rule{
	Name:     "expired-ignore",
	Summary:  "an ignore comment has expired",
	Severity: Warning,
	Seen:     CannotBeRead,
}
