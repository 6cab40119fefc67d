package nginx

import (
	"slices"
	"strings"

	"github.com/wslint/wslint/parsers/nginx/conf"
)

// collect walks the configuration once for what requests need wherever they end: variables that are set somewhere and
// the regexes of if, rewrite and fastcgi_split_path_info.
func (c *Config) collect(items []*conf.Directive) {
	for _, d := range items {
		c.sniffs = c.sniffs || sniffs(d)
		switch d.Name.Value {
		case "set":
			c.setSomewhere[strings.ToLower(strings.TrimPrefix(d.Arg(0), "$"))] = true
		case "auth_request_set":
			c.variables[strings.ToLower(strings.TrimPrefix(d.Arg(0), "$"))] = &definition{d: d,
				why: "auth_request_set decides the value of " + d.Arg(0)}
		case "rewrite", "fastcgi_split_path_info":
			c.addPattern(d.Arg(0), false, d.File())
		case "if":
			if w := conditionWords(d); len(w) == 3 && strings.Contains(w[1], "~") {
				c.addPattern(w[2], strings.HasSuffix(w[1], "*"), d.File())
			}
		case "location", "server_name":
			for _, a := range d.Args {
				c.addNames(a.Value)
			}
		case "map":
			for _, it := range d.Block {
				c.sniffs = c.sniffs || sniffs(it)
				c.addNames(it.Name.Value)
			}
			continue
		}
		c.collect(d.Block)
	}
}

// addNames records the named groups of a regex.
func (c *Config) addNames(regex string) {
	if !strings.Contains(regex, "(?") {
		return
	}
	_, names, _ := unname(regex)
	for n := range names {
		c.setSomewhere[strings.ToLower(n)] = true
	}
}

func (c *Config) addPattern(source string, fold bool, of *conf.File) {
	key := patternKey(source, fold)
	if c.patterns[key] == nil {
		c.patterns[key] = compilePattern(source, fold, of)
		c.addNames(source)
	}
}

func patternKey(source string, fold bool) string {
	if fold {
		return "*" + source
	}
	return "~" + source
}

// pattern returns the compiled regex of an if or rewrite.
func (c *Config) pattern(source string, fold bool) *pattern {
	if p := c.patterns[patternKey(source, fold)]; p != nil {
		return p
	}
	var of *conf.File
	for _, f := range c.tree.Files {
		if of == nil || f.Hidden {
			of = f
		}
	}
	return compilePattern(source, fold, of)
}

// findUpgradeMaps lists the maps that tell handshakes from other requests, the one with the usual name first.
func (c *Config) findUpgradeMaps() {
	const usual = "connection_upgrade"
	for name, d := range c.variables {
		if d.kind == "map" && d.source == "$http_upgrade" {
			c.upgradeMaps = append(c.upgradeMaps, name)
			c.upgradesCapture = c.upgradesCapture || d.table != nil && (len(d.table.regex) > 0 || d.table.computes())
		}
	}
	slices.SortFunc(c.upgradeMaps, func(a, b string) int {
		switch usual {
		case a:
			return -1
		case b:
			return 1
		}
		return strings.Compare(a, b)
	})
}
