package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A page is one of the site.
type page struct {
	At      string   // below the top, without slashes at its ends: "rules/path-join"; "docs/_index" for a list
	Title   string   // the first heading where it is ""
	Summary string   // one line; the first paragraph where it is ""
	Badge   string   // a severity
	Source  string   // the file that it is made of, for a link
	Aliases []string // other addresses, which lead here
	Names   string   // what it is found by beside its title
	Weight  int      // among pages that are found
	Body    string   // Markdown
}

// repository is where files are that are no pages.
const repository = "https://github.com/wslint/wslint/blob/main/"

var (
	heading   = regexp.MustCompile(`(?m)^# (.+)$`)
	linkTo    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	explained = regexp.MustCompile("`wslint (?:explain|hops|apps) ([^`]+)`")
	sourced   = regexp.MustCompile(`Source: [^\n]*`)
	address   = regexp.MustCompile(`(?:[a-z0-9-]+\.)+[a-z]{2,}/[\w./%~\\-]*[\w/]`)
	markup    = regexp.MustCompile("[*`\\\\]|\\]\\([^)]*\\)|\\[")
)

// linked is a text in which the addresses of sources are links.
func linked(text string) string {
	return sourced.ReplaceAllStringFunc(text, func(source string) string {
		if strings.Contains(source, "](") {
			return source
		}
		return address.ReplaceAllStringFunc(source, func(at string) string {
			return "[" + at + "](https://" + strings.ReplaceAll(at, `\`, "") + ")"
		})
	})
}

// write writes the page as Hugo wants it.
func (p page) write(dir string) error {
	head, err := json.MarshalIndent(map[string]any{
		"title": p.title(), "summary": p.summary(), "badge": p.Badge, "source": p.Source, "aliases": p.Aliases,
	}, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, filepath.FromSlash(p.At)+".md")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(string(head)+"\n\n"+linked(p.Body)+"\n"), 0o644)
}

func (p page) title() string {
	if p.Title != "" {
		return p.Title
	}
	if m := heading.FindStringSubmatch(p.Body); m != nil {
		return markup.ReplaceAllString(m[1], "")
	}
	return path.Base(p.At)
}

// longest is how much of a paragraph is a summary.
const longest = 180

// summary is the first paragraph, as far as it is one line.
func (p page) summary() string {
	if p.Summary != "" {
		return p.Summary
	}
	for _, part := range strings.Split(p.Body, "\n\n") {
		if part = strings.TrimSpace(part); part == "" || strings.ContainsAny(part[:1], "#`|-<") {
			continue
		}
		return shortened(markup.ReplaceAllString(strings.ReplaceAll(part, "\n", " "), ""), longest)
	}
	return ""
}

// shortened is the beginning of a text, whole words of it.
func shortened(text string, most int) string {
	words := []rune(text)
	if len(words) <= most {
		return text
	}
	cut := string(words[:most])
	return cut[:strings.LastIndexByte(cut, ' ')] + " …"
}

// address is where a page is on the site.
func (p page) address() string {
	return strings.TrimSuffix("/"+strings.TrimSuffix(p.At, "_index"), "/") + "/"
}

// prose calls do for each line of Markdown that is no code, and fence for each line that begins a block of it.
func prose(text string, do, fence func(line string) string) string {
	lines := strings.Split(text, "\n")
	open := ""
	for i, line := range lines {
		mark := strings.TrimLeft(line, " ")
		ticks := mark[:len(mark)-len(strings.TrimLeft(mark, "`"))]
		switch {
		case open == "" && len(ticks) >= 3:
			open = ticks
			lines[i] = fence(line)
		case open != "" && strings.TrimSpace(line) == open:
			open = ""
		case open == "":
			lines[i] = do(line)
		}
	}
	return strings.Join(lines, "\n")
}

// named is the first line of a block of code with the name of a file in it.
var named = regexp.MustCompile("^( *```+)([a-z]+) +([^{].*)$")

// linked makes the links of a text, which a file of the repository holds, lead to pages; what the program explains is
// a link, too.
func (s *sources) linked(file, text string) string {
	do := func(line string) string {
		line = linkTo.ReplaceAllStringFunc(line, func(m string) string { return "](" + s.target(file, m[2:len(m)-1]) + ")" })
		return explained.ReplaceAllStringFunc(line, func(m string) string {
			word := explained.FindStringSubmatch(m)[1]
			if at := s.at[strings.ToLower(word)]; at != "" && !strings.Contains(line, "["+m+"]") {
				return "[" + m + "](" + at + ")"
			}
			return m
		})
	}
	return prose(text, do, func(line string) string {
		return named.ReplaceAllString(line, `$1$2 {file="$3"}`)
	})
}

// target is where a link of a file leads on the site.
func (s *sources) target(file, link string) string {
	if strings.HasPrefix(link, "#") || strings.Contains(link, "://") || strings.HasPrefix(link, "/") {
		return link
	}
	name, anchor, _ := strings.Cut(link, "#")
	name = path.Join(path.Dir(file), name)
	if anchor != "" {
		anchor = "#" + anchor
	}
	if at, ok := s.files[name]; ok {
		return at + anchor
	}
	if slices.Contains([]string{".svg", ".png"}, path.Ext(name)) {
		return "/" + name
	}
	return repository + name + anchor
}

// indexed is a page as the search has it.
type indexed struct {
	URL     string `json:"u"`
	Title   string `json:"t"`
	Section string `json:"s"`
	Summary string `json:"d"`
	Names   string `json:"n,omitempty"`
	Text    string `json:"x"`
	Weight  int    `json:"w"`
}

// mostText is how much of the text of a page the search looks through: guides are long, and their headings come first.
const mostText = 4000

// writeIndex writes what the search looks through.
func writeIndex(list []page, to string) error {
	var index []indexed
	for _, p := range list {
		if strings.HasSuffix(p.At, "_index") {
			continue
		}
		var headings, rest []string
		prose(p.Body, func(line string) string {
			switch {
			case strings.HasPrefix(line, "#"):
				headings = append(headings, strings.TrimLeft(line, "# "))
			case line != "":
				rest = append(rest, line)
			}
			return line
		}, func(line string) string { return line })
		text := []rune(markup.ReplaceAllString(strings.Join(headings, " ")+" "+strings.Join(rest, " "), ""))
		section, _, _ := strings.Cut(p.At, "/")
		index = append(index, indexed{
			URL: strings.TrimPrefix(p.address(), "/"), Title: p.title(), Section: section, Summary: p.summary(), Names: p.Names,
			Text: string(text[:min(len(text), mostText)]), Weight: p.Weight,
		})
	}
	text, err := json.Marshal(index)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}
