package lint

import "github.com/wslint/wslint/hop"

// Paths follows all handshakes that the input declares or seems meant to carry, in one browser's form: what Check judges, unjudged.
func Paths(in Input) ([]*hop.Path, *Result, error) {
	r, err := newRun(in)
	if err != nil {
		return nil, nil, err
	}
	var paths []*hop.Path
	declared := r.declaredPaths()
	for _, p := range declared {
		if p.Browser == Browsers[0] {
			paths = append(paths, p)
		}
	}
	for _, s := range r.sources {
		for _, e := range s.Entrances() {
			if e.Pos.IsZero() || !covered(declared, e.Pos) {
				for _, p := range r.entrance(s, e) {
					if p.Browser == Browsers[0] {
						paths = append(paths, p)
					}
				}
			}
		}
	}
	r.result.Entrances = len(paths)
	r.result.sort()
	return paths, r.result, nil
}

// Keepalive is what k means for a connection, for those who have no path.
func (k *Keepalive) Pings() []hop.Ping { return k.pings() }
