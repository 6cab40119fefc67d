package kubernetes

import "testing"

// TestInstalled: values that objects of Argo CD, Flux and k3s give to charts are read at their lines.
func TestInstalled(t *testing.T) {
	values := "ingress:\n          annotations:\n            nginx.ingress.kubernetes.io/proxy-read-timeout: \"1h\"\n"
	for name, c := range map[string]struct{ text, want string }{
		"Argo CD, a text": {"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n" +
			"    chart: chat\n    helm:\n      values: |\n        " + values,
			"ingress.annotations of Application default/a nginx.ingress.kubernetes.io/proxy-read-timeout=1h a.yaml:11"},
		"Argo CD, several sources": {"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n" +
			"  sources:\n  - path: x\n  - helm:\n      valuesObject:\n        " + values,
			"ingress.annotations of Application default/a nginx.ingress.kubernetes.io/proxy-read-timeout=1h a.yaml:11"},
		"Argo CD, parameters": {"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n" +
			"  source:\n    chart: ingress-nginx\n    helm:\n      values: |\n        controller:\n          config:\n" +
			"            proxy-read-timeout: 1h\n      parameters:\n      - name: controller.config.proxy-read-timeout\n" +
			"        value: 2h\n      - name: controller.config.custom-http-errors\n        value: 502,503\n",
			"controller.config of Application default/a custom-http-errors=502,503 a.yaml:16\n" +
				"controller.config of Application default/a proxy-read-timeout=2h a.yaml:14"},
		"Flux": {"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec:\n  chart:\n" +
			"    spec: {chart: ingress-nginx}\n  values:\n    controller:\n      config:\n        proxy-read-timeout: 1h\n",
			"controller.config of HelmRelease default/a proxy-read-timeout=1h a.yaml:10"},
		"Flux, another controller": {"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\n" +
			"spec:\n  chart:\n    spec: {chart: haproxy-ingress}\n  values:\n    controller:\n      config:\n" +
			"        proxy-read-timeout: 1h\n", ""},
		"k3s": {"apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-ingress-nginx}\nspec:\n" +
			"  valuesContent: |-\n    controller:\n      config:\n        proxy-read-timeout: 1h\n",
			"controller.config of HelmChartConfig default/rke2-ingress-nginx proxy-read-timeout=1h a.yaml:8"},
		"of another group": {"apiVersion: example.com/v1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n" +
			"    helm:\n      values: |\n        " + values, ""},
	} {
		if got := ofTest(made(t, map[string]string{"a.yaml": c.text})); got != c.want {
			t.Errorf("%s: got\n%s\nnot\n%s", name, got, c.want)
		}
	}
}
