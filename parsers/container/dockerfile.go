package container

import (
	"bytes"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// An instruction is one of a Dockerfile, its lines joined.
type instruction struct {
	name string // in capitals
	text string // what follows, without flags
	from string // --from of COPY
	pos  hop.Pos
	// at is where text begins in the line of the name; 0 where it is in another one.
	at int
}

// A stage is what stands between two FROM lines.
type stage struct {
	base, name string
	at         hop.Pos
	steps      []instruction
}

// maxInstructions bounds how much of a Dockerfile is looked at.
const maxInstructions = 2000

// instructions cuts a Dockerfile into instructions (Dockerfile reference, "Parser directives" and "Here-documents").
func instructions(name string, src []byte) (list []instruction) {
	lines := bytes.Split(src, []byte("\n"))
	escape := byte('\\')
	if m := escapeDirective.FindSubmatch(lines[0]); m != nil {
		escape = m[1][0]
	}
	for i := 0; i < len(lines) && len(list) < maxInstructions; i++ {
		text, first := "", i
		for ; i < len(lines); i++ {
			line := strings.TrimRight(string(lines[i]), " \t\r")
			if comment := strings.TrimLeft(line, " \t"); strings.HasPrefix(comment, "#") || comment == "" && i > first {
				continue
			}
			rest, goesOn := strings.CutSuffix(line, string(escape))
			if text += rest; !goesOn {
				break
			}
			text += " "
		}
		in, ok := newInstruction(hop.Pos{File: name, Line: first + 1}, text)
		if !ok {
			continue
		}
		for _, h := range heredoc.FindAllStringSubmatch(in.text, -1) {
			for i++; i < len(lines) && strings.TrimLeft(strings.TrimRight(string(lines[i]), "\r"), "\t") != h[1]; i++ {
				in.text += "\n" + string(lines[i])
			}
		}
		list = append(list, in)
	}
	return list
}

var (
	escapeDirective = lazyregexp.New(`(?i)^#\s*escape\s*=\s*([\\` + "`" + `])`)
	heredoc         = lazyregexp.New(`<<-?\s*["']?(\w+)["']?`)
	flag            = lazyregexp.New(`^--([a-z-]+)(?:=(\S*))?\s*`)
)

// newInstruction takes the name and the flags of an instruction off.
func newInstruction(at hop.Pos, text string) (in instruction, ok bool) {
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	name, rest, _ := strings.Cut(text[indent:], " ")
	if name == "" {
		return in, false
	}
	in = instruction{name: strings.ToUpper(name), pos: at}
	in.pos.Col = indent + 1
	before := len(rest)
	for rest = strings.TrimLeft(rest, " \t"); ; {
		m := flag.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		if m[1] == "from" {
			in.from = m[2]
		}
		rest = rest[len(m[0]):]
	}
	in.at = indent + len(name) + 1 + before - len(rest)
	in.text = strings.TrimSpace(rest)
	return in, true
}

// stages are the stages of a Dockerfile. args are values for its ARG lines that whoever builds it gives.
func stages(name string, src []byte, args map[string]string) (list []stage) {
	values := map[string]string{}
	for _, in := range instructions(name, src) {
		switch {
		case in.name == "FROM":
			words := strings.Fields(in.text)
			if len(words) == 0 {
				continue
			}
			s := stage{base: substitute(words[0], values), at: in.pos}
			s.at.Col, s.at.EndCol = in.at+1, in.at+1+len(words[0])
			if len(words) == 3 && strings.EqualFold(words[1], "as") {
				s.name = strings.ToLower(words[2])
			}
			list = append(list, s)
		case len(list) > 0:
			last := &list[len(list)-1]
			last.steps = append(last.steps, in)
		case in.name == "ARG":
			for _, word := range strings.Fields(in.text) {
				key, value, _ := strings.Cut(word, "=")
				if given, ok := args[key]; ok {
					value = given
				}
				values[key] = strings.Trim(value, `"'`)
			}
		}
	}
	return list
}

// reference is a variable in an instruction: $NAME, ${NAME}, ${NAME:-default}.
var reference = lazyregexp.New(`\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))`)

// substitute puts values in the place of variables.
func substitute(text string, values map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(s string) string {
		m := reference.FindStringSubmatch(s)
		if v := values[m[1]+m[3]]; v != "" {
			return v
		}
		return m[2]
	})
}

// A Build is how an image is made of a Dockerfile.
type Build struct {
	File    string // the Dockerfile
	Src     []byte
	Context string // the directory that COPY takes files from
	Target  string // the stage; "" for the last one
	Args    map[string]string
	// Exists reports whether there is a file or a directory.
	Exists func(name string) bool
}

// Image is the image that comes of it; ok is false for one without nginx and HAProxy.
func (b Build) Image() (x Image, ok bool) {
	list := stages(b.File, b.Src, b.Args)
	at := len(list) - 1
	if b.Target != "" {
		at = slices.IndexFunc(list, func(s stage) bool { return s.name == strings.ToLower(b.Target) })
	}
	if at < 0 {
		return x, false
	}
	chain := []stage{list[at]}
	for range len(list) {
		i := slices.IndexFunc(list, func(s stage) bool {
			return s.name != "" && s.name == strings.ToLower(chain[len(chain)-1].base)
		})
		if i < 0 || i >= at {
			break
		}
		at, chain = i, append(chain, list[i])
	}
	first := chain[len(chain)-1]
	x = Find(first.base, first.at)
	x.Files, x.Env = []string{b.File}, map[string]string{}
	for _, s := range slices.Backward(chain) {
		b.apply(&x, s)
	}
	return x, x.Program != ""
}

// apply does what the instructions of a stage do.
func (b Build) apply(x *Image, s stage) {
	dir := "/"
	for _, in := range s.steps {
		in.text = substituteEnv(in.text, x.Env, in.name)
		switch in.name {
		case "WORKDIR":
			dir = resolve(dir, in.text)
		case "ENV":
			maps(x.Env, in.text)
		case "CMD":
			x.Command, x.Start = command(in.text), in.pos
		case "ENTRYPOINT":
			x.Entry, x.Start = command(in.text), in.pos
		case "COPY", "ADD":
			b.copies(x, in, dir)
		case "RUN":
			runs(x, in, dir)
		}
	}
}

// substituteEnv puts the variables of the image into instructions that take them.
func substituteEnv(text string, env map[string]string, name string) string {
	if name == "RUN" || name == "CMD" || name == "ENTRYPOINT" || !strings.Contains(text, "$") {
		return text
	}
	return reference.ReplaceAllStringFunc(text, func(s string) string {
		m := reference.FindStringSubmatch(s)
		if v, known := env[m[1]+m[3]]; known && len(v) <= maxValue {
			return v
		}
		return s
	})
}

// maxValue is how long the value of a variable may become.
const maxValue = 64 << 10

// maps adds the variables of ENV in both its forms: NAME=value …, and NAME value.
func maps(env map[string]string, text string) {
	words := Words(text)
	if len(words) > 0 && !strings.Contains(words[0], "=") {
		name, value, _ := strings.Cut(text, " ")
		env[name] = strings.TrimSpace(value)
		return
	}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		env[name] = value
	}
}

// command is what CMD or ENTRYPOINT runs; a shell where it is no list.
func command(text string) []string {
	var list []string
	if json.Unmarshal([]byte(text), &list) == nil {
		return list
	}
	return []string{"/bin/sh", "-c", text}
}

func resolve(dir, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(dir, name)
}

// copies adds what COPY and ADD bring in. What another stage made is not known.
func (b Build) copies(x *Image, in instruction, dir string) {
	words := Words(in.text)
	var list []string
	if json.Unmarshal([]byte(in.text), &list) == nil {
		words = list
	}
	if strings.Contains(in.text, "<<") || len(words) < 2 {
		b.writes(x, in, dir)
		return
	}
	to := words[len(words)-1]
	into := strings.HasSuffix(to, "/") || to == "." || len(words) > 2
	to = resolve(dir, to)
	for _, from := range words[:len(words)-1] {
		p := parsers.Place{Path: to, Pos: in.pos}
		local := filepath.Join(b.Context, filepath.FromSlash(path.Clean("/"+from)))
		switch {
		case in.from != "":
			p.Unknown = "it is copied from stage or image " + in.from
		case strings.ContainsAny(from, "*?["):
			b.matching(x, local, to)
			continue
		case strings.Contains(from, "$") || strings.Contains(from, "://"):
			p.Unknown = "what is copied there is not known"
		case !b.Exists(local):
			p.Unknown = from + ", which is copied there, was not found"
		default:
			p.Local = local
		}
		if into && !isDir(local) {
			p.Path = path.Join(to, path.Base(from))
		} else if !into && p.Local != "" && !isDir(local) && x.has(to) {
			p.Path = path.Join(to, path.Base(from)) // to is a directory
		}
		if relevant(x, p.Path) {
			x.Places = append(x.Places, p)
		}
	}
}

// writes takes note of the files that COPY makes of a text in the Dockerfile, which is not read.
func (b Build) writes(x *Image, in instruction, dir string) {
	line, _, _ := strings.Cut(in.text, "\n")
	words := Words(line)
	if len(words) < 2 {
		return
	}
	to := words[len(words)-1]
	for _, from := range words[:len(words)-1] {
		p := parsers.Place{Path: resolve(dir, to), Unknown: "a COPY of the Dockerfile writes it", Pos: in.pos}
		if strings.HasSuffix(to, "/") {
			p.Path = path.Join(p.Path, strings.Trim(strings.TrimLeft(from, "<-"), `"'`))
		}
		if relevant(x, p.Path) {
			x.Places = append(x.Places, p)
		}
	}
}

// matching adds the files that a pattern names.
func (b Build) matching(x *Image, pattern, to string) {
	list, _ := filepath.Glob(pattern)
	for _, local := range list {
		p := parsers.Place{Path: path.Join(to, filepath.Base(local)), Local: local}
		if isDir(local) {
			p.Path = to
		}
		if relevant(x, p.Path) {
			x.Places = append(x.Places, p)
		}
	}
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// has reports whether a directory is known to be one: something lies in it.
func (x *Image) has(dir string) bool {
	return slices.ContainsFunc(x.Places, func(p parsers.Place) bool {
		return strings.HasPrefix(p.Path, strings.TrimSuffix(dir, "/")+"/")
	})
}

// relevant reports whether a path may hold configuration of the program: what is served is none.
func relevant(x *Image, at string) bool {
	return at == "/" || strings.HasPrefix(at, "/etc") || strings.HasPrefix(at, "/usr/local") ||
		strings.HasPrefix(at, "/opt") || strings.HasPrefix(at, path.Dir(x.Main))
}

// Words cuts a text as a shell does, as far as instructions need it: at blanks outside of quotes.
func Words(text string) (list []string) {
	var word strings.Builder
	quote, in := rune(0), false
	for _, c := range text {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '"' || c == '\'':
			quote, in = c, true
		case c == ' ' || c == '\t' || c == '\n':
			if in {
				list = append(list, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(c)
			in = true
		}
	}
	if in {
		list = append(list, word.String())
	}
	return list
}
