package wslint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// formerWords are those that readers stumbled over, each with what to write instead.
var formerWords = map[string]*regexp.Regexp{
	"WebSocket endpoint":           word(`entrances?`),
	"ignore comment":               word(`a remark|remarks`),
	"other common suspects":        word(`folklore`),
	"has no effect":                word(`in vain`),
	"active or idle":               word(`busy or not`),
	"is opened":                    word(`comes? about`),
	"to fix this":                  word(`what helps`),
	"review it":                    word(`look before you apply`),
	"0 means immediately":          word(`without end`),
	"without traffic":              word(`of silence`),
	"drops its state":              word(`forgets?`),
	"timeouts not checked":         word(`not judged`),
	"unknown hop":                  word(`nothing is known of|is no known`),
	"where it came from":           word(`whence`),
	"again":                        word(`anew`),
	"containing a space":           word(`a blank in it`),
	"proxies it to":                word(`passes it on to`),
	"a deregistered target":        word(`is taken out|be taken out`),
	"handled by":                   word(`affair`),
	"proxy loop":                   word(`goes on in circles`),
	"not found":                    word(`is not here`),
	"not configurable":             word(`which nobody can change`),
	"is safe for all known hops":   word(`suits all hops`),
	"raise it on every hop":        word(`and every other hop with it`),
	"moves the cut to the next":    word(`raising one hop helps only`),
	"check that it is running":     word(`ask whether it runs`),
	"tell wslint whether it pings": word(`nothing was said about pings`),
	"no known timer":               word(`no timer that is known`),
	"handshake succeeds":           word(`handshake opens`),
	"idle: closed after":           word(`quiet ends after`),
	"idle":                         word(`quiet connections?|connection that is quiet|what is quiet|is quiet for`),
	"overrides":                    word(`outweighs?`),
	"details and sources":          word(`says more of one`),
	"cannot be combined":           word(`exclude each other`),
	"ruled out":                    regexp.MustCompile(`(?i)\bnot these:`),
	"fixed":                        word(`mended|mend`),
	"depends on Lua":               word(`lua decides|template decides`),
	"no location looks like":       word(`no websocket entrance`),
	"belongs in":                   word(`belongs into`),
	"run the language server":      word(`serve editors`),
}

func word(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?i)\b(` + pattern + `)\b`) }

// otherForms are values that are written another way elsewhere: 60s, 5m and 1h30m.
var otherForms = regexp.MustCompile(
	`\b(after|every|of|for|than) (1m|[0-9]+ ?(sec|secs|min|mins)|[0-9]+ ms|[0-9]+h0m|60m)\b`)

// TestWords: no text that the program can print has a word that readers stumbled over.
func TestWords(t *testing.T) {
	n := 0
	walkErr := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || name == "internal" || name == "tools"):
			return fs.SkipDir
		case strings.HasSuffix(name, "_test.go"):
		case strings.HasSuffix(name, ".go"):
			n += wordsOfGo(t, name)
		case name == "CHANGELOG.md", name == "docs/corpus.md", name == "docs/laws.md": // what was, and who said so
		case filepath.Ext(name) == ".md":
			src, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			checkWords(t, name, string(src))
			n++
		}
		return nil
	})
	if walkErr != nil || n < 3000 {
		t.Errorf("%d texts, %v", n, walkErr)
	}
}

// wordsOfGo checks the texts of one file: its literals with a blank in them.
func wordsOfGo(t *testing.T, name string) (n int) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		lit, ok := node.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if s, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(s, " ") {
			checkWords(t, name, s)
			n++
		}
		return true
	})
	return n
}

func checkWords(t *testing.T, name, text string) {
	text = strings.ReplaceAll(text, "conntrack-forgets-first", "")
	for better, former := range formerWords {
		for _, found := range former.FindAllString(text, 3) {
			t.Errorf("%s: %q: write %q or the like, in %.120q", name, found, better, around(text, found))
		}
	}
	if found := otherForms.FindString(text); found != "" {
		t.Errorf("%s: a value in another form: %q", name, found)
	}
}

// around is the part of a text that holds a word.
func around(text, found string) string {
	i := strings.Index(text, found)
	return text[max(0, i-40):min(len(text), i+len(found)+40)]
}
