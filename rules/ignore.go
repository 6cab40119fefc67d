package rules

// UnusedIgnore is found while findings are held against the remarks that hide some: lint reports each that hid nothing.
var UnusedIgnore = &Rule{
	Name:     "unused-ignore",
	Summary:  "a remark ignores findings that there are none of",
	Severity: Warning,
	Seen:     CannotBeRead,
}

// InvalidIgnore is found while remarks are read: lint reports each that it cannot make sense of, and that hides nothing for it.
var InvalidIgnore = &Rule{
	Name:     "invalid-ignore",
	Summary:  "a remark that is meant to ignore findings is incomplete or wrong, and so without effect",
	Severity: Warning,
	Seen:     CannotBeRead,
}

// ExpiredIgnore is found while findings are held against remarks: lint reports each whose last day is over.
var ExpiredIgnore = &Rule{
	Name:     "expired-ignore",
	Summary:  "a remark ignored findings until a day that is over",
	Severity: Warning,
	Seen:     CannotBeRead,
}
