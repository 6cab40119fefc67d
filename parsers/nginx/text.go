package nginx

// A text is a string that may be unknown: why is then not empty.
type text struct {
	s   string
	why string
	of  string // what of the client's choice it is, for questions about it: "cookie sid"; s is then made up
}

func known(s string) text       { return text{s: s} }
func (t text) unknown() bool    { return t.why != "" }
func unknownText(w string) text { return text{why: w} }
func (t text) plus(u text) text {
	switch {
	case t == text{}:
		return u
	case u == text{}:
		return t
	case t.unknown():
		return t
	case u.unknown():
		return u
	}
	return text{s: t.s + u.s, of: ""}
}
