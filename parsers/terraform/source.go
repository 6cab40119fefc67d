package terraform

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/document"
	"github.com/wslint/wslint/parsers/infra"
)

// Bounds against files that are made to exhaust a reader. Nobody writes anything near them.
const (
	deepest    = 200       // brackets within each other
	longest    = 10_000    // operators in one expression
	largest    = 16 << 20  // bytes of a file of JSON
	largestHCL = 1 << 20   // bytes of another one: each may become a token of 200 bytes
	mostSteps  = 500_000   // turns of loops in one reading
	mostItems  = 100_000   // copies of a resource
	mostCalls  = 2_000     // copies of modules
	mostBytes  = 4 << 20   // of a file that is read as a text
	mostValue  = 512 << 10 // of a value, about
)

// A source is one file of a configuration.
type source struct {
	name   string
	src    []byte
	body   hcl.Body
	faults hcl.Diagnostics
	lines  []int  // where each line begins
	end    string // how lines end
	// objects are those of JSON by where they end; nil before somebody asks, and in native syntax.
	objects map[int]*document.Node
}

// parse reads a file of either syntax; the diagnostics say what Terraform would.
func parse(name string, src []byte) (*source, hcl.Diagnostics) {
	s := &source{name: name, src: src, lines: lineStarts(src), end: "\n"}
	if bytes.Contains(src, []byte("\r\n")) {
		s.end = "\r\n"
	}
	if d := s.bounds(); d != nil {
		return s, hcl.Diagnostics{d}
	}
	var f *hcl.File
	var diags hcl.Diagnostics
	if isJSON(name) {
		f, diags = hcljson.Parse(src, name)
	} else {
		f, diags = hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	}
	if f != nil {
		s.body = f.Body
	}
	return s, diags
}

func isJSON(name string) bool { return strings.HasSuffix(name, ".json") }

// bounds says what makes a file one that is not read.
func (s *source) bounds() *hcl.Diagnostic {
	refuse := func(at hcl.Range, text string, args ...any) *hcl.Diagnostic {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: fmt.Sprintf(text, args...), Subject: &at}
	}
	start := hcl.Range{Filename: s.name, Start: hcl.InitialPos, End: hcl.InitialPos}
	most := largestHCL
	if isJSON(s.name) {
		most = largest
	}
	if len(s.src) > most {
		return refuse(start, "the file is larger than %d MB", most>>20)
	}
	if isJSON(s.name) {
		if at := jsonDepth(s.src); at >= 0 {
			return refuse(s.rangeAt(at, at+1), "brackets are nested more than %d deep", deepest)
		}
		return nil
	}
	tokens, _ := hclsyntax.LexConfig(s.src, s.name, hcl.InitialPos)
	depth, operators := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace,
			hclsyntax.TokenOParen,
			hclsyntax.TokenOBrack,
			hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl:
			if depth++; depth > deepest {
				return refuse(t.Range, "brackets are nested more than %d deep", deepest)
			}
		case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenTemplateSeqEnd:
			depth--
		case hclsyntax.TokenNewline, hclsyntax.TokenComma:
			operators = 0
		case hclsyntax.TokenNumberLit:
			if bytes.ContainsAny(t.Bytes, "eE") && len(t.Bytes) > 12 || len(t.Bytes) > 1000 {
				return refuse(t.Range, "the number is too long")
			}
			if i := bytes.IndexAny(t.Bytes, "eE"); i >= 0 && len(bytes.TrimLeft(t.Bytes[i+1:], "+-0")) > 3 {
				return refuse(t.Range, "the number is too long")
			}
		case hclsyntax.TokenIdent,
			hclsyntax.TokenOQuote,
			hclsyntax.TokenCQuote,
			hclsyntax.TokenQuotedLit,
			hclsyntax.TokenComment:
		default:
			if operators++; operators > longest {
				return refuse(t.Range, "an expression has more than %d operators", longest)
			}
		}
	}
	return nil
}

// jsonDepth is where brackets are nested too deep; -1 when they are not.
func jsonDepth(src []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > deepest {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

// rangeAt is a range of bytes as hcl has it; only its bytes and lines are right.
func (s *source) rangeAt(start, end int) hcl.Range {
	pos := func(at int) hcl.Pos {
		line := sort.SearchInts(s.lines, at+1)
		return hcl.Pos{Line: line, Column: at - s.lines[line-1] + 1, Byte: at}
	}
	return hcl.Range{Filename: s.name, Start: pos(start), End: pos(end)}
}

// place is a range as a place: hcl counts columns in characters, places count bytes.
func (s *source) place(r hcl.Range) hop.Pos {
	start := min(max(r.Start.Byte, 0), len(s.src))
	line := sort.SearchInts(s.lines, start+1)
	pos := hop.Pos{File: s.name, Line: line, Col: start - s.lines[line-1] + 1}
	if r.End.Line == r.Start.Line && r.End.Byte > start {
		pos.EndCol = pos.Col + r.End.Byte - start
	}
	return pos
}

// replace is the edit that writes a text in the place of a literal, in quotes if it stands in quotes.
func (s *source) replace(r hcl.Range, text string) []hop.Edit {
	start, end := r.Start.Byte, r.End.Byte
	if start < 0 || end > len(s.src) || start >= end {
		return nil
	}
	if old := s.src[start:end]; old[0] == '"' ||
		strings.Trim(text, "0123456789.") != "" && text != "true" && text != "false" {
		text = quotedHCL(text)
	}
	return s.replaceBy(r, text)
}

// quotable says how to make a text of a value where it is used: a literal was quoted already.
func (s *source) quotable(v *infra.Value, r hcl.Range) {
	if !v.Bare || v.Quote != nil || len(v.By) == 0 || r.End.Byte > len(s.src) {
		return
	}
	expression := string(s.src[r.Start.Byte:r.End.Byte])
	v.Quote = func(string) []hop.Edit { return s.replaceBy(r, "tostring("+expression+")") }
}

// replaceBy is the edit that puts another expression in the place of one.
func (s *source) replaceBy(r hcl.Range, expression string) []hop.Edit {
	return []hop.Edit{{File: s.name, Start: r.Start.Byte, End: r.End.Byte, New: expression}}
}

// behind is the edit that writes texts behind a literal in a list; nil where it stands in none.
func (s *source) behind(r hcl.Range, texts []string) []hop.Edit {
	start, end := r.Start.Byte, r.End.Byte
	if start < 0 || end > len(s.src) || start >= end || s.src[start] != '"' {
		return nil
	}
	before, after := bytes.TrimRight(s.src[:start], " \t\r\n"), bytes.TrimLeft(s.src[end:], " \t\r\n")
	if len(before) == 0 || len(after) == 0 || before[len(before)-1] != '[' && before[len(before)-1] != ',' ||
		after[0] != ']' && after[0] != ',' {
		return nil
	}
	var text strings.Builder
	for _, t := range texts {
		fmt.Fprintf(&text, ", %q", t)
	}
	return []hop.Edit{{File: s.name, Start: end, End: end, New: text.String()}}
}

// insert is the edit that writes an argument into a block of native syntax, as its first one and with an empty line
// behind it, so that nothing is to be aligned anew.
func (s *source) insert(b *hclsyntax.Block, name, text string) []hop.Edit {
	if strings.Trim(text, "0123456789.") != "" && text != "true" && text != "false" {
		text = fmt.Sprintf("%q", text)
	}
	return s.insertLines(b, name+" = "+text)
}

// insertBlock is the edit that writes a block with texts for arguments into one.
func (s *source) insertBlock(b *hclsyntax.Block, name string, arguments [][2]string) []hop.Edit {
	widest := 0
	for _, a := range arguments {
		widest = max(widest, len(a[0]))
	}
	lines := []string{name + " {"}
	for _, a := range arguments {
		lines = append(lines, fmt.Sprintf("  %-*s = %q", widest, a[0], a[1]))
	}
	return s.insertLines(b, append(lines, "}")...)
}

// insertLines is the edit that writes lines at the beginning of a block.
func (s *source) insertLines(b *hclsyntax.Block, lines ...string) []hop.Edit {
	begin := s.lines[b.TypeRange.Start.Line-1]
	lead := s.src[begin:b.TypeRange.Start.Byte]
	indent := string(lead[:len(lead)-len(bytes.TrimLeft(lead, " \t"))])
	end, step := s.end, "  "
	if strings.HasPrefix(indent, "\t") {
		step = "\t"
	}
	var text strings.Builder
	text.WriteString(end)
	for _, l := range lines {
		text.WriteString(indent + step + l + end)
	}
	if b.CloseBraceRange.Start.Line == b.OpenBraceRange.Start.Line {
		if len(b.Body.Attributes)+len(b.Body.Blocks) > 0 {
			return nil // on one line there is room for one argument only
		}
		text.WriteString(indent)
	}
	at := b.OpenBraceRange.End.Byte
	return []hop.Edit{{File: s.name, Start: at, End: at, New: text.String()}}
}

// remove is the edit that takes the lines of a range out; nil where something else stands on them.
func (s *source) remove(r hcl.Range) []hop.Edit {
	first, last := s.lines[r.Start.Line-1], len(s.src)
	if r.End.Line < len(s.lines) {
		last = s.lines[r.End.Line]
	}
	if r.End.Byte < r.Start.Byte || r.End.Byte > last || len(bytes.TrimSpace(s.src[first:r.Start.Byte])) > 0 {
		return nil
	}
	if rest := bytes.TrimSpace(s.src[r.End.Byte:last]); len(rest) > 0 && rest[0] != '#' &&
		!bytes.HasPrefix(rest, []byte("//")) {
		return nil
	}
	return []hop.Edit{{File: s.name, Start: first, End: last}}
}
