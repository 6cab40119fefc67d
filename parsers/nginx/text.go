package nginx

// A text is a string that may be unknown: why is then not empty.
type text struct {
	s   string
	why string
}

func known(s string) text       { return text{s: s} }
func (t text) unknown() bool    { return t.why != "" }
func unknownText(w string) text { return text{why: w} }
func (t text) plus(u text) text {
	switch {
	case t.unknown():
		return t
	case u.unknown():
		return u
	}
	return text{s: t.s + u.s}
}
