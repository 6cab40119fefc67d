package rules

// ExpiredIgnore is found while findings are held against remarks: lint reports each whose last day is over.
var ExpiredIgnore = &Rule{
	Name:     "expired-ignore",
	Summary:  "a remark ignored findings until a day that is over",
	Severity: Warning,
	Seen:     CannotBeRead,
}
