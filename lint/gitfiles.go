package lint

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// A gitFile is what git says of a name.
type gitFile struct {
	tracked bool
	object  string // the name of its content in the revision; "" where the revision does not have the file
}

// atOnceAsked is how many names one command of git gets.
const atOnceAsked = 200

// expect says which files will be asked about, so that git is asked about many at once: a process for each takes
// seconds. Where it has no answer, it is asked again about one alone, which says why.
func (c *Changes) expect(files []string) {
	var names []string
	for _, file := range files {
		real, err := realFile(file)
		if err != nil {
			continue
		}
		name, err := filepath.Rel(c.git.top, real)
		if name = filepath.ToSlash(name); err == nil && filepath.IsLocal(name) {
			if _, asked := c.asked[name]; !asked {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	for some := range slices.Chunk(slices.Compact(names), atOnceAsked) {
		c.askTogether(some)
	}
}

func (c *Changes) askTogether(names []string) {
	former := make([]string, len(names))
	for i, name := range names {
		former[i] = cmp.Or(c.old[name], name)
	}
	tracked, err := c.git.run(c.git.top, slices.Concat([]string{"ls-files", "-z", "--"}, names)...)
	if err != nil {
		return
	}
	there, err := c.git.run(c.git.top, slices.Concat([]string{"ls-tree", "-z", c.rev, "--"}, former)...)
	if err != nil {
		return
	}
	known := map[string]bool{}
	for name := range strings.SplitSeq(string(tracked), "\x00") {
		known[name] = true
	}
	objects := map[string]string{}
	for entry := range strings.SplitSeq(string(there), "\x00") {
		if head, name, ok := strings.Cut(entry, "\t"); ok {
			objects[name] = head[strings.LastIndexByte(head, ' ')+1:]
		}
	}
	for i, name := range names {
		c.asked[name] = gitFile{known[name], objects[former[i]]}
	}
}

// has reports whether a text is what an object of git holds, by the object's name.
func (f gitFile) has(text []byte) bool {
	whole := slices.Concat(fmt.Appendf(nil, "blob %d\x00", len(text)), text)
	if len(f.object) == 2*sha256.Size {
		sum := sha256.Sum256(whole)
		return hex.EncodeToString(sum[:]) == f.object
	}
	sum := sha1.Sum(whole)
	return hex.EncodeToString(sum[:]) == f.object
}
