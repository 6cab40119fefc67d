package kubernetes

import (
	"path/filepath"
	"slices"

	"github.com/wslint/wslint/parsers"
)

// mostAround bounds how many kustomizations are looked at for a file that was named, highestAround how far above it.
const mostAround, highestAround = 200, 3

// overlays are the kustomizations near files that were named, which change what these say without having been named
// themselves: below the directories above a base. What was read to find that out and has nothing to do
// with them is left again.
func (g *gathering) overlays(files []parsers.Found, k *kustomizer) (names []string) {
	before := len(g.r.Files)
	for _, f := range files {
		if f.Top != "" || f.Src != nil || isKustomization(f.Name) {
			continue
		}
		own := k.file(f.Name, ".")
		if own == "" {
			continue // no base, or one of a single file
		}
		up := filepath.Dir(f.Name)
		for range highestAround {
			up = filepath.Join(up, "..")
			for _, name := range near(up) {
				if len(names) < mostAround && !slices.Contains(names, name) && k.uses(name, filepath.Clean(f.Name), 0) {
					names = append(names, name)
				}
			}
		}
		if len(names) == 0 && k.uses(own, filepath.Clean(f.Name), 0) {
			names = append(names, own)
		}
	}
	all := map[string]bool{}
	for _, n := range names {
		all[n] = true
		k.bases(n, all, 0)
	}
	read := g.r.Files[before:]
	g.r.Files = slices.Clone(g.r.Files[:before])
	for _, f := range read {
		if all[f.Name] {
			g.r.Files = append(g.r.Files, f)
		}
	}
	return names
}

// near are the kustomizations up to two directories below one.
func near(dir string) (names []string) {
	for _, base := range kustomizations {
		for _, pattern := range []string{"*", "*/*"} {
			found, _ := filepath.Glob(filepath.Join(dir, pattern, base)) // a name with brackets finds nothing
			names = append(names, found[:min(len(found), mostAround)]...)
		}
	}
	return names
}

// uses reports whether a kustomization is made of a file, through whatever others.
func (k *kustomizer) uses(name, file string, depth int) bool {
	return depth < deepestBuilds && slices.ContainsFunc(k.resources(name), func(to string) bool {
		return to == file || isKustomization(to) && to != name && k.uses(to, file, depth+1)
	})
}
