package lint

import (
	"slices"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/rules"
)

// A parted is what files describe with several resources, each of which has an address of its own.
type parted interface{ ResourceAt(pos hop.Pos) string }

// name says of the findings about resources of infrastructure code which they are about.
func (f *filter) name() {
	for i := range f.result.Findings {
		if x := &f.result.Findings[i]; x.Resource == "" {
			x.Resource = f.resourceOf(x)
		}
	}
}

// resourceOf is the address of the resource that a finding is about: of a hop on its path that files describe with
// resources, those files being where the finding is; "" when there is none.
func (f *filter) resourceOf(x *rules.Finding) string {
	for _, h := range x.Stations {
		for _, d := range f.described {
			s, ok := d.Source.(parted)
			if ok && s.ResourceAt(h.Pos) == h.Name && slices.Contains(f.reads[d.Source], x.Pos.File) {
				return s.ResourceAt(x.Pos)
			}
		}
	}
	return ""
}
