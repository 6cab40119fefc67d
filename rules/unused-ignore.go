package rules

// UnusedIgnore is found while findings are held against the remarks that hide some: lint reports each that hid nothing.
var UnusedIgnore = &Rule{
	Name:     "unused-ignore",
	Summary:  "a remark ignores findings that there are none of",
	Severity: Warning,
	Seen:     CannotBeRead,
}
