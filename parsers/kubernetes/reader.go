package kubernetes

import (
	"bytes"
	"errors"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers"
	"github.com/wslint/wslint/parsers/document"
)

// Reader is how wslint reads objects of Kubernetes: those of all files belong together.
func Reader() parsers.Reader {
	return parsers.Reader{
		Name: "kubernetes", Prefix: prefix, Kinds: []string{"ingress", "virtualserver", "service", "gateway"},
		Sniff: sniff, Read: readAll,
	}
}

// prefix is what paths put before the name of an object.
const prefix = "k8s"

// kinds are the objects that say something of the way of a WebSocket, as they stand in YAML and JSON.
var kinds = regexp.MustCompile(`(?m)(?:^|[\s{,-])["']?kind["']?\s*:\s*["']?(?:` +
	`Ingress|IngressClass|IngressClassParams|IngressRoute|Service|ConfigMap|Secret|Gateway|GatewayClass|HTTPRoute|` +
	`VirtualServer|VirtualServerRoute|TransportServer|BackendConfig|HTTPProxy|` +
	`LoadBalancerConfiguration|TargetGroupConfiguration|ListenerRuleConfiguration|` +
	`ProxySettingsPolicy|ClientTrafficPolicy|BackendTrafficPolicy|(?:Ingress|Service|ConfigMap|Gateway)?List` +
	`)\b`)

// workloads are those that run nginx with files of other objects: their images tell the version.
var workloads = regexp.MustCompile(`(?m)(?:^|[\s{,-])["']?kind["']?\s*:\s*["']?(?:Pod|Deployment|DaemonSet|` +
	`StatefulSet|ReplicaSet|Job|CronJob)\b`)

// runsNginx reports whether a file describes what runs nginx with files of other objects.
func runsNginx(head []byte) bool {
	return bytes.Contains(head, []byte("nginx")) && workloads.Match(head) &&
		(bytes.Contains(head, []byte("configMap")) || bytes.Contains(head, []byte("secretName")))
}

var apiVersion = regexp.MustCompile(`(?m)(?:^|[\s{,-])["']?apiVersion["']?\s*:`)

// ofChart are what values say that a chart makes annotations or the settings of a controller of.
var ofChart = regexp.MustCompile(`(?m)^\s*["']?(?:` +
	`(?:nginx\.|alb\.)?ingress\.kubernetes\.io/|nginx\.(?:org|com)/|service\.beta\.kubernetes\.io/|` +
	`serverBlock|nginxConfig|proxy-read-timeout|proxy-send-timeout|worker-shutdown-timeout|allowSnippetAnnotations` +
	`)`)

// sniff takes YAML and JSON that holds objects which say something of the way of a WebSocket, and values of charts.
func sniff(f parsers.Found, head []byte) parsers.Verdict {
	ext := strings.ToLower(filepath.Ext(f.Name))
	switch {
	case f.Dir || ext != ".yaml" && ext != ".yml" && ext != ".json" && !f.Piped:
		return parsers.Verdict{}
	case head == nil:
		return parsers.Verdict{Claim: parsers.Maybe, Why: "it may hold objects of Kubernetes"}
	case apiVersion.Match(head) && (kinds.Match(head) || runsNginx(head)):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds objects of Kubernetes"}
	case f.Top == "" && apiVersion.Match(head) && bytes.Contains(head, []byte("kind:")):
		return parsers.Verdict{Claim: parsers.Yes, Why: "it holds objects of Kubernetes, of kinds that do not matter"}
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
	texts := map[string]*document.File{}
	var objects []*Object
	for _, f := range files {
		src := f.Src
		if src == nil {
			if src, err = o.ReadFile(f.Name); err != nil {
				if f.Top == "" {
					return r, err
				}
				r.Problems = append(r.Problems, parsers.Problem{Pos: hop.Pos{File: f.Name}, Text: err.Error(), Incomplete: true})
				continue
			}
		}
		m, err := Parse(f.Name, src)
		var bad *document.Error
		if errors.As(err, &bad) {
			r.Files = append(r.Files, &parsers.File{Name: f.Name, Src: src, Editable: f.Src == nil})
			r.Problems = append(r.Problems, parsers.Problem{Pos: bad.Pos, Text: bad.Text, Incomplete: true})
			continue
		}
		if m.File != nil && len(m.Objects) == 0 && isValues(f.Name) {
			m.addValues()
		}
		if len(m.Objects) == 0 {
			why := "it holds no objects of Kubernetes"
			if m.File == nil {
				why = "a template makes it, and without that it is no YAML"
			}
			r.Skipped = append(r.Skipped, hop.Note{Pos: hop.Pos{File: f.Name}, Text: why})
			if f.Top != "" {
				continue
			}
		}
		r.Files = append(r.Files, &parsers.File{Name: f.Name, Src: src, Editable: f.Src == nil})
		if m.File != nil {
			texts[f.Name] = m.File
		}
		objects = append(objects, m.Objects...)
	}
	s := newSet(objects)
	values := &charts{read: o.ReadFile, shows: o.Shows, values: map[string]*document.Node{}}
	for _, o := range objects {
		r.Misfits = append(r.Misfits, s.misfits(o)...)
		r.Nested = append(r.Nested, s.nested(o, values)...)
	}
	s.proxies(&r)
	s.loadBalancers(&r)
	s.stations(&r)
	r.Text = func(file string) (parsers.Text, bool) {
		f, ok := texts[file]
		if !ok {
			return parsers.Text{}, false
		}
		return f.Text(), true
	}
	return r, nil
}
