package kubernetes

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wslint/wslint/hop"
	"github.com/wslint/wslint/parsers/infra"
)

// misfits are the annotations of an object that do not do what they seem to, and the same of what a controller's
// ConfigMap holds.
func (s *set) misfits(o *Object) (list []hop.Misfit) {
	for _, a := range o.Annotations() {
		for _, c := range Controllers() {
			name, ok := c.Suffix(a.Key)
			if !ok || o.Kind == "ConfigMap" {
				continue
			}
			if m, foreign := s.ofAnother(o, c, a); foreign {
				list = append(list, m...)
			} else if why := s.notReader(o, c); why != "" {
				m := s.misfitOf(o, c, name, a)
				m.Pos, m.Fault, m.Why = a.At, hop.NotRead, why
				list = append(list, m)
			} else if m, drops := mergeMisfits(o, c, name, s.misfitAt(o, c, name, a)); drops {
				list = append(list, m...)
			} else if m, ignored := s.canaryMisfit(o, c, name, s.misfitAt(o, c, name, a)); ignored {
				list = append(list, m...)
			} else if c.has(o.Kind) {
				for _, m := range s.misfit(o, c, name, a) {
					m.Held = m.Held || s.ofBoth(o) && m.Fault != hop.NotText
					list = append(list, m)
				}
			}
		}
		list = append(list, s.former(o, a)...)
		list = append(list, foreignNumber(o, a)...)
	}
	if c := s.configures(o); c != nil {
		for i, f := range o.Get("data").Fields {
			if i == mostEntries {
				break
			}
			list = append(list, s.misfit(o, c, strings.ToLower(f.Key), f)...)
		}
	}
	return list
}

// foreignNumber finds a number or a truth value in the place of an annotation whose keys are in no table: the API does
// not ask whose they are, and refuses the object.
func foreignNumber(o *Object, a infra.Field) []hop.Misfit {
	carries := o.IsIngress() || o.Is("", "Service") || o.Is("k8s.nginx.org", "VirtualServer") ||
		o.Group == gatewayGroup && (o.Kind == "Gateway" || o.Kind == "HTTPRoute")
	if !carries || !a.Value.Bare || o.quotes || strings.HasPrefix(a.Key, elb) {
		return nil
	}
	for _, c := range Controllers() {
		if _, ok := c.Suffix(a.Key); ok && (c.has(o.Kind) || o.Kind == "Service" && c.has("Ingress")) {
			return nil // it is told of already
		}
	}
	m := hop.Misfit{Setting: hop.Written(a.Key, a.Value.Text, a.Value.Pos), Of: o.String(), By: "Kubernetes"}
	m.Set, m.Remove = a.Value.Set, a.Value.Remove
	m.Value = truths11[strings.ToLower(a.Value.Text)]
	return []hop.Misfit{notText(m, a.Value)}
}

// notText says of an entry that it is a number or a truth value. What comes from somewhere else has no quotes where it
// is used: there they are missing, and a variable may be a number for all others that use it.
func notText(m hop.Misfit, v infra.Value) hop.Misfit {
	m.Fault, m.Why = hop.NotText, onlyTexts
	if n := len(v.By); n > 0 && !v.By[n-1].Pos.IsZero() {
		m.Why = fmt.Sprintf("%s; the value comes from %s", onlyTexts, v.Pos)
		m.Pos, m.Set = v.By[n-1].Pos, nil
	}
	if v.Quote != nil {
		m.Set = v.Quote
	}
	return m
}

// notReader says why a controller surely reads no annotation of an object, whatever its prefix; "" where it may.
func (s *set) notReader(o *Object, c *Controller) string {
	switch owner, sure := s.owner(o); {
	case o.Kind == "Service" && c.has("Ingress") && !c.has("Service"):
		return c.Name + " reads such annotations from Ingresses"
	case o.IsIngress() && sure && owner != c.Name && (c.Name == ingressNginx || c.Name == nginxIngress):
		return fmt.Sprintf("the class %s is that of %s", class(o), owner)
	}
	return ""
}

// mostEntries is how many entries of a ConfigMap are looked at: the controllers have some two hundred keys.
const mostEntries = 1000

// former finds annotations of a prefix that the controller of an Ingress has not read for years.
func (s *set) former(o *Object, a infra.Field) []hop.Misfit {
	if !o.IsIngress() || a.Value.Kind != infra.Scalar {
		return nil
	}
	for _, c := range Controllers() {
		for _, prefix := range c.Former {
			name, ok := strings.CutPrefix(a.Key, prefix)
			if owner, _ := s.owner(o); !ok || owner != c.Name && (owner != "" || class(o) != "nginx") {
				continue
			}
			m := s.misfitOf(o, c, a.Key, a)
			m.Fault, m.Why = hop.NotRead, fmt.Sprintf("it reads %s, and nothing below %s", c.Prefixes[0], prefix)
			m.Pos = a.At
			now := c.Prefixes[0] + name
			if c.Key(name, "Ingress") != nil && o.Annotation(now).Kind == infra.Null && a.Rename != nil {
				m.Meant, m.Rename = now, func() []hop.Edit { return a.Rename(now) }
			}
			return []hop.Misfit{m}
		}
	}
	return nil
}

// misfitOf begins a misfit about an entry of an object.
func (s *set) misfitOf(o *Object, c *Controller, name string, f infra.Field) hop.Misfit {
	m := hop.Misfit{Setting: hop.Written(name, f.Value.Text, f.Value.Pos), Of: o.String(), By: c.Name}
	m.Set, m.Remove = f.Value.Set, f.Value.Remove
	return m
}

// misfitAt is misfitOf about the key of the entry.
func (s *set) misfitAt(o *Object, c *Controller, name string, f infra.Field) hop.Misfit {
	m := s.misfitOf(o, c, name, f)
	m.Pos = f.At
	return m
}

// onlyTexts is why a number or a truth value is refused.
const onlyTexts = "the API of Kubernetes takes texts only there: write it in quotes"

// stopped is what becomes of an object with a value that stops the controller.
const stopped = ": the controller stops bringing it up to date, and what it made before stays"

// misfit is what is wrong with one entry that a controller should read.
func (s *set) misfit(o *Object, c *Controller, name string, f infra.Field) (list []hop.Misfit) {
	v := f.Value
	if v.Kind == infra.Unknown {
		for _, x := range v.Or { // a template writes one of them
			f.Value = x
			list = append(list, s.misfit(o, c, name, f)...)
		}
		return list
	}
	m := s.misfitOf(o, c, name, f)
	k := c.Key(name, o.Kind)
	switch {
	case v.Kind == infra.Null:
		return nil
	case v.Bare && o.quotes:
	case v.Bare:
		m = notText(m, v)
		if k != nil && k.Type == Bool {
			m.Value = truths11[strings.ToLower(v.Text)] // in quotes the word itself would be none
		}
		return []hop.Misfit{m}
	case v.Kind != infra.Scalar:
		return nil
	}
	if k == nil || k.Instead != "" {
		return s.unread(o, c, k, m, f)
	}
	if list := s.astray(o, c, m, f); list != nil {
		return list
	}
	if off, why := s.snippetsOff(c); off && k.Type == Script && o.Kind == "Ingress" {
		m.Fault, m.Why = hop.SnippetOff, why
		return []hop.Misfit{m}
	}
	if c.Name == ingressNginx && k.isNegative(v.Text) {
		m.Fault = hop.BreaksObject
		m.Why = "the controller writes it, and nginx takes no negative value: what was made before stays, of all objects"
		return []hop.Misfit{m}
	}
	ok, why := k.Takes(v.Text)
	if k.Type == Names {
		ok, why = namesOwn(o, v.Text)
	}
	if ok || v.Text == "" {
		return nil
	}
	m.Why = why
	switch k.Bad {
	case Kept:
		m.Fault = hop.Dropped
		if k.isTimer() {
			m.Fault = hop.TimerDropped
		}
		m.InForce = s.withoutIt(c, k, o)
		m.Value = meant(k, v.Text)
	case Refused:
		// Before validation was on by default the value went into the configuration as it is.
		m.Fault, m.Held = hop.BreaksObject, true
		m.Value = meant(k, v.Text)
	case Stops:
		m.Fault = hop.BreaksObject
		m.Why += stopped
	default:
		return nil
	}
	return []hop.Misfit{m}
}

// astray is an annotation that the controller reads below another one of its prefixes alone.
func (s *set) astray(o *Object, c *Controller, m hop.Misfit, f infra.Field) []hop.Misfit {
	name := m.Name
	to := c.elsewhere(strings.TrimSuffix(f.Key, name), name)
	if to == "" || o.Kind == "ConfigMap" {
		return nil
	}
	m.Fault, m.Pos, m.Name, m.Meant = hop.NotRead, f.At, f.Key, to+name
	if f.Rename != nil && o.Annotation(m.Meant).Kind == infra.Null {
		m.Rename = func() []hop.Edit { return f.Rename(to + name) }
	}
	return []hop.Misfit{m}
}

// isTimer reports whether the key is a length of time that matters to a WebSocket.
func (k *Key) isTimer() bool { return strings.Contains(k.Does, "ends ") }

// isNegative reports whether a value is a number below zero that goes into the configuration of nginx as a length of
// time or a number of tries. The controller reads it as any whole number (internal/ingress/annotations/proxy/main.go,
// parser.ValidateInt); nginx 1.22.1 refuses "proxy_read_timeout -1s" and "proxy_next_upstream_tries -1".
func (k *Key) isNegative(value string) bool {
	n, err := strconv.Atoi(value)
	goes := strings.HasSuffix(k.Name, "-timeout") || strings.HasSuffix(k.Name, "-tries")
	return err == nil && n < 0 && k.Type == Int && goes && strings.HasPrefix(k.Name, "proxy-")
}

// unread is a key that the controller does not read on this kind of object.
func (s *set) unread(o *Object, c *Controller, k *Key, m hop.Misfit, f infra.Field) []hop.Misfit {
	m.Fault = hop.NotRead
	m.Pos = f.At
	to := ""
	switch {
	case k == nil:
		if to = c.Near(m.Name, o.Kind); to == "" && (o.Kind == "ConfigMap" || strings.Contains(m.Name, "/")) {
			return nil
		}
	case k.Instead == "ConfigMap":
		m.Why = "it is a key of the controller's ConfigMap, and of no annotation"
	case strings.HasPrefix(k.Instead, "nothing: "):
		m.Why = strings.TrimPrefix(k.Instead, "nothing: ")
	default:
		to = k.Instead
	}
	prefix := strings.TrimSuffix(f.Key, m.Name)
	if o.Kind == "ConfigMap" {
		prefix = ""
	}
	if m.Meant = to; to != "" && f.Rename != nil && o.Annotation(prefix+to).Kind == infra.Null {
		m.Rename = func() []hop.Edit { return f.Rename(prefix + to) }
	}
	return []hop.Misfit{m}
}

// withoutIt is what holds where an annotation is not there: the ConfigMap's value, or the built-in one; "" where there
// are several ConfigMaps, and they say different things.
func (s *set) withoutIt(c *Controller, k *Key, o *Object) string {
	value := k.Default
	if o.Kind != "ConfigMap" {
		for i, cm := range s.settings(c, o) {
			in := k.Default
			if v := cm.entry(k.Name); v.Kind == infra.Scalar {
				if on := c.Key(k.Name, "ConfigMap"); on != nil {
					if ok, _ := on.Takes(v.Text); ok {
						in = v.Text
					}
				}
			}
			if i > 0 && in != value {
				return ""
			}
			value = in
		}
	}
	if value != "" && k.Type == Int && strings.HasSuffix(k.Name, "-timeout") {
		value += "s"
	}
	return value
}

// meant is the value that somebody meant who wrote one that the controller cannot read; "" where that is not plain.
func meant(k *Key, value string) string {
	value = strings.TrimSpace(value)
	switch k.Type {
	case Int:
		if n, ok := seconds(value); ok && strings.HasSuffix(k.Name, "-timeout") {
			return strconv.Itoa(n)
		}
		if _, err := strconv.Atoi(value); err == nil {
			return value
		}
	case Bool:
		switch strings.ToLower(value) {
		case "yes", "on", "enabled", "enable":
			return "true"
		case "no", "off", "disabled", "disable":
			return "false"
		}
	case OnOff:
		switch strings.ToLower(value) {
		case "true", "yes", "enabled", "1":
			return "on"
		case "false", "no", "disabled", "0":
			return "off"
		}
	}
	return ""
}

// units are those that people write, in seconds.
var units = map[string]int{"s": 1, "sec": 1, "secs": 1, "seconds": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}

// seconds reads a length of time with a unit, "1h30m"; ok is false when it is no whole number of seconds.
func seconds(value string) (n int, ok bool) {
	for value != "" {
		i := strings.IndexFunc(value, func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return 0, false
		}
		count, err := strconv.Atoi(value[:i])
		value = value[i:]
		j := strings.IndexFunc(value, func(r rune) bool { return r >= '0' && r <= '9' })
		if j < 0 {
			j = len(value)
		}
		unit := strings.TrimSpace(value[:j])
		value = value[j:]
		each := units[unit]
		switch {
		case err == nil && unit == "ms" && count%1000 == 0:
			n += count / 1000
		case err != nil || each == 0 || count > 1<<20:
			return 0, false
		default:
			n += count * each
		}
	}
	return n, n > 0
}

// snippetsOff reports whether annotations with lines for the proxy are known to be passed over. Without the ConfigMap
// of the controller nobody knows.
func (s *set) snippetsOff(c *Controller) (off bool, why string) {
	if c.Name != ingressNginx || s.snippets != notAllowed {
		return false, ""
	}
	return true, "since version 1.9 it takes none unless allow-snippet-annotations is \"true\" in its ConfigMap, " +
		"which is among these files"
}
