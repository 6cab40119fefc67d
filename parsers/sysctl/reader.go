package sysctl

import (
	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
)

// Reader is how wslint reads kernel settings: all files together are those of one host.
func Reader() parsers.Reader {
	return parsers.Reader{Name: "sysctl", Sniff: sniff, Read: readAll, Directories: true, OnlyNamed: true}
}

func sniff(f parsers.Found, _ []byte) parsers.Verdict {
	if IsName(f.Name) {
		return parsers.Verdict{Claim: parsers.Yes, Why: "it is named like kernel settings"}
	}
	return parsers.Verdict{}
}

func readAll(found []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = f.Name
	}
	files, err := Read(names, o.ReadFile)
	if err != nil {
		return r, err
	}
	texts := map[string]parsers.Text{}
	for _, f := range files {
		r.Files = append(r.Files, &parsers.File{Name: f.Name, Src: f.Src, Editable: true})
		texts[f.Name] = Text(f)
	}
	r.Text = func(file string) (parsers.Text, bool) {
		t, ok := texts[file]
		return t, ok
	}
	k, notes := Parse(files)
	r.Kernel, r.Debug = &k, notes
	r.Unknown = unknowns(k)
	return r, nil
}

// unknowns are the settings whose value could not be concluded.
func unknowns(k hop.Kernel) (notes []hop.Note) {
	for _, n := range []hop.Note{
		{Pos: k.WindowScaling.Pos, Text: k.WindowScaling.Why()}, {Pos: k.Keepalive.Pos, Text: k.Keepalive.Why()},
		{Pos: k.Ports.Pos, Text: k.Ports.Why()}, {Pos: k.Tracked.Pos, Text: k.Tracked.Why()},
	} {
		if n.Text != "" {
			notes = append(notes, n)
		}
	}
	return notes
}
