package lint

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/redact"
	"github.com/wslint/wslint/parsers"
)

// A fileSet is the files of a run: their bytes, what stands in them beside their meaning, and where they come from.
type fileSet struct {
	count int // of configuration files
	src   map[string][]byte
	// links are the files that symlinks were followed to within a tree, where the system cannot, by the symlinks;
	// targets are the bytes of those, which are no further files.
	links   map[string]string
	targets map[string][]byte
	dumps   map[string]dumped
	texts   map[string]parsers.Text // comments and blocks, of the files where they are needed
	// inclusions are the places of the directives that bring each included file in, of what was read; includedAt those
	// of everything, nil before somebody asks.
	inclusions []func() map[string][]hop.Pos
	includedAt map[string][]hop.Pos
	// origins say where texts within other files stand there, by the names of the texts.
	origins map[string]*parsers.Origin
	// memory are files whose text came from standard input.
	memory map[string]bool
	trust  *trust
	shown  map[string]bool // what trust said
	mu     sync.Mutex      // for shown
	// private are the words that only files have whose text may not be shown; nil before somebody asks.
	private map[string]bool
	// named is what the command line says, and what was read of AWS; redact are the secrets of everything, nil before
	// somebody asks, and shownAs the texts without them.
	named   [][]byte
	redact  *redact.Secrets
	shownAs map[string][]byte
	// lines finds their lines as they are; nil before somebody asks.
	lines *lineFinder
}

// dumped says where the bytes of a file stand that was cut from the output of nginx -T.
type dumped struct {
	file  string // the dump
	lines int    // that precede it there
}

// newFileSet begins with the configuration file.
func newFileSet(in *Input) *fileSet {
	c := in.Config
	s := &fileSet{
		trust: newTrust(in),
		src:   map[string][]byte{}, links: map[string]string{}, targets: map[string][]byte{}, dumps: map[string]dumped{},
		texts:   map[string]parsers.Text{},
		shownAs: map[string][]byte{}, origins: map[string]*parsers.Origin{}, memory: map[string]bool{},
		shown: map[string]bool{},
	}
	for _, name := range slices.Concat(in.Args, in.URLs) {
		s.named = append(s.named, []byte(name))
	}
	if c.File != "" {
		s.src[c.File] = c.Src
		text := plainText(c.File, c.Src)
		text.Blocks = indented(c.Src)
		s.texts[c.File] = text
	}
	return s
}

// add keeps the bytes of a file, and its comments and blocks where somebody needs them: for ignore comments, or for
// all files. A text within a file adds those to the file's.
func (s *fileSet) add(f *parsers.File, text func(file string) (parsers.Text, bool), all bool) {
	if f.Origin != nil {
		s.origins[f.Name] = f.Origin
	} else if _, known := s.src[f.Name]; !known {
		s.src[f.Name] = f.Src
		if f.Made {
			s.memory[f.Name] = true
		} else {
			s.count++
		}
	}
	if f.Local != "" {
		s.links[f.Name], s.targets[f.Local] = f.Local, f.Src
	}
	if _, known := s.texts[f.Name]; known || text == nil || !all && !bytes.Contains(f.Src, []byte(ignoreMark)) {
		return
	}
	t, ok := text(f.Name)
	if !ok {
		return
	}
	if t.Comments == nil {
		t.Comments = plainText(f.Name, f.Src).Comments
	}
	if f.Origin == nil {
		s.texts[f.Name] = t
		return
	}
	outer, known := s.texts[f.Origin.File]
	if !known {
		outer = plainText(f.Origin.File, s.src[f.Origin.File])
	}
	t = f.Origin.Text(t)
	outer.Comments = append(outer.Comments, t.Comments...)
	outer.Blocks = append(outer.Blocks, t.Blocks...)
	slices.SortFunc(outer.Comments, func(a, b parsers.Comment) int { return cmp.Compare(a.Start, b.Start) })
	outer.Comments = slices.Compact(outer.Comments)
	s.texts[f.Origin.File] = outer
}

// cutFrom notes where the files of a source stand in the dump that they were cut from, at the lines that are given by
// file, and keeps the dump's bytes.
func (s *fileSet) cutFrom(of parsers.Source, lines map[string]int, readFile func(name string) ([]byte, error)) {
	for _, f := range of.Files {
		if lines[f] == 0 || f == of.Name {
			continue
		}
		if _, known := s.src[of.Name]; !known {
			src, err := readFile(of.Name)
			if err != nil {
				s.memory[of.Name] = true // standard input
			}
			s.src[of.Name] = src
		}
		s.dumps[f] = dumped{of.Name, lines[f]}
	}
}

// included are the places of the directives that bring each included file in, once all is read.
func (s *fileSet) included() map[string][]hop.Pos {
	if s.includedAt == nil {
		s.includedAt = map[string][]hop.Pos{}
		for _, some := range s.inclusions {
			for file, at := range some() {
				s.includedAt[file] = append(s.includedAt[file], at...)
			}
		}
	}
	return s.includedAt
}

// shows reports whether the text of a file may be shown.
func (s *fileSet) shows(file string) bool {
	if o := s.origins[file]; o != nil {
		file = o.File
	}
	if d, ok := s.dumps[file]; ok {
		file = d.file
	}
	if s.memory[file] {
		return true
	}
	s.mu.Lock() // files that are found are asked about on all processors
	defer s.mu.Unlock()
	shown, known := s.shown[file]
	if !known {
		shown = s.trust.shows(file) && (s.links[file] == "" || s.trust.shows(s.links[file]))
		s.shown[file] = shown
	}
	return shown
}

// text is the bytes of a file that may be shown; nil when there are none.
func (s *fileSet) text(file string) []byte {
	src := s.bytes(file)
	if src == nil || !s.shows(file) {
		return nil
	}
	return src
}

// bytes are those of a file; nil when there are none.
func (s *fileSet) bytes(file string) []byte {
	if src, read := s.src[file]; read {
		return src
	}
	return s.targets[file]
}

// isDump reports whether a file is the output of nginx -T, whose parts have their own comments.
func (s *fileSet) isDump(file string) bool {
	for _, d := range s.dumps {
		if d.file == file {
			return true
		}
	}
	return false
}

// behind is the file that a symlink leads to which the system cannot follow; else the file itself.
func (s *fileSet) behind(file string) string {
	if s == nil {
		return file
	}
	return cmp.Or(s.links[file], file)
}

// home is the place in a file of this machine that p means: of a file in a dump, the line of the dump; behind a
// symlink to a place of the machine that the files are for, the file here.
func (s *fileSet) home(p hop.Pos) hop.Pos {
	p.File = s.behind(p.File)
	if s == nil {
		return p
	}
	if d, ok := s.dumps[p.File]; ok && p.Line > 0 {
		p.File, p.Line = d.file, p.Line+d.lines
	}
	return p
}
