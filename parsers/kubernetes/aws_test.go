package kubernetes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// TestPairs holds the syntax of lists of pairs against that of the controller, as its source has it
// (pkg/annotations/parser.go, splitKeyValuePairs).
func TestPairs(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // "a:b c:d", "!" for an error
	}{
		{"key1=value1,key2=value2,key3=value3", "key1:value1 key2:value2 key3:value3"},
		{" a = 1 , b=2", "a:1 b:2"}, {"a=b=c", "a:b=c"}, {"a=", "a:"}, {"", ""},
		{"a=1,b", "!"}, {"a", "!"}, {"=1", "!"}, {"a=1,b,c=2", "!"},
		{`a=1\,2,b=3`, "a:1,2 b:3"}, {`a=\=x`, "a:=x"}, {"a=1,", "a:1,"}, {"a=1, ", "a:1,"},
	} {
		list, ok := pairs(c.text)
		var got []string
		for _, p := range list {
			got = append(got, p.key+":"+p.value)
			text, value := c.text[p.valueStart:p.valueEnd], strings.TrimRight(p.value, ",")
			if !strings.Contains(c.text, `\`) && text != value {
				t.Errorf("%q: the value of %s stands at %q", c.text, p.key, text)
			}
		}
		s := strings.Join(got, " ")
		if !ok {
			s = "!"
		}
		if s != c.want {
			t.Errorf("%q: %s, want %s", c.text, s, c.want)
		}
	}
}

// object makes an object of YAML.
func object(t *testing.T, text string) *Object {
	t.Helper()
	m, err := Parse("x.yaml", []byte(text))
	if err != nil || len(m.Objects) != 1 {
		t.Fatal(err, len(m.Objects))
	}
	return m.Objects[0]
}

// loadBalancer is a Service with annotations behind elb, and further lines of its spec.
func loadBalancer(spec string, annotations ...string) string {
	s := "apiVersion: v1\nkind: Service\nmetadata:\n  name: edge\n  annotations:\n    x: \"1\"\n"
	for _, a := range annotations {
		s += "    " + elb + a + "\n"
	}
	return s + "spec:\n  type: LoadBalancer\n" + spec + "  ports: [{port: 443, name: wss, nodePort: 30443}]\n"
}

// TestMakerOfService holds who makes the load balancer of a Service against the table of
// aws-load-balancer-controller's and cloud-provider-aws's sources.
func TestMakerOfService(t *testing.T) {
	for _, c := range []struct {
		spec        string
		annotations []string
		want        string // "-" for nobody that reads these annotations
	}{
		{"  loadBalancerClass: service.k8s.aws/nlb\n", nil, awsController + " network"},
		{"  loadBalancerClass: service.k8s.aws/nlb\n", []string{"type: nlb"}, awsController + " network"},
		{"  loadBalancerClass: eks.amazonaws.com/nlb\n", nil, awsController + " network"},
		{"  loadBalancerClass: example.com/lb\n", []string{"type: nlb"}, "-"},
		{"", []string{"type: nlb-ip"}, awsController + " network"},
		{"", []string{"type: external", "nlb-target-type: ip"}, awsController + " network"},
		{"", []string{"type: external", "nlb-target-type: instance"}, awsController + " network"},
		{"", []string{"type: external"}, " "},
		{"", []string{"type: external", "nlb-target-type: pod"}, " "},
		{"", []string{"type: nlb"}, cloudProvider + " network?"},
		{"", []string{"type: elb"}, cloudProvider + " classic?"},
		{"", []string{"scheme: internal"}, cloudProvider + " classic?"},
		{"", nil, "-"},
	} {
		m, ok := makerOfService(object(t, loadBalancer(c.spec, c.annotations...)))
		got := m.name + " " + string(m.kind)
		if m.unsure != "" {
			got += "?"
		}
		if !ok {
			got = "-"
		}
		if got != c.want {
			t.Errorf("%q %q: %q, want %q", c.spec, c.annotations, got, c.want)
		}
	}
}

// said are the misfits of a text: the key, its line, and what is wrong with it.
func said(t *testing.T, text string) (list []string) {
	t.Helper()
	faults := map[hop.Fault]string{hop.NotRead: "not read", hop.BreaksObject: "breaks", hop.Dropped: "dropped",
		hop.NotText: "not a text"}
	for _, m := range readText(t, text).Misfits {
		s := fmt.Sprintf("%d %s %s", m.Pos.Line, m.Name, faults[m.Fault])
		if m.Meant != "" {
			s += " => " + m.Meant
		}
		list = append(list, s)
	}
	return list
}

// TestServiceAnnotations holds which annotations of Services are read by whom.
func TestServiceAnnotations(t *testing.T) {
	external := []string{"type: external", "nlb-target-type: ip"}
	for _, c := range []struct {
		name        string
		annotations []string
		want        []string
	}{
		{"an idle timeout of a Classic ELB", []string{"connection-idle-timeout: \"3600\""}, nil},
		{"with a unit", []string{"connection-idle-timeout: 3600s"},
			[]string{"7 aws-load-balancer-connection-idle-timeout breaks"}},
		{"of the controller's NLB", append(external, "connection-idle-timeout: \"3600\""),
			[]string{"9 aws-load-balancer-connection-idle-timeout not read"}},
		{"of the cloud provider's NLB", []string{"type: nlb", "connection-idle-timeout: \"3600\""},
			[]string{"8 aws-load-balancer-connection-idle-timeout not read"}},
		{"a listener's attributes", append(external, "listener-attributes.TCP-443: tcp.idle_timeout.seconds=3600"), nil},
		{"of a listener with a certificate", append(external, "ssl-cert: arn:aws:acm:x",
			"listener-attributes.TCP-443: tcp.idle_timeout.seconds=3600"),
			[]string{"10 aws-load-balancer-listener-attributes.TCP-443 not read"}},
		{"of a listener that is not there", append(external, "listener-attributes.TCP-80: tcp.idle_timeout.seconds=3600"),
			[]string{"9 aws-load-balancer-listener-attributes.TCP-80 not read"}},
		{"a certificate for another port", append(external, "ssl-cert: arn:aws:acm:x", "ssl-ports: \"8443\"",
			"listener-attributes.TCP-443: tcp.idle_timeout.seconds=3600"), nil},
		// Whether the webhook takes the Service over is not known: what it would read is none in vain for certain.
		{"the cloud provider, perhaps", []string{"type: nlb",
			"listener-attributes.TCP-443: tcp.idle_timeout.seconds=3600"}, nil},
		{"misspelt", append(external, "attribute: a=b"),
			[]string{"9 aws-load-balancer-attribute not read => aws-load-balancer-attributes"}},
		// What the cloud provider takes, and what neither of both who may be it can read.
		{"another's truth value, perhaps", []string{"internal: 0.0.0.0/0"}, nil},
		{"a truth value", append(external, "internal: 0.0.0.0/0"), []string{"9 aws-load-balancer-internal breaks"}},
		{"what is filled in", []string{"connection-idle-timeout: ${IDLE}", "internal: ${INTERNAL}"}, nil},
		{"a number", []string{"connection-draining-timeout: 60"},
			[]string{"7 aws-load-balancer-connection-draining-timeout not a text"}},
		{"no truth value for either", []string{"cross-zone-load-balancing-enabled: enabled"},
			[]string{"7 aws-load-balancer-cross-zone-load-balancing-enabled breaks"}},
		{"a seconds' unit", append(external, "healthcheck-interval: 10s"),
			[]string{"9 aws-load-balancer-healthcheck-interval breaks"}},
		{"pairs without a value", append(external, "attributes: deletion_protection.enabled"),
			[]string{"9 aws-load-balancer-attributes breaks"}},
		{"of pods", append(external, "quic-enabled-containers: app"),
			[]string{"9 aws-load-balancer-quic-enabled-containers not read => aws-load-balancer-quic-enabled-ports"}},
		{"of the cloud provider's NLB alone, perhaps", []string{"target-group-attributes: a=b"}, nil},
		{"of a Classic ELB alone, perhaps", []string{"type: nlb", "extra-security-groups: sg-1"},
			[]string{"8 aws-load-balancer-extra-security-groups not read"}},
		{"external without targets", []string{"type: external"}, []string{"7 aws-load-balancer-type dropped"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := said(t, loadBalancer("", c.annotations...)); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
		})
	}
}

// albIngress is an Ingress of class alb.
func albIngress(name string, annotations ...string) string {
	s := "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: " + name + "\n  annotations:\n    x: \"1\"\n"
	for _, a := range annotations {
		s += "    " + alb + a + "\n"
	}
	return s + "spec:\n  ingressClassName: alb\n  rules:\n  - host: chat.test\n    http:\n      paths:\n" +
		"      - {path: /ws, pathType: Prefix, backend: {service: {name: chat, port: {number: 80}}}}\n"
}

const paramsOf = `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: alb}
spec: {controller: ingress.k8s.aws/alb, parameters: {apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: p}}
---
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata: {name: p}
spec: {loadBalancerAttributes: [{key: idle_timeout.timeout_seconds, value: "90"}]}
`

// TestIngressAnnotations holds what becomes of annotations of Ingresses.
func TestIngressAnnotations(t *testing.T) {
	const idle = "load-balancer-attributes: idle_timeout.timeout_seconds="
	for _, c := range []struct {
		name, text string
		want       []string
		idle       string // seconds; "" where no load balancer is looked at
	}{
		{"the default", albIngress("a"), nil, "60"},
		{"an attribute", albIngress("a", idle+"3600"), nil, "3600"},
		{"among others", albIngress("a", "load-balancer-attributes: x.y=1, idle_timeout.timeout_seconds = 120"), nil, "120"},
		{"no pair", albIngress("a", "load-balancer-attributes: idle_timeout.timeout_seconds"),
			[]string{"7 load-balancer-attributes breaks"}, "60"},
		{"made up", albIngress("a", "idle-timeout: \"3600\""), []string{"7 idle-timeout not read"}, "60"},
		{"misspelt", albIngress("a", "load-balancer-atributes: a=b"),
			[]string{"7 load-balancer-atributes not read => load-balancer-attributes"}, "60"},
		{"lower case", albIngress("a", "backend-protocol: http"), []string{"7 backend-protocol breaks"}, ""},
		{"parameters of the class", albIngress("a", idle+"3600") + paramsOf,
			[]string{"7 idle_timeout.timeout_seconds dropped"}, "90"},
		{"a group of one mind", albIngress("a", "group.name: g", idle+"120") + "---\n" +
			albIngress("b", "group.name: g", idle+"120"), nil, "120"},
		{"a group that contradicts itself", albIngress("a", "group.name: g", idle+"120") + "---\n" +
			albIngress("b", "group.name: g", idle+"300"), []string{"24 idle_timeout.timeout_seconds breaks"}, "120"},
		{"two that are no group", albIngress("a", idle+"120") + "---\n" + albIngress("b", idle+"300"), nil, ""},
		{"the class of another controller", strings.Replace(albIngress("a", idle+"120"), "ingressClassName: alb",
			"ingressClassName: nginx", 1), []string{"7 " + alb + "load-balancer-attributes not read"}, ""},
		{"an annotation of another controller", strings.Replace(albIngress("a"), "x: \"1\"",
			"nginx.ingress.kubernetes.io/proxy-read-timeout: \"3600\"", 1),
			[]string{"6 nginx.ingress.kubernetes.io/proxy-read-timeout not read"}, "60"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := said(t, c.text); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
			if c.idle == "" {
				return
			}
			r := readText(t, c.text)
			if len(r.Sources) != 1 {
				t.Fatalf("%d load balancers", len(r.Sources))
			}
			d, known := r.Sources[0].Source.(*infra.Source).Idle.Get()
			if got := fmt.Sprint(d.Seconds()); !known || got != c.idle {
				t.Errorf("idle timeout %s, want %s", got, c.idle)
			}
		})
	}
}

// TestFixOfAttribute holds what a fix writes: the one pair within the annotation, or a pair more.
func TestFixOfAttribute(t *testing.T) {
	for in, want := range map[string]string{
		"a=1, idle_timeout.timeout_seconds=60,b=2": `"a=1, idle_timeout.timeout_seconds=99,b=2"`,
		`"a=1"`:  `"a=1,idle_timeout.timeout_seconds=99"`,
		`"a=1,"`: `"a=1,idle_timeout.timeout_seconds=99"`,
		`"idle_timeout.timeout_seconds = 60 , b = 2 "`: `"idle_timeout.timeout_seconds = 99 , b = 2 "`,
	} {
		text := albIngress("a", "load-balancer-attributes: "+in)
		o := object(t, text)
		a, _ := attributes(o, alb+"load-balancer-attributes")
		s, written := a.Values["idle_timeout.timeout_seconds"]
		if !written {
			s = a.Missing("idle_timeout.timeout_seconds")
		}
		edits := s.Set("99")
		if len(edits) != 1 {
			t.Fatalf("%s: %d edits", in, len(edits))
		}
		got := text[:edits[0].Start] + edits[0].New + text[edits[0].End:]
		if !strings.Contains(got, "load-balancer-attributes: "+want+"\n") {
			t.Errorf("%s: %s", in, edits[0].New)
		}
	}
}

// TestAddedAnnotation: an annotation that is not there joins those that are, and no key is written twice.
func TestAddedAnnotation(t *testing.T) {
	bare := "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  type: LoadBalancer\n"
	for _, c := range []struct{ name, text, want string }{
		{"beside others", albIngress("a"),
			"  annotations:\n    " + alb + "load-balancer-attributes: \"k=99\"\n    x: \"1\"\n"},
		{"the first one", bare, "metadata:\n  annotations:\n    " + alb + "load-balancer-attributes: \"k=99\"\n  name: a\n"},
		{"no place", strings.Replace(bare, "  name: a", "  name: a\n  annotations: {}", 1), ""},
	} {
		o := object(t, c.text)
		a, _ := attributes(o, alb+"load-balancer-attributes")
		s := a.Missing("k")
		if s.Set == nil {
			if c.want != "" {
				t.Errorf("%s: nothing to write", c.name)
			}
			continue
		}
		edits := s.Set("99")
		got := c.text[:edits[0].Start] + edits[0].New + c.text[edits[0].End:]
		if c.want == "" || !strings.Contains(got, c.want) || strings.Count(got, "metadata:") != 1 {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// TestClassicHTTP holds that a port that somebody made one of HTTP is an endpoint, and where that is written.
func TestClassicHTTP(t *testing.T) {
	for annotation, want := range map[string]bool{"backend-protocol: http": true, "backend-protocol: tcp": false} {
		text := loadBalancer("", "ssl-cert: arn:x", annotation)
		r := readText(t, text)
		if len(r.Sources) != 1 {
			t.Fatalf("%s: %d load balancers", annotation, len(r.Sources))
		}
		lb := r.Sources[0].Source.(*infra.Source)
		at := lb.Listeners[0].Pos.Line
		isHTTP := strings.HasPrefix(lb.Listeners[0].Protocol, "HTTP")
		if want != (isHTTP && len(lb.Endpoints()) == 1 && at == 8) {
			t.Errorf("%s: %+v, %d endpoints", annotation, lb.Listeners[0], len(lb.Endpoints()))
		}
	}
}
