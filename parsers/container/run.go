package container

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
)

// A run is what a RUN does to the files of the image, as far as that can be told of the commands of a shell: files that
// it removes are gone, what it copies is there, others that it writes or edits are unknown.
type run struct {
	image *Image
	at    hop.Pos
	dir   string
	piped []string // the command whose output is the input of the next one
}

const changes = "a RUN of the Dockerfile changes it"

// runs does what RUN does.
func runs(x *Image, in instruction, dir string) {
	r := &run{image: x, at: in.pos, dir: dir}
	var list []string
	if json.Unmarshal([]byte(in.text), &list) == nil {
		r.command(list)
		return
	}
	script := in.text
	if line, body, ok := strings.Cut(in.text, "\n"); ok {
		// A text that a shell reads is a script; one that others read is none.
		script = heredoc.ReplaceAllString(line, "")
		if word := strings.TrimSpace(script); word == "" || shells.MatchString(word) {
			script = body
		}
	}
	r.script(script)
}

func (r *run) script(text string) {
	for _, c := range commands(text) {
		r.command(c)
	}
}

var (
	shells     = lazyregexp.New(`^(?:/\S*/)?(?:ba|da|a)?sh\b[^;&|<>]*$`)
	assignment = lazyregexp.New(`^\w+=`)
	touches    = lazyregexp.New(
		`(?:/etc/(?:nginx|angie|haproxy)|/usr/local/(?:etc/haproxy|openresty/nginx/conf)|/opt/bitnami|/bitnami)` +
			`(?:/[^\s;&|"'<>]*|\b|$)`)
)

// before are words that may stand before a command.
var before = []string{"if", "then", "else", "elif", "while", "until", "do", "!", "{", "(", "exec", "sudo", "time",
	"env", "command"}

// readsOnly are commands that leave the text of files as it is; > is looked at before.
var readsOnly = []string{"chown", "chgrp", "chmod", "mkdir", "rmdir", "nginx", "haproxy", "test", "[", "ls", "cat",
	"touch", "set", "apk", "apt-get", "apt", "yum", "dnf", "microdnf", "echo", "printf", "grep", "egrep", "head", "tail",
	"stat", "wc", "diff", "cmp", "adduser", "useradd", "usermod", "addgroup", "groupadd", "setcap", "setfacl",
	"configure", "export", "for", "done", "fi", "true", ":", "envsubst", "md5sum", "sha256sum", "sort", "cut", "tr",
	"chcon"}

// editors are commands that change the files below a directory that they are given; others add to it.
var editors = []string{"sed", "perl", "awk", "gawk", "python", "python3", "ed", "ex", "vi", "patch"}

// command does what one command does.
func (r *run) command(words []string) {
	for len(words) > 0 && (slices.Contains(before, words[0]) || assignment.MatchString(words[0])) {
		words = words[1:]
	}
	words = r.redirects(words)
	if len(words) == 0 {
		return
	}
	piped := r.piped
	r.piped = words
	name, args := path.Base(words[0]), words[1:]
	switch {
	case name == "cd" && len(args) > 0:
		r.dir = resolve(r.dir, args[0])
	case len(args) > 1 && shells.MatchString(name):
		if i := slices.IndexFunc(args, func(w string) bool { return strings.HasSuffix(w, "c") && w[0] == '-' }); i >= 0 &&
			i+1 < len(args) {
			r.script(args[i+1])
		}
	case name == "xargs":
		for len(args) > 0 && strings.HasPrefix(args[0], "-") {
			args = args[1:]
		}
		r.command(slices.Concat(args, piped))
	case name == "find":
		i := slices.IndexFunc(args, func(w string) bool { return strings.HasPrefix(w, "-exec") })
		if i >= 0 {
			r.command(slices.Concat(args[i+1:], args[:i]))
		} else if slices.Contains(args, "-delete") {
			r.others(args, true)
		}
	case name == "rm" || name == "unlink":
		for _, w := range plain(args) {
			r.removed(w)
		}
	case name == "cp" || name == "mv" || name == "ln" || name == "install" || name == "rsync":
		r.transfer(name, args)
	case slices.Contains(readsOnly, name) || name == "sed" && !slices.ContainsFunc(args, inPlace):
	default:
		r.others(args, slices.Contains(editors, name))
	}
}

// inPlace reports whether an option of sed makes it write the files that it reads.
func inPlace(w string) bool {
	return strings.HasPrefix(w, "--in-place") || regexp.MustCompile(`^-[nErsuz]*i`).MatchString(w)
}

// plain are the words that are no options.
func plain(words []string) (list []string) {
	for _, w := range words {
		if w != "" && !strings.HasPrefix(w, "-") {
			list = append(list, w)
		}
	}
	return list
}

// redirects takes the files that are written with > off a command.
func (r *run) redirects(words []string) (rest []string) {
	for i := 0; i < len(words); i++ {
		if words[i] == ">" && i+1 < len(words) {
			i++
			r.changed(words[i])
			continue
		}
		rest = append(rest, words[i])
	}
	return rest
}

// others takes what any other command names for changed: a path in a word, or a file of the directory that it runs in.
// To a directory it adds something, unless it edits what is there.
func (r *run) others(args []string, edits bool) {
	for _, w := range args {
		found := touches.FindAllString(w, -1)
		if edits && (len(found) != 1 || found[0] != w) {
			found = nil // what it does to the text, with paths in it
		}
		for _, name := range found {
			if name = path.Clean(name); !edits && r.machine().At(name).Dir {
				r.added(name)
				continue
			}
			r.changed(name)
		}
		if len(found) == 0 && !path.IsAbs(w) && !strings.HasPrefix(w, "-") && !strings.ContainsAny(w, "{} ") &&
			(strings.ContainsAny(w, "*?") || r.machine().At(resolve(r.dir, w)).Err == nil) {
			r.changed(w)
		}
	}
}

func (r *run) machine() *parsers.Machine { return &parsers.Machine{Places: r.image.Places} }

// matching are the files that a name stands for; a name without a pattern for itself.
func (r *run) matching(name string) (list []string) {
	name = resolve(r.dir, name)
	dir, base := path.Split(name)
	if !strings.ContainsAny(base, "*?[") {
		return []string{path.Clean(name)}
	}
	names, _ := r.machine().List(dir)
	for _, n := range names {
		if ok, err := path.Match(base, n); ok && err == nil {
			list = append(list, path.Join(dir, n))
		}
	}
	return list
}

// changed says of files that what they hold is unknown from here on.
func (r *run) changed(name string) {
	for _, file := range r.matching(name) {
		if touches.MatchString(file) {
			r.image.Places = append(r.image.Places, parsers.Place{Path: file, Unknown: changes, Pos: r.at})
		}
	}
}

// added says of a directory that there may be other files in it than those that are known.
func (r *run) added(dir string) {
	p := parsers.Place{Path: dir, Unknown: "a RUN of the Dockerfile may add files there", Pos: r.at}
	r.image.Places = slices.Insert(r.image.Places, 0, p)
}

// removed takes files away.
func (r *run) removed(name string) {
	for _, file := range r.matching(name) {
		r.image.Places = append(r.image.Places, parsers.Place{Path: file, Gone: true})
	}
}

// transfer copies or moves files, or links to them: the last word is where to.
func (r *run) transfer(name string, args []string) {
	list := plain(args)
	if len(list) < 2 {
		r.others(args, false)
		return
	}
	to := list[len(list)-1]
	target := resolve(r.dir, to)
	into := strings.HasSuffix(to, "/") || to == "." || len(list) > 2 || r.machine().At(target).Dir
	for _, from := range list[:len(list)-1] {
		sources := r.matching(from)
		if len(sources) == 0 && touches.MatchString(target) {
			r.added(target)
		}
		for _, source := range sources {
			at := target
			if into {
				at = path.Join(target, path.Base(source))
			}
			r.arrives(source, at)
			if name == "mv" {
				r.image.Places = append(r.image.Places, parsers.Place{Path: source, Gone: true})
			}
		}
	}
}

// arrives puts at a path what is at another one. Of a directory that is not known nobody knows the names in it.
func (r *run) arrives(source, at string) {
	s := r.machine().At(source)
	switch {
	case !touches.MatchString(at):
	case s.Err == nil && s.Unknown == "" && (s.Local != "" || s.Text != nil):
		p := s.Place
		p.Path = at
		r.image.Places = append(r.image.Places, p)
	case path.Base(source) == "." || strings.HasPrefix(r.image.Main, at+"/"):
		r.added(path.Dir(at))
	default:
		r.image.Places = append(r.image.Places, parsers.Place{Path: at, Unknown: changes, Pos: r.at})
	}
}

// commands cuts a script into its commands and these into words, as a shell does: > is a word of its own.
func commands(script string) (list [][]string) {
	var words []string
	var word strings.Builder
	in, quote := false, byte(0)
	end := func() {
		if in {
			words = append(words, word.String())
		}
		word.Reset()
		in = false
	}
	for i := 0; i < len(script); i++ {
		switch c := script[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && quote != '\'' && i+1 < len(script):
			i++
			word.WriteByte(script[i])
			in = true
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			quote, in = c, true
		case c == '>':
			if w := word.String(); w != "1" && w != "2" && w != "&" {
				end()
			}
			word.Reset()
			in = false
			words = append(words, ">")
			for i+1 < len(script) && (script[i+1] == '>' || script[i+1] == '|' || script[i+1] == '&') {
				i++
			}
		case strings.IndexByte(" \t\r<", c) >= 0:
			end()
		case strings.IndexByte(";&|\n()", c) >= 0:
			end()
			list, words = append(list, words), nil
		default:
			word.WriteByte(c)
			in = true
		}
	}
	end()
	return append(list, words)
}
