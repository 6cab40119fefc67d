package rules

// InvalidIgnore is found while remarks are read: lint reports each that it cannot make sense of, and that hides nothing for it.
var InvalidIgnore = &Rule{
	Name:     "invalid-ignore",
	Summary:  "a remark that is meant to ignore findings is incomplete or wrong, and so without effect",
	Severity: Warning,
	Seen:     CannotBeRead,
}
