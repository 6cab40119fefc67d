package kubernetes

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/wslint/wslint/parsers"
)

// mounted is a ConfigMap with nginx.conf, and a Deployment with a volume.
const mounted = `apiVersion: v1
kind: ConfigMap
metadata:
  name: NAME
data:
  nginx.conf: |
    events { }
    http {
      server { listen 80; }
    }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: x
spec:
  template:
    spec:
      containers:
      - image: IMAGE
        volumeMounts:
        - name: c
      volumes:
      - name: c
        configMap:
          name: VOLUME
`

// TestVersionOfImage: the version of the nginx that reads a ConfigMap is that of the image which mounts it, and the
// values of a chart say what its templates leave open.
func TestVersionOfImage(t *testing.T) {
	const name, template = "web", `{{ include "web.name" . }}`
	for _, c := range []struct{ what, name, volume, image, values, want string }{
		{"plain", name, name, "nginx:1.31.2-alpine", "", "1.31.2"},
		{"another object is mounted", name, "other", "nginx:1.31.2", "", ""},
		{"a tag without a version", name, name, "nginx:latest", "", ""},
		{"another image", name, name, "app:1.31.2", "", ""},
		{"values", name, name, `"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"`,
			"image:\n  repository: nginx\n  tag: \"1.29\"\n", "1.29"},
		{"values and a templated name", template, template, `{{ .Values.image }}`, "image: nginx:1.30.6\n", "1.30.6"},
		{"values that lack it", name, name, `"nginx:{{ .Values.image.tag }}"`, "image: {}\n", ""},
		{"no values", name, name, `"nginx:{{ .Values.image.tag }}"`, "", ""},
	} {
		text := strings.NewReplacer("NAME", c.name, "VOLUME", c.volume, "IMAGE", c.image).Replace(mounted)
		r, err := readAll([]parsers.Found{{Name: "chart/templates/all.yaml", Src: []byte(text)}}, parsers.Options{
			ReadFile: func(name string) ([]byte, error) {
				if strings.HasSuffix(name, "chart/values.yaml") && c.values != "" {
					return []byte(c.values), nil
				}
				return nil, fs.ErrNotExist
			},
		})
		if err != nil || len(r.Nested) != 1 {
			t.Errorf("%s: %v, %d texts", c.what, err, len(r.Nested))
			continue
		}
		if got := r.Nested[0].Found.Version.Number; got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
