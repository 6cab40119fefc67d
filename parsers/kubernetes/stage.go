package kubernetes

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
)

// stageWords are words that name environments in the names of directories and files: "chart/values-prod.yaml".
var stageWords = map[string]string{
	"dev": "dev", "devel": "dev", "develop": "dev", "development": "dev", "test": "test", "testing": "test", "qa": "qa",
	"uat": "uat", "acc": "acc", "acceptance": "acc", "int": "int", "integration": "int", "stage": "stage", "stg": "stage",
	"staging": "stage", "preprod": "preprod", "nonprod": "nonprod", "prod": "prod", "prd": "prod", "production": "prod",
	"live": "live", "sandbox": "sandbox", "demo": "demo", "preview": "preview", "local": "local", "ci": "ci",
}

// region is one of AWS, Google Cloud or Azure within a name: "eu-west-1", "europe-west4".
var region = lazyregexp.New(`(?:us|eu|ap|sa|ca|me|af|il|mx|europe|asia|australia)-(?:gov-)?[a-z]+-?\d`)

// environments are what holds one directory for each environment.
var environments = []string{"clusters", "cluster", "environments", "environment", "envs", "env", "overlays", "stages"}

// A stage is what the name of a file says of the environment that its objects run in: a word that names one, a region,
// and the directory below one like "clusters". "" stands for nothing.
type stage struct{ name, region, cluster string }

// stageOf reads the names of a file and the directories that it is in.
func stageOf(file string) (s stage) {
	parts := strings.Split(strings.ToLower(filepath.ToSlash(filepath.Clean(file))), "/")
	for i, p := range parts {
		dir := i < len(parts)-1
		if dir && i > 0 && slices.Contains(environments, parts[i-1]) {
			s.cluster = p
		}
		s.region = cmp.Or(region.FindString(p), s.region)
		if strings.Contains(p, "non-prod") || strings.Contains(p, "pre-prod") {
			p = strings.NewReplacer("non-prod", "nonprod", "pre-prod", "preprod").Replace(p)
		}
		words := strings.FieldsFunc(p, func(r rune) bool { return r < 'a' || r > 'z' })
		for _, w := range words {
			s.name = cmp.Or(stageWords[w], s.name)
		}
	}
	return s
}

// isApart reports whether two files are surely not of one environment.
func (s stage) isApart(o stage) bool {
	differ := func(a, b string) bool { return a != "" && b != "" && a != b }
	return differ(s.name, o.name) || differ(s.region, o.region) || differ(s.cluster, o.cluster)
}

// source is the file that says which environment an object is of: the kustomization that makes it, or its own.
func (o *Object) source() string { return cmp.Or(o.overlay, o.Pos.File) }

// A party is objects that may be of one cluster.
type party struct {
	names  map[string]bool
	at     map[hop.Pos]string // the sources of those that are written at one place
	places map[stage]bool
}

// isApart reports whether an object is surely of another cluster than one of the party: their files are named for
// different environments, or they have one name, or come of one object in two overlays.
func (p *party) isApart(o *Object) bool {
	if from, known := p.at[o.Pos]; p.names[o.String()] || known && from != o.source() {
		return true
	}
	s := stageOf(o.source())
	for other := range p.places {
		if s.isApart(other) {
			return true
		}
	}
	return false
}

func (p *party) add(o *Object) {
	if p.names == nil {
		p.names, p.at, p.places = map[string]bool{}, map[hop.Pos]string{}, map[stage]bool{}
	}
	p.names[o.String()], p.at[o.Pos], p.places[stageOf(o.source())] = true, o.source(), true
}

// beside reports whether two objects are applied together, as far as their files say: these are in one directory, or
// one kustomization makes both.
func beside(a, b *Object) bool { return filepath.Dir(a.source()) == filepath.Dir(b.source()) }
