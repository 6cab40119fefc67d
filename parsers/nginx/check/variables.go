package check

import (
	"fmt"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"

	"github.com/wslint/wslint/hop"
)

// A variable is one of http or of stream, or a word of either that may hold some.
type variable struct {
	text   string
	stream bool
}

// A use is the first place where a variable is used.
type use struct {
	variable
	pos hop.Pos
}

// use notes a variable at a word.
func (c *checker) use(v variable, w conf.Word) {
	if !c.used[v] {
		c.used[v] = true
		c.uses = append(c.uses, use{v, w.Pos()})
	}
}

// variables notes which variables d uses and reports names that nginx cannot read.
func (c *checker) variables(d *conf.Directive, specs []*conf.Spec) {
	stream := specs[0].In&conf.OfStream != 0
	switch d.Name.Value {
	case "if":
		c.conditionVariables(d)
		return
	case "map":
		for _, e := range d.Block {
			if len(e.Args) == 1 && !e.Args[0].Template && !e.Maybe {
				c.scan(d, e.Args[0], stream)
			}
		}
	case "geo":
		if len(d.Args) == 2 {
			c.scan(d, d.Args[0], stream)
		}
	}
	for i, a := range d.Args {
		// proxy_redirect and the like take patterns, in which a dollar sign is none of a variable.
		pattern := strings.HasPrefix(d.Name.Value, "proxy_") && strings.HasPrefix(a.Value, "~")
		if !pattern && interpolated(specs[0].Vars, i+1, len(d.Args)) {
			c.scan(d, a, stream)
		}
	}
}

// interpolated reports whether nginx looks for variables in argument i of n, counted from 1.
func interpolated(vars string, i, n int) bool {
	switch vars {
	case "1":
		return i == 1
	case "2":
		return i == 2
	case "1+":
		return true
	case "2+":
		return i >= 2
	case "last":
		return i == n
	}
	return false
}

// conditionVariables notes the variables of an if: the one it tests, and those of the value it compares with.
func (c *checker) conditionVariables(d *conf.Directive) {
	args := words(d)
	if bad, _ := conditionProblem(args); bad >= 0 {
		return
	}
	for i, a := range args {
		w := d.Args[i]
		w.Value = a
		switch {
		case strings.HasPrefix(a, "$") && (i == 0 || i == 1 && args[0] == "("):
			c.use(variable{text: a[1:]}, w)
		case i > 1 && (args[i-1] == "=" || args[i-1] == "!="),
			i > 0 && strings.HasPrefix(strings.TrimPrefix(args[i-1], "!"), "-"):
			c.scan(d, w, false)
		}
	}
}

// scan notes the variables in w, an argument of d.
func (c *checker) scan(d *conf.Directive, w conf.Word, stream bool) {
	word := variable{w.Value, stream}
	if strings.IndexByte(w.Value, '$') < 0 || c.scanned[word] {
		return
	}
	names, problem := scanVariables(w.Value)
	if problem == errName && d.Is("log_format") {
		problem = fmt.Sprintf(`invalid parameter "%s"`, w.Value[strings.LastIndexByte(w.Value, '$'):])
		if strings.Count(w.Value, "$") > 1 {
			problem = "invalid parameter"
		}
	}
	if problem != "" {
		c.problem(w.Pos(), problem)
		return
	}
	c.scanned[word] = true
	for _, n := range names {
		c.use(variable{n, stream}, w)
	}
}

// errName is how nginx refuses a dollar sign that no name follows.
const errName = "invalid variable name"

// scanVariables returns the names of the variables in s, as $name or ${name}, without captures; problem says what
// nginx cannot read.
func scanVariables(s string) (names []string, problem string) {
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			return names, ""
		}
		s = s[i+1:]
		if s != "" && s[0] >= '1' && s[0] <= '9' {
			s = s[1:]
			continue
		}
		rest, bracket := strings.CutPrefix(s, "{")
		n := 0
		for n < len(rest) && conf.IsNameByte(rest[n]) {
			n++
		}
		name := rest[:n]
		switch {
		case bracket && rest == "":
			return nil, errName
		case bracket && (n == len(rest) || rest[n] != '}'):
			return nil, fmt.Sprintf(`the closing bracket in "%s" variable is missing`, name)
		case name == "":
			return nil, errName
		}
		s = rest[n:]
		names = append(names, name)
	}
}

// unknownVariables reports variables that nothing defines, each once, where it is first used.
func (c *checker) unknownVariables() {
	if !c.complete() {
		return
	}
	said := map[string]bool{}
	for _, u := range c.uses {
		if said[u.text] || c.facts.defines(u.text, u.stream) {
			continue
		}
		said[u.text] = true
		c.problem(u.pos, fmt.Sprintf(`unknown "%s" variable`, u.text))
	}
}
