package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// values checks the arguments of d against the kinds of its specs and returns false when they are wrong for all of them.
func (c *checker) values(d *conf.Directive, specs []*conf.Spec) bool {
	arg, text := -1, ""
	for _, s := range specs {
		if !s.Fits(len(d.Args)) {
			continue
		}
		if arg, text = c.valueProblem(d, s); arg < 0 {
			return true
		}
	}
	if arg < 0 {
		return true
	}
	c.argument(d, arg, text)
	return false
}

// valueProblem says what is wrong with the value of d and in which argument; arg is negative when nothing is.
func (c *checker) valueProblem(d *conf.Directive, s *conf.Spec) (arg int, text string) {
	value := d.Arg(0)
	fine := true
	switch s.Kind {
	case "flag":
		if !strings.EqualFold(value, "on") && !strings.EqualFold(value, "off") {
			return 0, fmt.Sprintf(`invalid value "%s" in "%s" directive, it must be "on" or "off"`, value, d.Name.Value)
		}
	case "msec":
		_, fine = conf.ParseTime(value)
	case "sec":
		_, fine = conf.ParseSeconds(value)
	case "size":
		_, fine = conf.ParseSize(value)
	case "off":
		_, fine = conf.ParseOffset(value)
	case "vsize":
		if !strings.Contains(value, "$") {
			_, fine = conf.ParseSize(value)
		}
	case "num":
		return numberProblem(d, s)
	case "bufs":
		return buffersProblem(d)
	case "enum", "mask":
		return c.wordProblem(d, s)
	case "once":
		return onceProblem(d)
	}
	if fine {
		return -1, ""
	}
	return 0, invalidValue(d)
}

// invalidValue is how nginx refuses a value that a slot cannot read.
func invalidValue(d *conf.Directive) string {
	return fmt.Sprintf("%q directive invalid value", d.Name.Value)
}

// numberProblem checks a number, and its bounds.
func numberProblem(d *conf.Directive, s *conf.Spec) (arg int, text string) {
	n, ok := conf.ParseNumber(d.Arg(0))
	if !ok {
		return 0, fmt.Sprintf("%q directive invalid number", d.Name.Value)
	}
	if len(s.Words) == 0 {
		return -1, ""
	}
	low, high, _ := strings.Cut(s.Words[0], "-")
	from, _ := strconv.ParseInt(low, 10, 64)
	to, _ := strconv.ParseInt(high, 10, 64)
	if n < from || n > to {
		return 0, fmt.Sprintf("value must be between %d and %d", from, to)
	}
	return -1, ""
}

// buffersProblem checks a number of buffers and their size.
func buffersProblem(d *conf.Directive) (arg int, text string) {
	if n, ok := conf.ParseNumber(d.Arg(0)); !ok || n == 0 {
		return 0, invalidValue(d)
	}
	if n, ok := conf.ParseSize(d.Arg(1)); !ok || n == 0 {
		return 1, invalidValue(d)
	}
	return -1, ""
}

// wordProblem checks words out of a list. A word that a later version brought is wrong only when an earlier one is declared.
func (c *checker) wordProblem(d *conf.Directive, s *conf.Spec) (arg int, text string) {
	for i, a := range d.Args {
		if !c.oneOf(a.Value, s.Words) {
			return i, fmt.Sprintf(`invalid value "%s"`, a.Value)
		}
	}
	return -1, ""
}

func (c *checker) oneOf(value string, words []string) bool {
	for _, w := range words {
		word, since, _ := strings.Cut(w, "@")
		if !strings.EqualFold(value, word) {
			continue
		}
		v, err := conf.ParseVersion(since)
		return err != nil || c.version.IsZero() || c.version.AtLeast(v.Major, v.Minor, v.Patch)
	}
	return false
}

// onceProblem checks directives of a kind of their own.
func onceProblem(d *conf.Directive) (arg int, text string) {
	if d.Name.Value != "keepalive_timeout" {
		return -1, ""
	}
	if _, ok := conf.ParseTime(d.Arg(0)); !ok {
		return 0, invalidValue(d)
	}
	if len(d.Args) == 2 {
		if _, ok := conf.ParseSeconds(d.Arg(1)); !ok {
			return 1, invalidValue(d)
		}
	}
	return -1, ""
}
