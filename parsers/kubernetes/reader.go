package kubernetes

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/internal/lazyregexp"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// Reader is how wslint reads objects of Kubernetes: those of all files belong together.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "kubernetes", Prefix: prefix, Kinds: []string{"ingress", "virtualserver", "service", "gateway", "httproute"},
		Sniff: sniff, Read: readAll,
	}
}

// prefix is what paths put before the name of an object.
const prefix = "k8s"

// kinds are the objects that say something of the way of a WebSocket, as they stand in YAML and JSON.
var kinds = lazyregexp.New(`(?m)(?:^|[\s{,-])["']?kind["']?\s*:\s*["']?(?:` +
	`Ingress|IngressClass|IngressClassParams|IngressRoute|Service|ConfigMap|Secret|Gateway|GatewayClass|HTTPRoute|` +
	`VirtualServer|VirtualServerRoute|TransportServer|BackendConfig|HTTPProxy|` +
	`LoadBalancerConfiguration|TargetGroupConfiguration|ListenerRuleConfiguration|` +
	`ProxySettingsPolicy|ClientSettingsPolicy|NginxProxy|SnippetsFilter|AuthenticationFilter|BackendTLSPolicy|` +
	`ClientTrafficPolicy|BackendTrafficPolicy|GCPBackendPolicy|TCPRoute|TLSRoute|` +
	`(?:Ingress|Service|ConfigMap|Gateway)?List` +
	`)\b`)

// workloads are what makes Pods, and programs what these run where it matters.
var (
	workloads = lazyregexp.New(`(?m)(?:^|[\s{,-])["']?kind["']?\s*:\s*["']?(?:Deployment|StatefulSet|DaemonSet|` +
		`ReplicaSet|Pod|Job|CronJob|List)\b`)
	programs = lazyregexp.New(`(?i)nginx|haproxy`)
)

var apiVersion = lazyregexp.New(`(?m)(?:^|[\s{,-])["']?apiVersion["']?\s*:`)

// ofChart are what values say that a chart makes annotations or the settings of a controller of.
var ofChart = lazyregexp.New(`(?m)^\s*["']?(?:` +
	`(?:nginx\.|alb\.)?ingress\.kubernetes\.io/|nginx\.(?:org|com)/|service\.beta\.kubernetes\.io/|` +
	`serverBlock|nginxConfig|proxy-read-timeout|proxy-send-timeout|worker-shutdown-timeout|allowSnippetAnnotations` +
	`)|^\s*(?:-\s*)?["']?name["']?\s*:.*(?:(?:kubernetes\\+\.io|nginx\\+\.(?:org|com))/|\.config\.)`)

// installs are the objects that give values to charts.
var installs = lazyregexp.New(`(?m)^[ \t-]*["']?kind["']?\s*:\s*["']?` +
	`(?:Application|ApplicationSet|HelmRelease|HelmChart|HelmChartConfig)\b`)

// sniff takes YAML and JSON that holds objects which say something of the way of a WebSocket, and values of charts.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	ext := strings.ToLower(filepath.Ext(f.Name))
	if head != nil {
		head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")) // editors of Windows write it, and kubectl reads over it
	}
	switch {
	case f.Dir:
		return parsers.Verdict{}
	case isKustomization(f.Name) && head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may be a kustomization"}
	case isKustomization(f.Name) && changes.Match(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it is a kustomization"}
	case ext != ".yaml" && ext != ".yml" && ext != ".json" && !f.Piped:
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may hold objects of Kubernetes"}
	case apiVersion.Match(head) && (kinds.Match(head) || workloads.Match(head) && programs.Match(head)):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds objects of Kubernetes"}
	case f.Top == "" && apiVersion.Match(head) && bytes.Contains(head, []byte("kind:")):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds objects of Kubernetes, of kinds that do not matter"}
	case apiVersion.Match(head) && installs.Match(head) && ofChart.Match(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds values of a chart that is installed"}
	case isValues(f.Name) && ofChart.Match(head):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds values of a chart"}
	case apiVersion.Match(head) && bytes.Contains(head, []byte("kind:")) && len(head) == parsers.HeadSize:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it holds objects of Kubernetes, perhaps of a kind that matters"}
	}
	return parsers.Verdict{Why: "it holds no objects that say something of the way of a WebSocket"}
}

// isValues reports whether a file is called like one of a chart's values.
func isValues(name string) bool {
	base := strings.ToLower(filepath.Base(name))
	return filepath.Ext(base) != ".json" && strings.Contains(base, "values")
}

func readAll(files []parsers.Found, o parsers.Options) (r parsers.Reading, err error) {
	g := &gathering{o: o, r: &r, texts: map[string]*document.File{}, read: map[string]*Manifest{}}
	given := map[string]*Manifest{}
	for _, f := range files {
		m, err := g.found(f)
		if err != nil {
			return r, err
		}
		if m != nil {
			given[f.Name] = m
		}
	}
	k := &kustomizer{manifest: g.manifest, used: map[string]bool{}, busy: map[string]bool{}}
	named := given
	if extra := g.overlays(files, k); len(extra) > 0 {
		given = maps.Clone(given)
		for _, name := range extra {
			given[name] = g.manifest(name)
		}
	}
	Add(&r, "", slices.DeleteFunc(k.all(given), func(o *Object) bool {
		return len(given) > len(named) && named[o.Pos.File] == nil // of an overlay that nobody named
	}), o)
	r.Unknown = append(r.Unknown, k.unknown...)
	r.Text = func(file string) (parsers.Text, bool) {
		f, ok := g.texts[file]
		if !ok {
			return parsers.Text{}, false
		}
		return f.Text(), true
	}
	return r, nil
}

// A gathering reads files, each once.
type gathering struct {
	o     parsers.Options
	r     *parsers.Reading
	texts map[string]*document.File
	read  map[string]*Manifest
}

// found reads a file that was found or named; nil for one that holds nothing.
func (g *gathering) found(f parsers.Found) (*Manifest, error) {
	file, err := g.r.Open(f, g.o)
	if file == nil {
		return nil, err
	}
	m, err := Parse(f.Name, file.Src)
	var bad *document.Error
	if errors.As(err, &bad) {
		g.r.Files = append(g.r.Files, file)
		g.r.Problems = append(g.r.Problems, parsers.Problem{Pos: bad.Pos, Text: bad.Text, Incomplete: true})
		return nil, nil
	}
	if m.File != nil && len(m.Objects) == 0 && isValues(f.Name) {
		m.addValues()
	}
	if len(m.Objects) == 0 && !isKustomization(f.Name) {
		why := "it holds no objects of Kubernetes"
		if m.File == nil {
			why = "a template makes it, and without that it is no YAML"
		}
		g.r.Skipped = append(g.r.Skipped, hop.Note{Pos: hop.Pos{File: f.Name}, Text: why})
		if f.Top != "" {
			return nil, nil
		}
	}
	g.add(file, m)
	return m, nil
}

// add takes over a file that was read.
func (g *gathering) add(file *parsers.File, m *Manifest) {
	g.r.Files = append(g.r.Files, file)
	g.read[filepath.Clean(file.Name)] = m
	if m.File != nil {
		g.texts[file.Name] = m.File
	}
}

// manifest is a file that another one names; nil for one that is not here, or not part of the project.
func (g *gathering) manifest(name string) *Manifest {
	if m, seen := g.read[name]; seen || name == "" {
		return m
	}
	g.read[name] = nil
	if g.o.Shows != nil && !g.o.Shows(name) {
		return nil
	}
	if g.o.Stat != nil {
		if info, err := g.o.Stat(name); err != nil || !info.Mode().IsRegular() {
			return nil
		}
	}
	src, err := g.o.ReadFile(name)
	if err != nil {
		return nil
	}
	if m, err := Parse(name, src); err == nil {
		g.add(&parsers.File{Name: name, Src: src, Editable: true}, m)
	}
	return g.read[name]
}

// Add adds what objects that belong together make to a reading: what their settings do, the proxies and the load
// balancers that controllers make of them. from is what carries them, where that is no manifest: "infra/main".
func Add(r *parsers.Reading, from string, objects []*Object, options parsers.Options) {
	s := newSet(objects)
	s.from = from
	pods, mounted := s.pods()
	r.Nested = append(r.Nested, pods...)
	values := &charts{read: options.ReadFile, shows: options.Shows, values: map[string]*document.Node{}}
	said := map[string]bool{} // copies of one resource of Terraform, and overlays of one base, say the same
	for _, o := range objects {
		for _, m := range s.misfits(o) {
			if key := fmt.Sprint(m.Pos, m.Name, m.Fault); !said[key] {
				said[key] = true
				r.Misfits = append(r.Misfits, m)
			}
		}
		r.Nested = append(r.Nested, s.nested(o, mounted, values)...)
	}
	r.Unknown = append(append(r.Unknown, s.twice()...), s.leftOpen()...)
	s.proxies(r)
	s.loadBalancers(r)
	s.stations(r)
}
