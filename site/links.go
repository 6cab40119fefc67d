package main

import (
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	hrefs = regexp.MustCompile(`\s(?:href|src)="?([^"\s>]+)"?`)
	ids   = regexp.MustCompile(`\sid="?([^"\s>]+)"?`)
	// refreshed is where a page sends browsers on to.
	refreshed = regexp.MustCompile(`http-equiv="?refresh"? content="0; url=([^"]+)"`)
)

// checkLinks looks at every page below a folder: each link to the site itself has to lead to a page that is there, and
// to a place on it that is there.
func checkLinks(dir string) error {
	anchors := map[string]map[string]bool{} // by file
	texts := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		anchors[name] = map[string]bool{"": true, "top": true}
		if path.Ext(name) != ".html" {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		texts[name] = string(text)
		for _, m := range ids.FindAllStringSubmatch(texts[name], -1) {
			anchors[name][html.UnescapeString(m[1])] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	var broken []error
	links := 0
	for name, text := range texts {
		for _, m := range append(hrefs.FindAllStringSubmatch(text, -1), refreshed.FindAllStringSubmatch(text, -1)...) {
			link := html.UnescapeString(m[1])
			if strings.Contains(link, ":") {
				continue // elsewhere
			}
			links++
			to, anchor, _ := strings.Cut(link, "#")
			file := name
			if to != "" {
				file = path.Join(path.Dir(name), to)
				if strings.HasPrefix(to, "/") {
					file = strings.TrimPrefix(to, "/")
				}
			}
			if to != "" && (strings.HasSuffix(to, "/") || file == "." || path.Ext(file) == "" && anchors[file] == nil) {
				file = path.Join(file, "index.html")
			}
			if at := anchors[file]; at == nil || !at[anchor] {
				broken = append(broken, fmt.Errorf("%s: the link %s leads nowhere", name, link))
			}
		}
	}
	if len(texts) < 100 || links < 1000 {
		broken = append(broken, fmt.Errorf("%d pages with %d links: something is missing", len(texts), links))
	}
	return errors.Join(broken...)
}
