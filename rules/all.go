package rules

// All lists the rules in the order of `wslint rules`.
var All = []*Rule{
	UnreadableConfig,
	PathHopUnknown,
}
